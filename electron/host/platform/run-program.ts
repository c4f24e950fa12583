import { StringDecoder } from 'node:string_decoder';
import { execa, ExecaError, type ResultPromise } from 'execa';
import { failure } from '@shared/errors/paddock-error.js';
import { keepFdsFromChildren } from './inherited-fds.js';
import { lineSplitter } from './line-splitter.js';
import { ProgramGroup } from './program-group.js';

/** How much of a failed program's output is kept for the error. */
const LAST_LINES = 12;
const KILL_AFTER_MS = 2000;

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
  bzip2: 'bzip2',
  openssl: 'openssl',
  prlimit: 'util-linux',
  'mkfs.xfs': 'xfsprogs',
  'mkfs.btrfs': 'btrfs-progs',
  xfs_repair: 'xfsprogs',
  xfs_growfs: 'xfsprogs',
  btrfs: 'btrfs-progs',
  'apt-get': 'apt',
  'apt-config': 'apt',
  'dpkg-deb': 'dpkg',
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
  /** Told when it has ended itself, while children of it may still hold its output, which is waited for. */
  onExit?: () => void;
  /** What it reads; nothing when not given. Secrets go this way: a command line is everybody's to see. */
  input?: string | AsyncIterable<Uint8Array>;
  /** Takes its standard output in pieces; a promise makes it wait. Its failure ends the program. The answer is '' then. */
  onOutput?: (bytes: Buffer) => Promise<void> | void;
  /** A descriptor that its standard output goes to, instead of the answer. */
  outputFd?: number;
  /** Told each line of output and errors as it comes, also one that ends with a carriage return; the answer is '' then. */
  onLine?: (line: string) => void;
  /** How long one that is cancelled may clear away before it is killed. */
  killAfterMs?: number;
  /**
   * It ends with its children, whatever ends it: a cancel and the time limit are told to them, too, as Ctrl+C at a
   * terminal is, and who then stays longer than `killAfterMs` is killed. None of them outlives it or this process.
   */
  withChildren?: boolean;
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
  let group: ProgramGroup | null = null;
  try {
    const running = execa(program, args, {
      ...stdinOf(options.input),
      ...(options.outputFd === undefined ? {} : { stdout: options.outputFd as 1 }),
      ...(onLine === undefined && options.onOutput === undefined ? {} : { buffer: false as const }),
      timeout: options.timeoutMs,
      forceKillAfterDelay: options.killAfterMs ?? KILL_AFTER_MS,
      cleanup: true,
      ...(options.withChildren === true ? { detached: true } : {}),
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
    if (options.onExit !== undefined) running.once('exit', options.onExit);
    if (options.withChildren === true && running.pid !== undefined)
      group = new ProgramGroup(running.pid, {
        ...options,
        killAfterMs: options.killAfterMs ?? KILL_AFTER_MS,
      });
    if (onLine !== undefined || options.onOutput !== undefined)
      for (const stream of options.onOutput === undefined
        ? [running.stdout, running.stderr]
        : [running.stderr]) {
        const split = lineSplitter(hear);
        const decoder = new StringDecoder('utf8');
        stream?.on('data', (bytes: Buffer) => split.add(decoder.write(bytes)));
        stream?.on('end', () => split.end());
      }
    if (options.onOutput !== undefined) await giveOutput(running, options.onOutput);
    const { stdout } = await running;
    return typeof stdout === 'string' ? stdout : '';
  } catch (cause) {
    const error = cause as ExecaError;
    // What the taker of its output threw is not the program's failure.
    if (!(cause instanceof ExecaError)) throw cause;
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
  } finally {
    group?.end();
  }
}

/** What a program reads, as execa wants it. */
function stdinOf(
  input: RunOptions['input'],
): { stdin: 'ignore' | AsyncIterable<Uint8Array> } | { input: string } {
  if (input === undefined) return { stdin: 'ignore' };
  return typeof input === 'string' ? { input } : { stdin: pieces(input) };
}

/** Also for a stream: the program would be given that itself, before it is open. */
async function* pieces(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* input;
}

async function giveOutput(
  running: ResultPromise,
  take: (bytes: Buffer) => Promise<void> | void,
): Promise<void> {
  // Its own failure is told by whoever waits for the program.
  running.catch(() => {});
  try {
    for await (const bytes of running.stdout ?? []) await take(bytes as Buffer);
  } catch (error) {
    running.kill('SIGKILL');
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') {
      await running.catch(() => {});
      throw error;
    }
  }
}
