import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { TestHost } from './test-host.js';

/** The command as a person runs it. */
export const paddockProgram = resolve(import.meta.dirname, '../../../bin/paddock');

/** What a call of the command said. */
export interface Said {
  status: number | null;
  out: string;
  err: string;
}

/** Calls the command in a host's folders and waits for its end. */
export function runPaddock(host: TestHost, args: readonly string[], cwd = '/', timeout = 90_000): Said {
  const { status, stdout, stderr } = spawnSync(paddockProgram, args, {
    env: host.env,
    encoding: 'utf8',
    timeout,
    cwd,
  });
  return { status, out: stdout, err: stderr };
}
