import type { Readable } from 'node:stream';
import { execa, type ExecaError } from 'execa';
import { failure } from '@shared/errors/paddock-error.js';
import { keepFdsFromChildren } from './inherited-fds.js';
import { lineSplitter } from './line-splitter.js';

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
  setpriv: 'util-linux',
  sfdisk: 'fdisk',
  debugfs: 'e2fsprogs',
  e2fsck: 'e2fsprogs',
  resize2fs: 'e2fsprogs',
  'qemu-img': 'qemu-utils',
  mmdebstrap: 'mmdebstrap',
  debootstrap: 'debootstrap',
  xz: 'xz-utils',
  zstd: 'zstd',
  openssl: 'openssl',
  'mkfs.xfs': 'xfsprogs',
  xfs_repair: 'xfsprogs',
  'mkfs.btrfs': 'btrfs-progs',
  btrfs: 'btrfs-progs',
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
  /** What it reads; nothing when not given. Secrets go this way: a command line is everybody's to see. */
  input?: string | Readable;
  /** A descriptor that its standard output goes to, instead of the answer. */
  outputFd?: number;
  /** Told each line of output and errors as it comes, also one that ends with a carriage return; the answer is '' then. */
  onLine?: (line: string) => void;
  /** How long one that is cancelled may clear away before it is killed. */
  killAfterMs?: number;
  /** Exit codes that are no failure besides 0. */
  fineExits?: readonly number[];
}

/**
 * Runs a helper program to its end: argv only, no shell, a time limit. Resolves to its standard output.
 * Throws Failure: tool-missing, tool-failed (with its last lines) or cancelled.
 */
export async function runProgram(argv: readonly [string, ...string[]], options: RunOptions): Promise<string> {
  const [program, ...args] = argv;
  keepFdsFromChildren();
  const { onLine } = options;
  const newestLines: string[] = [];
  const hear = (line: string): void => {
    onLine?.(line);
    if (line === '') return;
    newestLines.push(line);
    if (newestLines.length > LAST_LINES) newestLines.shift();
  };
  try {
    const running = execa(program, args, {
      ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
      ...(options.outputFd === undefined ? {} : { stdout: options.outputFd as 1 }),
      ...(onLine === undefined ? {} : { buffer: false as const }),
      timeout: options.timeoutMs,
      forceKillAfterDelay: options.killAfterMs ?? 2000,
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
    if (onLine !== undefined)
      for (const stream of [running.stdout, running.stderr]) {
        const split = lineSplitter(hear);
        stream?.setEncoding('utf8');
        stream?.on('data', (text: string) => split.add(text));
        stream?.on('end', () => split.end());
      }
    const { stdout } = await running;
    return typeof stdout === 'string' ? stdout : '';
  } catch (cause) {
    const error = cause as ExecaError;
    if (error.exitCode !== undefined && options.fineExits?.includes(error.exitCode))
      return typeof error.stdout === 'string' ? error.stdout : '';
    if (error.isCanceled) throw failure('cancelled', {});
    if (error.code === 'ENOENT') {
      throw failure('tool-missing', { tool: program, package: packages[program] ?? program });
    }
    if (onLine === undefined)
      for (const line of `${String(error.stdout ?? '')}\n${String(error.stderr ?? '')}`.split('\n'))
        hear(line);
    throw failure(
      'tool-failed',
      {
        tool: program,
        exitCode: error.timedOut ? 'no answer in time' : (error.exitCode ?? error.signal ?? 'not run'),
      },
      { command: [...argv], lastLines: newestLines },
    );
  }
}
