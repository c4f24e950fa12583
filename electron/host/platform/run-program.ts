import { execa, type ExecaError } from 'execa';
import { failure } from '@shared/errors/paddock-error.js';
import { keepFdsFromChildren } from './inherited-fds.js';

/** How much of a failed program's output is kept for the error. */
const LAST_LINES = 12;

/** Debian package of each program that the host runs, for the sentence that says what to install. */
const packages: Readonly<Record<string, string>> = {
  mke2fs: 'e2fsprogs',
  fakeroot: 'fakeroot',
  uml_moo: 'uml-utilities',
  busybox: 'busybox-static',
  unshare: 'util-linux',
  mkswap: 'util-linux',
};

/** What a program is run with. */
export interface RunOptions {
  cwd?: string;
  signal?: AbortSignal;
  timeoutMs: number;
  /** More variables for its environment. */
  env?: Readonly<Record<string, string>>;
  /** Told when it runs. */
  onPid?: (pid: number) => void;
}

/**
 * Runs a helper program to its end: argv only, no shell, no input, a time limit. Resolves to its standard output.
 * Throws Failure: tool-missing, tool-failed (with its last lines) or cancelled.
 */
export async function runProgram(argv: readonly [string, ...string[]], options: RunOptions): Promise<string> {
  const [program, ...args] = argv;
  keepFdsFromChildren();
  try {
    const running = execa(program, args, {
      stdin: 'ignore',
      timeout: options.timeoutMs,
      forceKillAfterDelay: 2000,
      cleanup: true,
      maxBuffer: 1_000_000,
      env: {
        LC_ALL: 'C.UTF-8',
        PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin`,
        ...options.env,
      },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    });
    if (running.pid !== undefined) options.onPid?.(running.pid);
    return (await running).stdout;
  } catch (cause) {
    const error = cause as ExecaError;
    if (error.isCanceled) throw failure('cancelled', {});
    if (error.code === 'ENOENT') {
      throw failure('tool-missing', { tool: program, package: packages[program] ?? program });
    }
    const lines = `${String(error.stdout ?? '')}\n${String(error.stderr ?? '')}`
      .split('\n')
      .filter((l) => l !== '');
    throw failure(
      'tool-failed',
      {
        tool: program,
        exitCode: error.timedOut ? 'no answer in time' : (error.exitCode ?? error.signal ?? 'not run'),
      },
      { command: [...argv], lastLines: lines.slice(-LAST_LINES) },
    );
  }
}
