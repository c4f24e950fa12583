import { failure, Failure } from '@shared/errors/paddock-error.js';
import type { JobReporter } from '../../jobs/job-service.js';
import type { KernelService } from '../../kernels/kernel-service.js';
import { runProgram } from '../../platform/run-program.js';
import { isExt, type DiskPart } from './disk-parts.js';
import { withPlainPath } from './ext-tools.js';
import { runHelper } from './helper-uml.js';
import { clauseOf, lastWords } from './image-work.js';

/** A file system of a disk that something is to be done to. */
export interface FilesystemTask {
  kernels: KernelService;
  /** Of the image, for errors. */
  name: string;
  path: string;
  part: DiskPart;
  report: Pick<JobReporter, 'log' | 'signal'>;
}

/** What a look at a file system found. */
export interface Verdict {
  isSound: boolean;
  /** Its checker's words. */
  said: string;
}

const LIMIT_MS = 3600_000;
/** By which exit code a script of ours says that a program is not there. */
const MISSING = 71;

/** Throws Failure `image-unfit` for a file system that Paddock doesn't know. */
export function checkKnown({ name, part }: Pick<FilesystemTask, 'name' | 'part'>): void {
  if (part.filesystem === 'unknown')
    throw failure('image-unfit', {
      name,
      why: 'its file system is none of ext2, ext3, ext4, xfs and btrfs',
    });
}

/**
 * Makes a file system as large as its disk or partition. An ext that fills the disk by the programs of this computer,
 * which need no kernel for it; all else in a helper.
 */
export async function growFilesystem(task: FilesystemTask): Promise<void> {
  checkKnown(task);
  const { name } = task;
  if (byHand(task)) {
    await onExt(task, async (plain) => {
      await runExt(task, ['e2fsck', '-fp', plain], [1]);
      await runExt(task, ['resize2fs', plain]);
    });
    return;
  }
  await inHelper(task, {
    ext: `${need('resize2fs')}; e2fsck -fp $d; [ $? -le 1 ] && resize2fs $d`,
    xfs: `${need('xfs_growfs')}; mount -t xfs $d /mnt && xfs_growfs /mnt && umount /mnt`,
    btrfs: `${need('btrfs')}; mount -t btrfs $d /mnt && btrfs filesystem resize max /mnt && umount /mnt`,
  }).catch((error: unknown) => {
    throw asDamaged(error, name);
  });
}

/** Looks whether it is sound; changes nothing. */
export async function checkFilesystem(task: FilesystemTask): Promise<Verdict> {
  checkKnown(task);
  if (byHand(task)) {
    const lines: string[] = [];
    const code = await onExt(task, async (plain) => e2fsck(task, ['-fn', plain], (line) => lines.push(line)));
    if (code > 4) throw failure('image-damaged', { name: task.name, why: clauseOf(lines.slice(-2)) });
    return { isSound: code === 0, said: clauseOf(lines.filter((line) => !isPass(line)).slice(0, 6)) };
  }
  const said = await inHelper(
    task,
    {
      ext: `${need('e2fsck')}; e2fsck -fn $d; echo "code $?"`,
      xfs: `${need('xfs_repair')}; xfs_repair -n $d; echo "code $?"`,
      btrfs: `${need('btrfs')}; btrfs check --readonly $d; echo "code $?"`,
    },
    { readOnly: true },
  );
  const code = Number(/^code (\d+)$/m.exec(said)?.[1] ?? 255);
  const lines = said.split('\n').filter((line) => !isPass(line) && !/^code \d+$/.test(line));
  return { isSound: code === 0, said: clauseOf(lines.slice(0, 6)) };
}

/** Mends what can be mended; to be done to a copy, and looked at again after it. */
export async function repairFilesystem(task: FilesystemTask): Promise<void> {
  checkKnown(task);
  const { name } = task;
  if (byHand(task)) {
    const code = await onExt(task, async (plain) => e2fsck(task, ['-fy', plain]));
    if (code > 2) throw failure('image-damaged', { name, why: 'e2fsck can’t mend all of it' });
    return;
  }
  await inHelper(task, {
    ext: `${need('e2fsck')}; e2fsck -fy $d; [ $? -le 2 ]`,
    // What its log holds comes first, if it can still be read.
    xfs: `${need('xfs_repair')}; mount -t xfs $d /mnt && umount /mnt; xfs_repair $d || xfs_repair -L $d`,
    btrfs: `${need('btrfs')}; btrfs check --repair --force $d`,
  }).catch((error: unknown) => {
    throw asDamaged(error, name);
  });
}

/**
 * Gives what it doesn't use back to this computer. On the file itself, because a disk that needs this has no room for a
 * copy: of a sound file system only blocks are thrown away that hold nothing, and the rest is journalled.
 */
export async function trimFilesystem(task: FilesystemTask): Promise<void> {
  checkKnown(task);
  const { name } = task;
  if (byHand(task)) {
    await onExt(task, async (plain) => runExt(task, ['e2fsck', '-fp', '-E', 'discard', plain], [1]));
    return;
  }
  const trim = (type: string): string =>
    `${need('fstrim')}; mount -t ${type} $d /mnt && fstrim -v /mnt && umount /mnt`;
  await inHelper(task, { ext: trim('ext4'), xfs: trim('xfs'), btrfs: trim('btrfs') }).catch(
    (error: unknown) => {
      throw asDamaged(error, name);
    },
  );
}

/** An ext that fills the disk needs no kernel. */
function byHand({ part }: FilesystemTask): boolean {
  return isExt(part.filesystem) && part.partition === null;
}

async function onExt<T>({ path }: FilesystemTask, work: (plain: string) => Promise<T>): Promise<T> {
  return withPlainPath(path, work);
}

async function runExt(
  { report, name }: FilesystemTask,
  argv: readonly [string, ...string[]],
  fineExits: readonly number[] = [],
): Promise<void> {
  const { signal, log } = report;
  await runProgram(argv, { timeoutMs: LIMIT_MS, signal, onLine: log, fineExits }).catch((error: unknown) => {
    throw asDamaged(error, name);
  });
}

/** Exit codes of e2fsck(8) say what it found. */
async function e2fsck(
  { report }: FilesystemTask,
  args: readonly string[],
  onLine: (line: string) => void = () => {},
): Promise<number> {
  try {
    await runProgram(['e2fsck', ...args], {
      timeoutMs: LIMIT_MS,
      signal: report.signal,
      onLine: (line) => {
        report.log(line);
        onLine(line);
      },
    });
    return 0;
  } catch (error) {
    const code = error instanceof Failure ? error.error.params['exitCode'] : undefined;
    if (typeof code !== 'number') throw error;
    return code;
  }
}

async function inHelper(
  { kernels, name, path, part, report }: FilesystemTask,
  scripts: { ext: string; xfs: string; btrfs: string },
  { readOnly = false } = {},
): Promise<string> {
  const { filesystem } = part;
  const kind = filesystem === 'xfs' || filesystem === 'btrfs' ? filesystem : 'ext';
  const missing: string[] = [];
  return runHelper({
    name,
    kernels,
    script: `d=/dev/ubdb${part.partition ?? ''}\n${scripts[kind]}`,
    disks: [{ path, readOnly }],
    filesystems: [kind === 'ext' ? 'ext4' : kind],
    timeoutMs: LIMIT_MS,
    // xfs_repair and btrfs want it by the size of what they look at.
    memoryMiB: 512,
    signal: report.signal,
    onLine: (line) => {
      if (line.startsWith('missing ')) missing.push(line.slice('missing '.length));
      report.log(line);
    },
  }).catch((error: unknown) => {
    const [tool] = missing;
    if (tool !== undefined && error instanceof Failure && error.error.params['exitCode'] === MISSING)
      throw failure('tool-missing', { tool, package: packages[tool] ?? tool });
    throw error;
  });
}

const packages: Readonly<Record<string, string>> = {
  xfs_repair: 'xfsprogs',
  xfs_growfs: 'xfsprogs',
  btrfs: 'btrfs-progs',
  e2fsck: 'e2fsprogs',
  resize2fs: 'e2fsprogs',
  fstrim: 'util-linux',
};

const need = (tool: string): string =>
  `command -v ${tool} > /dev/null || { echo "missing ${tool}"; exit ${MISSING}; }`;

/** What a checker prints however it ends. */
function isPass(line: string): boolean {
  return /^(e2fsck \d|Pass \d|Phase \d|\s*- |Opening filesystem|Checking filesystem|UUID:|\[\d\/\d\]|$)/.test(
    line,
  );
}

function asDamaged(error: unknown, name: string): unknown {
  if (!(error instanceof Failure) || error.error.code !== 'tool-failed') return error;
  return failure('image-damaged', { name, why: lastWords(error) }, error.error.detail);
}
