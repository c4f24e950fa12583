import { constants } from 'node:fs';
import { access as checkAccess } from 'node:fs/promises';
import { Failure, failure, type PaddockError } from '@shared/errors/paddock-error.js';
import type { BuildPlan } from '@shared/images/build-plan.js';
import { raisedText } from '@shared/images/least-size.js';
import type { Recipe } from '@shared/images/recipe.js';
import type { SourceFacts } from '@shared/images/source-facts.js';
import { statOrNull } from '../../platform/files.js';
import { inspectSource } from '../inspect-source.js';
import { findModules } from '../kernel-modules.js';
import type { KernelService } from '../../kernels/kernel-service.js';
import { findTool } from '../../platform/find-tool.js';
import { freeBytesOf } from '../../platform/free-bytes.js';
import { debianMode } from './debian-tree.js';
import { SCRATCH_FOLDER } from './work-dir.js';

const MIB = 1024 ** 2;
/** What a minbase Debian comes to, tar and tree and disk, and what each package more adds; measured (facts A2). */
const DEBIAN_BYTES = {
  essential: 190 * MIB,
  apt: 210 * MIB,
  minbase: 240 * MIB,
  important: 330 * MIB,
  standard: 480 * MIB,
};
const PACKAGE_BYTES = 4 * MIB;
/** A tree that is packed well unpacks to about so many times its size. */
const UNPACK_TIMES = 3.5;
const MODULES_BYTES = 110 * MIB;
/** An inode of 256 bytes for each 16 KB (mke2fs.conf); measured as 1.1 % of a disk of 100 GB. */
const INODES_SHARE = 1 / 64;

/** Debian package of each program that a build runs. */
const packageOf: Readonly<Record<string, string>> = {
  mmdebstrap: 'mmdebstrap',
  debootstrap: 'debootstrap',
  fakeroot: 'fakeroot',
  mke2fs: 'e2fsprogs',
  'mkfs.xfs': 'xfsprogs',
  'mkfs.btrfs': 'btrfs-progs',
  'qemu-img': 'qemu-utils',
  openssl: 'openssl',
  busybox: 'busybox-static',
};

/** How much a build needs, by what is known before it begins. */
export type Needs = Pick<BuildPlan, 'spaceBytes' | 'imageBytes' | 'seconds' | 'needsNetwork' | 'notes'>;

/** Guesses what a recipe needs. `facts`: of its source, when that is a file. */
export function needsOf(recipe: Recipe, facts: SourceFacts | null): Needs {
  const { source, contents } = recipe;
  const isHelped = recipe.disk.filesystem === 'xfs';
  const notes = notesOf(recipe, isHelped);
  if (source.kind === 'disk') {
    const bytes = facts?.bytes ?? 0;
    return {
      spaceBytes: bytes,
      imageBytes: bytes,
      seconds: 1 + bytes / (300 * MIB),
      needsNetwork: false,
      notes,
    };
  }
  const tree = treeBytes(recipe, facts);
  // The tar, the tree (or the tar once more) and the disk are there at once.
  const spaceBytes = Math.round(tree * 4.2 + 8 * MIB + emptyBytes(recipe));
  const work = tree / (60 * MIB) + (isHelped ? 5 + tree / (15 * MIB) : 0);
  const fetching = source.kind === 'debian' ? 18 + contents.packages.length * 0.4 : 0;
  return {
    spaceBytes,
    imageBytes: Math.round(tree * 1.1 + 4 * MIB + emptyBytes(recipe)),
    seconds: 0.5 + fetching + work,
    needsNetwork: source.kind === 'debian',
    notes,
  };
}

/** A guess at what is in the tree of a recipe that isn't a disk. */
function treeBytes({ source, contents }: Recipe, facts: SourceFacts | null): number {
  const extra = (contents.modulesOf === null ? 0 : MODULES_BYTES) + contents.packages.length * PACKAGE_BYTES;
  if (source.kind === 'debian') return extra + DEBIAN_BYTES[source.variant];
  if (source.kind === 'tiny') return extra + 3 * MIB;
  return extra + (facts?.bytes ?? 0) * (facts?.compression === '' ? 1 : UNPACK_TIMES);
}

/** What a file system of a size somebody chose takes with nothing in it: an ext4 has all its inodes, and a journal, at once. */
function emptyBytes({ disk }: Recipe): number {
  if (disk.filesystem !== 'ext4' || disk.sizeMiB === null) return 0;
  const bytes = disk.sizeMiB * MIB;
  return bytes * INODES_SHARE + Math.min(1024 * MIB, bytes / 32);
}

function notesOf({ source, contents, disk }: Recipe, isHelped: boolean): string[] {
  const raised = source.kind === 'disk' ? null : raisedText(disk);
  return [
    ...(raised === null ? [] : [raised]),
    ...(source.kind === 'tree' || source.kind === 'nommu'
      ? [
          'What the tree lacks for booting (an init, logins on the consoles, an fstab) is added, and its log says what.',
        ]
      : []),
    ...(source.kind === 'disk'
      ? [
          'A disk is taken as it is: name, passwords and files of the recipe are left out. Customise the image afterwards.',
        ]
      : []),
    ...(source.kind === 'nommu'
      ? ['Its machines start /sbin/init, which must be position-independent; that is checked.']
      : []),
    ...(source.kind === 'debian' && contents.quickStart && source.init === 'systemd'
      ? [
          'Units that find no hardware here and cost most of the start are masked: udev, journal flush, timers of apt.',
        ]
      : []),
    ...(isHelped ? ['The file system is filled by a helper machine, which needs a UML kernel.'] : []),
  ];
}

/** Everything that is known to keep a build from being done. */
export async function problemsOf(
  recipe: Recipe,
  facts: SourceFacts | null,
  folder: string,
  needs: Needs,
  kernels: KernelService,
): Promise<{ problems: PaddockError[]; freeBytes: number }> {
  const problems: PaddockError[] = [];
  const note = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(error.error);
    }
  };
  const { source, contents, disk, access } = recipe;
  for (const tool of toolsOf(recipe))
    if (!(await findTool(tool)))
      problems.push(failure('tool-missing', { tool, package: packageOf[tool] ?? tool }).error);
  if (source.kind === 'debian') {
    if (source.tool === 'debootstrap' && process.getuid?.() !== 0)
      problems.push(
        failure('recipe-needs', {
          what: 'debootstrap',
          why: 'it needs root; mmdebstrap makes the same without',
        }).error,
      );
    // systemd-sysv has that priority, and both can't be installed.
    if (source.init === 'sysvinit' && (source.variant === 'important' || source.variant === 'standard'))
      problems.push(
        failure('recipe-needs', {
          what: `sysvinit in the variant ${source.variant}`,
          why: 'that variant has systemd in it; take minbase, and name the packages you want besides',
        }).error,
      );
    // The rest of what mmdebstrap has it doesn't know; Debian's important is what it makes when nobody says.
    if (source.tool === 'debootstrap' && source.variant !== 'minbase' && source.variant !== 'important')
      problems.push(
        failure('recipe-needs', {
          what: `The variant ${source.variant} by debootstrap`,
          why: 'it makes minbase and important; mmdebstrap makes all',
        }).error,
      );
    await note(() => debianMode());
  } else if (contents.packages.length > 0)
    problems.push(
      failure('recipe-needs', {
        what: 'Installing packages',
        why: 'only a Debian recipe knows where to get them',
      }).error,
    );
  if (facts !== null) {
    const wants = source.kind === 'disk' ? 'disk' : 'tree';
    if (facts.why !== null)
      problems.push(failure('image-source', { path: facts.path, why: facts.why }).error);
    else if (facts.kind !== wants)
      problems.push(
        failure('image-source', {
          path: facts.path,
          why: `it is ${facts.summary}, not ${wants === 'disk' ? 'a disk' : 'a root file system'}`,
        }).error,
      );
  }
  for (const { from } of contents.files) {
    const found = await statOrNull(from);
    if (!found?.isFile())
      problems.push(
        failure('image-file', {
          path: from,
          why: found ? 'only ordinary files can be copied in' : 'it is not there',
        }).error,
      );
    else
      await checkAccess(from, constants.R_OK).catch(() =>
        problems.push(failure('image-file', { path: from, why: 'you may not read it' }).error),
      );
  }
  const { modulesOf } = contents;
  if (modulesOf !== null)
    await note(async () => findModules((await kernels.probe(modulesOf)).version, modulesOf));
  if (disk.label !== null && disk.label.length > 12)
    problems.push(failure('recipe-needs', { what: 'The label', why: 'it is too long' }).error);
  const names = access.users.map(({ name }) => name);
  if (new Set(names).size !== names.length || names.includes('root'))
    problems.push(
      failure('recipe-needs', {
        what: 'The users',
        why: 'each may be named once, and root has a field of its own',
      }).error,
    );
  const freeBytes = await freeBytesOf(folder);
  const wanted = [{ place: folder, bytes: needs.spaceBytes, free: freeBytes }];
  if (source.kind === 'debian' && source.tool === 'mmdebstrap')
    // Its tree, and the packages that it is made of.
    wanted.push({
      place: SCRATCH_FOLDER,
      bytes: Math.round(treeBytes(recipe, facts) * 1.4),
      free: await freeBytesOf(SCRATCH_FOLDER),
    });
  for (const { place, bytes, free } of wanted)
    if (free < bytes)
      problems.push(
        failure('image-no-space', {
          neededMiB: Math.ceil(bytes / MIB),
          freeMiB: Math.floor(free / MIB),
          folder: place,
        }).error,
      );
  return { problems, freeBytes };
}

function toolsOf({ source, disk, access }: Recipe): string[] {
  if (source.kind === 'disk') return ['qemu-img'];
  return [
    ...(source.kind === 'debian' ? [source.tool] : []),
    ...(source.kind === 'tiny' ? ['busybox'] : []),
    'fakeroot',
    { ext4: 'mke2fs', xfs: 'mkfs.xfs', btrfs: 'mkfs.btrfs' }[disk.filesystem],
    ...(access.root.kind === 'password' || access.users.some(({ password }) => password.kind === 'password')
      ? ['openssl']
      : []),
  ];
}

/** What the recipe's source is, when it is a file; a file that can't be read is told as a source that can't be used. */
export async function sourceFacts({ source }: Recipe): Promise<SourceFacts | null> {
  if (!('path' in source)) return null;
  try {
    return await inspectSource(source.path);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { path } = source;
    const why = String(error.error.params['why'] ?? error.message).replace(/\.$/, '');
    return { path, kind: 'unknown', format: '', compression: '', bytes: 0, summary: 'not readable', why };
  }
}
