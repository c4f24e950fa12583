import { spawn } from 'node:child_process';
import { keepFdsFromChildren } from './inherited-fds.js';

/** Starts a program with a window of its own, which goes on without us. Rejects when it isn't there. */
export function startViewer(argv: readonly [string, ...string[]]): Promise<void> {
  keepFdsFromChildren();
  const [program, ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { detached: true, stdio: 'ignore', cwd: '/' });
    child.once('error', reject);
    child.once('spawn', () => {
      child.unref();
      resolve();
    });
  });
}
