import { spawn } from 'node:child_process';
import { closeSync, openSync, rmSync, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { failure } from '@shared/errors/paddock-error.js';
import type { FdEvents } from '../platform/fd-events.js';
import { keepFdsFromChildren } from '../platform/inherited-fds.js';
import { closeFd, pidfdOpen } from '../platform/libc.js';
import { isAlive, signalProcess, startTicks, type ProcessId } from '../platform/processes.js';
import { readRecordSync } from '../platform/files.js';
import { runProgram } from '../platform/run-program.js';

/** In the environment of whatever networks start, so that only ours are ever touched. */
export const NETWORK_MARK = 'PADDOCK_NETWORK';

/** A program that a network needs while it is on, as it is noted down. */
export const helperSchema = z.strictObject({
  name: z.string(),
  pid: z.int().positive(),
  startTicks: z.string(),
});
export type Helper = z.infer<typeof helperSchema>;

/** How long one may take until it is ready. */
const READY_LIMIT_MS = 10_000;
const END_LIMIT_MS = 2000;

/** What helpers of a network are started with. */
export interface HelperPlace {
  /** The value of the mark. */
  mark: string;
  /** The file that has what they print; its end is what an error tells. */
  logPath: string;
}

/**
 * Starts a helper that outlives this host, as machines do: in a session of its own, with its output in a file. Resolves
 * when it has written something to its fourth descriptor, or at once where it never does. Throws Failure `tool-failed`
 * or `tool-missing`.
 */
export async function startHelper(
  name: string,
  argv: readonly [string, ...string[]],
  { mark, logPath, ready }: HelperPlace & { ready: boolean },
): Promise<Helper> {
  keepFdsFromChildren();
  const [program, ...args] = argv;
  const output = openSync(logPath, 'a', 0o600);
  const child = spawn(program, args, {
    detached: true,
    cwd: '/',
    stdio: ['ignore', output, output, ready ? 'pipe' : 'ignore'],
    env: helperEnvironment(mark),
  });
  closeSync(output);
  const { pid } = child;
  const said = await new Promise<string | null>((resolve) => {
    const limit = setTimeout(() => resolve('it was not ready in time'), READY_LIMIT_MS);
    const finish = (why: string | null): void => {
      clearTimeout(limit);
      resolve(why);
    };
    child.once('error', (error) => finish(error.message));
    child.once('exit', (code, signal) => finish(`it ended at once (${code ?? signal ?? ''})`));
    if (ready) child.stdio[3]?.once('data', () => finish(null));
    else child.once('spawn', () => finish(null));
  });
  if (ready) (child.stdio[3] as { destroy(): void } | null)?.destroy();
  child.unref();
  if (said !== null || pid === undefined) {
    child.kill('SIGKILL');
    throw failure(
      'tool-failed',
      { tool: program, exitCode: said ?? 'not run' },
      { command: [...argv], lastLines: await lastLines(logPath) },
    );
  }
  return { name, pid, startTicks: startTicks(pid) ?? '' };
}

/** Starts one that goes into the background itself when it is ready, and writes its pid into a file. */
export async function startDaemon(
  name: string,
  argv: readonly [string, ...string[]],
  { mark, pidPath }: Pick<HelperPlace, 'mark'> & { pidPath: string },
): Promise<Helper> {
  rmSync(pidPath, { force: true });
  await runProgram(argv, { timeoutMs: READY_LIMIT_MS, env: helperEnvironment(mark) });
  // vde_plug writes it after it has gone into the background (seen).
  const pid = await pidIn(pidPath);
  const ticks = pid === null ? null : startTicks(pid);
  if (pid === null || ticks === null)
    throw failure(
      'tool-failed',
      { tool: argv[0], exitCode: 'it ended at once' },
      { command: [...argv], lastLines: [] },
    );
  return { name, pid, startTicks: ticks };
}

/** The number in a file that is about to be written; null when it isn't in time. */
function pidIn(path: string): Promise<number | null> {
  const read = (): number | null => {
    try {
      const pid = Number(readRecordSync(path));
      return Number.isInteger(pid) && pid > 0 ? pid : null;
    } catch {
      return null;
    }
  };
  return new Promise((resolve) => {
    const finish = (pid: number | null): void => {
      clearTimeout(limit);
      watcher.close();
      resolve(pid);
    };
    const look = (): void => {
      const pid = read();
      if (pid !== null) finish(pid);
    };
    const watcher = watch(dirname(path), look);
    const limit = setTimeout(() => finish(null), READY_LIMIT_MS);
    watcher.once('error', () => finish(read()));
    // It may be there already.
    look();
  });
}

/** Calls back once when a process has ended, also one that this host didn't start. Returns how to stop watching. */
export function watchEnd(events: FdEvents, id: ProcessId, ended: () => void): () => void {
  const pidfd = pidfdOpen(id.pid);
  if (pidfd < 0 || !isAlive(id)) {
    if (pidfd >= 0) closeFd(pidfd);
    queueMicrotask(ended);
    return () => {};
  }
  const stop = (): void => {
    events.remove(pidfd);
    closeFd(pidfd);
  };
  let isWatching = true;
  events.onReadable(pidfd, () => {
    if (!isWatching) return;
    isWatching = false;
    stop();
    ended();
  });
  return () => {
    if (!isWatching) return;
    isWatching = false;
    stop();
  };
}

/** Ends a helper and waits until it is gone. */
export async function endHelper(events: FdEvents, helper: Helper): Promise<void> {
  if (!signalProcess(helper, 'SIGTERM')) return;
  await new Promise<void>((resolve) => {
    const limit = setTimeout(() => void signalProcess(helper, 'SIGKILL'), END_LIMIT_MS);
    watchEnd(events, helper, () => {
      clearTimeout(limit);
      resolve();
    });
  });
}

/** What a network's program finds in its environment. */
function helperEnvironment(mark: string): Record<string, string> {
  return {
    PATH: '/usr/bin:/bin:/usr/sbin:/sbin',
    LC_ALL: 'C.UTF-8',
    HOME: '/',
    [NETWORK_MARK]: mark,
  };
}

async function lastLines(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-8);
}
