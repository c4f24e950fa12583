import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { execa, type ExecaError } from 'execa';
import { failure } from '@shared/errors/paddock-error.js';
import { keepFdsFromChildren } from './inherited-fds.js';

/** How much of a failed program's output is kept for the error. */
const LAST_LINES = 12;
const LAST_WORDS_MS = 500;

/** Debian package of each program that the host runs, for the sentence that says what to install. */
const packages: Readonly<Record<string, string>> = {
  mke2fs: 'e2fsprogs',
  fakeroot: 'fakeroot',
  uml_moo: 'uml-utilities',
  busybox: 'busybox-static',
  unshare: 'util-linux',
  mkswap: 'util-linux',
  mmdebstrap: 'mmdebstrap',
  debootstrap: 'debootstrap',
  'qemu-img': 'qemu-utils',
  xz: 'xz-utils',
  zstd: 'zstd',
  openssl: 'openssl',
  'mkfs.xfs': 'xfsprogs',
  xfs_repair: 'xfsprogs',
  'mkfs.btrfs': 'btrfs-progs',
  btrfs: 'btrfs-progs',
  e2fsck: 'e2fsprogs',
  resize2fs: 'e2fsprogs',
  debugfs: 'e2fsprogs',
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
  /** What it reads; nothing when left out. A text may be a secret: it stands in no error. */
  input?: string | Readable;
  /** Told each line that it prints, on either stream; its output is then not kept as a whole. */
  onLine?: (line: string) => void;
  /** How long one that is cancelled may clear away before it is killed. */
  killAfterMs?: number;
}

/**
 * Runs a helper program to its end: argv only, no shell, a time limit. Resolves to its standard output; '' with `onLine`.
 * Throws Failure: tool-missing, tool-failed (with its last lines) or cancelled.
 */
export async function runProgram(argv: readonly [string, ...string[]], options: RunOptions): Promise<string> {
  const [program, ...args] = argv;
  keepFdsFromChildren();
  const last: string[] = [];
  let told = Promise.resolve();
  try {
    const running = execa(program, args, {
      ...stdinOf(options.input),
      ...(options.onLine ? { buffer: false, all: true } : {}),
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
    if (options.onLine && running.all) told = tellLines(running.all, options.onLine, last);
    const { stdout } = await running;
    await told;
    return options.onLine ? '' : String(stdout);
  } catch (cause) {
    const error = cause as ExecaError;
    if (error.isCanceled) throw failure('cancelled', {});
    if (error.code === 'ENOENT') {
      throw failure('tool-missing', { tool: program, package: packages[program] ?? program });
    }
    // Its last words; but what it started and left may hold its output open for ever.
    await Promise.race([told, delay(LAST_WORDS_MS, undefined, { ref: false })]);
    const lines = options.onLine
      ? last
      : `${String(error.stdout ?? '')}\n${String(error.stderr ?? '')}`.split('\n').filter((l) => l !== '');
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

function stdinOf(input: string | Readable | undefined): { stdin: 'ignore' | Readable } | { input: string } {
  if (typeof input === 'string') return { input };
  return { stdin: input ?? 'ignore' };
}

/** Hands on the lines of a program as they come, and keeps the last ones. */
async function tellLines(output: Readable, onLine: (line: string) => void, last: string[]): Promise<void> {
  try {
    for await (const line of createInterface({ input: output, crlfDelay: Infinity })) {
      last.push(line);
      if (last.length > LAST_LINES) last.shift();
      onLine(line);
    }
  } catch {
    // It ended with its program, whose own end says why.
  }
}
