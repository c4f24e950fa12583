import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LEAST_MIB, raisedText } from '@shared/images/least-size.js';
import type { RecipeDisk } from '@shared/images/recipe.js';
import { runProgram } from '../../platform/run-program.js';
import { setExtAttributes } from './ext-attributes.js';
import { runHelper } from '../disks/helper-uml.js';
import type { BuildContext } from './build-context.js';
import { buildEnvironment } from './work-dir.js';
import { CLEAN_TAR, MODES, ROOT, type PreparedTree } from './guest-tree.js';

const MIB = 1024 ** 2;
const LIMIT_MS = 60 * 60_000;
/** What a file costs besides its bytes: an inode, a directory entry, half a block. */
const ENTRY_BYTES = 3 * 1024;

/** Size of the disk in MB: what was asked for, or twice what is in it and room to work. */
export function diskMiB(
  { sizeMiB, filesystem }: RecipeDisk,
  isTiny: boolean,
  bytes: number,
  entries: number,
): number {
  const needed = Math.ceil((bytes * 1.1 + entries * ENTRY_BYTES) / MIB);
  const room = isTiny && needed < 12 ? 16 : Math.ceil(Math.max(needed * 2, needed + 512) / 64) * 64;
  return Math.max(sizeMiB ?? room, LEAST_MIB[filesystem]);
}

/** The command that makes the file system, with what is in `root` where it can fill it, for the job and the plan. */
export function mkfsArgv(
  { filesystem, label }: RecipeDisk,
  root: string | null,
  disk: string,
  sizeMiB: number,
): [string, ...string[]] {
  switch (filesystem) {
    case 'ext4':
      return [
        'mke2fs',
        '-q',
        '-F',
        '-t',
        'ext4',
        '-b',
        '4096',
        '-m',
        '1',
        '-L',
        label ?? 'root',
        '-E',
        'root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0',
        ...(root === null ? [] : ['-d', root]),
        disk,
        `${sizeMiB}M`,
      ];
    case 'btrfs':
      return [
        'mkfs.btrfs',
        '-q',
        '-f',
        '-s',
        '4096',
        '-L',
        label ?? 'root',
        ...(root === null ? [] : ['--rootdir', root]),
        disk,
      ];
    case 'xfs':
      // Sectors of 512 bytes, its default, read wrong through a layer (docs/decisions/0023).
      return ['mkfs.xfs', '-q', '-f', '-b', 'size=4096', '-s', 'size=4096', '-L', label ?? 'root', disk];
  }
}

/**
 * Unpacks as if by root and fills the file system from that: owners and device nodes are noted down by fakeroot, no such
 * thing is made on this computer. All in one fakeroot: what it is told to save it saves a second later where process 1 is
 * slow to reap (its script waits for faked to be gone, faked(1)).
 */
const unpackAndFill = `cd "$1"; shift
rm -rf ${ROOT}; mkdir ${ROOT}
tar -C ${ROOT} --numeric-owner -xpf ${CLEAN_TAR}
cd ${ROOT}
for list in ../${MODES}/*; do [ ! -e "$list" ] || xargs -0 -a "$list" chmod "\${list##*/}" --; done
exec "$@"`;

/** Makes the disk with the tree in it. */
export async function makeFilesystem(context: BuildContext, tree: PreparedTree): Promise<void> {
  const { recipe, workDir, disk, report } = context;
  const { filesystem } = recipe.disk;
  const { bytes, entries, asTar, attributed } = tree;
  const sizeMiB = diskMiB(recipe.disk, recipe.source.kind === 'tiny', bytes, entries);
  const options = {
    timeoutMs: LIMIT_MS,
    signal: report.signal,
    onLine: report.log,
    withChildren: true,
    env: buildEnvironment(workDir),
  };
  report.progress(null, `${sizeMiB} MB`);
  const raised = raisedText(recipe.disk);
  if (raised !== null) report.log(`I: ${raised}`);
  await writeFile(disk, '', { mode: 0o600 });
  if (filesystem !== 'ext4') await truncate(disk, sizeMiB * MIB);
  const mkfs = mkfsArgv(recipe.disk, asTar ? null : join(workDir, ROOT), disk, sizeMiB);
  if (!asTar) {
    const argv = ['fakeroot', '--', 'sh', '-ec', unpackAndFill, 'sh', workDir, ...mkfs] as const;
    await runProgram([...argv], options);
    if (filesystem === 'ext4') await setExtAttributes(disk, attributed, workDir, options);
    return;
  }
  await runProgram(mkfs, options);
  await runHelper({
    name: context.name,
    // tar is this computer's own, with the root's rights of the helper: owners, modes and nodes come out as they should.
    script: `mount -t ${filesystem} /dev/ubdb /mnt && tar -C /mnt --numeric-owner --xattrs --xattrs-include='*' -xpf "/host/work/${CLEAN_TAR}" && sync && umount /mnt`,
    disks: [{ path: disk, readOnly: false }],
    filesystems: [filesystem],
    folders: { work: workDir },
    kernels: context.kernels,
    timeoutMs: LIMIT_MS,
    signal: report.signal,
    onLine: report.log,
  });
}

/** The command that looks at the finished file system without changing it. */
export function fsckArgv(filesystem: RecipeDisk['filesystem'], disk: string): [string, ...string[]] {
  switch (filesystem) {
    case 'ext4':
      return ['e2fsck', '-fn', disk];
    case 'xfs':
      return ['xfs_repair', '-n', '-f', disk];
    case 'btrfs':
      return ['btrfs', 'check', '--readonly', disk];
  }
}
