import { chmod, link, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import type { Image } from '@shared/images/image.js';
import type { Recipe } from '@shared/images/recipe.js';
import { shellText } from '@shared/vms/command-line.js';
import { runProgram } from '../../platform/run-program.js';
import { findRoot, importDisk } from '../disks/import-disk.js';
import { describe, type ImageService } from '../image-service.js';
import type { BuildStep } from './build-context.js';
import { debianCommand, makeDebianTree } from './debian-tree.js';
import { CLEAN_TAR, prepareTree, ROOT, type PreparedTree } from './guest-tree.js';
import { isFilledByHelper } from './filled-by-helper.js';
import { fsckArgv, makeFilesystem, mkfsArgv } from './make-filesystem.js';
import { checkNommuTree } from './nommu-tree.js';
import { makeTinyTar } from './tiny-tree.js';

const FSCK_LIMIT_MS = 30 * 60_000;

/** What the steps of one build tell each other. */
interface Made {
  tree: PreparedTree | null;
  root: Pick<Image, 'rootPartition' | 'filesystem'> | null;
}

const kinds = { tiny: 'tiny', debian: 'debian', tree: 'tree', nommu: 'nommu', disk: 'disk' } as const;

/** The steps of a recipe, in order. `check` is the first of every build. */
export async function buildSteps(
  recipe: Recipe,
  name: string,
  images: ImageService,
  check: () => Promise<void>,
): Promise<BuildStep[]> {
  const made: Made = { tree: null, root: null };
  return [
    { title: 'Check tools and room', command: null, detail: '', run: check },
    ...(recipe.source.kind === 'disk' ? diskSteps(recipe.source.path, made) : await treeSteps(recipe, made)),
    {
      title: 'Keep it read-only and note it down',
      command: shellText(['chmod', '0444', `${name}.img`]),
      detail: '',
      run: async (context) => {
        const path = images.pathOf(name);
        const { tree, root } = made;
        if (tree === null && root === null) throw failure('internal', { message: 'nothing was made' });
        await keep(context.disk, path, name);
        const { filesystem } = recipe.disk;
        const facts = await describe(name, name, kinds[recipe.source.kind], path, originOf(recipe));
        await images.add({
          ...facts,
          recipe: recipe.name,
          guestTools: tree?.guestTools ?? false,
          ...(root ?? { filesystem, rootPartition: null }),
          // A kernel without an MMU has no root= and no default that it can run (facts/nommu).
          init: recipe.source.kind === 'nommu' ? '/sbin/init' : null,
        });
      },
    },
  ];
}

async function treeSteps(recipe: Recipe, made: Made): Promise<BuildStep[]> {
  const { source, disk } = recipe;
  const asTar = isFilledByHelper(disk.filesystem, false);
  const sizeMiB = disk.sizeMiB ?? 0;
  const mkfs = mkfsArgv(disk, ROOT, 'disk.img', sizeMiB);
  const unpack = shellText(['tar', '-C', ROOT, '--numeric-owner', '-xpf', CLEAN_TAR]);
  const mkfsText = shellText(mkfs).replace(/ 0M$/, ' SIZE');
  const mkfsShown = asTar ? mkfsText : shellText(['fakeroot', '--', 'sh', '-c', `${unpack} && ${mkfsText}`]);
  const inWork = 'root.tar';
  return [
    ...(source.kind === 'debian'
      ? [
          {
            title: 'Fetch and install packages',
            command: shellText(await debianCommand(recipe, source)),
            detail: source.suite,
            run: (context) => makeDebianTree(context, source),
          } satisfies BuildStep,
        ]
      : []),
    ...(source.kind === 'tiny'
      ? [
          {
            title: 'Put BusyBox together',
            command: shellText(['tar', '--owner=0', '--group=0', '-C', 'tree', '-cf', inWork, '.']),
            detail: '',
            run: makeTinyTar,
          } satisfies BuildStep,
        ]
      : []),
    {
      title: 'Name, passwords, consoles and files',
      command: null,
      detail: CLEAN_TAR,
      run: async (context) => {
        const from = 'path' in source ? source.path : join(context.workDir, inWork);
        made.tree = await prepareTree(context, from);
        if (source.kind === 'nommu') await checkNommuTree(context, made.tree.initPath);
      },
    },
    {
      title: `Make ${disk.filesystem} with 4096-byte blocks`,
      command: mkfsShown,
      detail: disk.sizeMiB === null ? '' : `${disk.sizeMiB} MB`,
      run: async (context) => {
        if (made.tree === null) throw failure('internal', { message: 'no tree was made' });
        await makeFilesystem(context, made.tree);
      },
    },
    {
      title: 'Check the file system',
      command: shellText(fsckArgv(disk.filesystem, 'disk.img')),
      detail: '',
      run: async ({ disk: path, report }) => {
        await runProgram(fsckArgv(disk.filesystem, path), {
          timeoutMs: FSCK_LIMIT_MS,
          signal: report.signal,
          onLine: report.log,
        });
      },
    },
  ];
}

function diskSteps(path: string, made: Made): BuildStep[] {
  return [
    {
      title: 'Copy the disk',
      command: shellText(['qemu-img', 'convert', '-p', '-O', 'raw', path, 'disk.img']),
      detail: '',
      run: async ({ disk, workDir, report }) => {
        const partial = join(workDir, 'disk.part');
        await importDisk(path, partial, {
          signal: report.signal,
          onProgress: (fraction) => report.progress(fraction, 'copied'),
        });
        await rename(partial, disk);
      },
    },
    {
      title: 'Look for its root file system',
      command: null,
      detail: '',
      run: async ({ disk, kernels, report }) => {
        made.root = await findRoot(disk, kernels);
        const { rootPartition, filesystem } = made.root;
        report.log(
          `I: the root file system is ${filesystem} on ${rootPartition === null ? 'the whole disk' : `partition ${rootPartition}`}`,
        );
      },
    },
  ];
}

function originOf({ source, name }: Recipe): string {
  switch (source.kind) {
    case 'tiny':
      return `BusyBox of this computer, by the recipe ${name}`;
    case 'debian':
      return `Debian ${source.suite} (${source.init}), by the recipe ${name}`;
    case 'tree':
    case 'disk':
    case 'nommu':
      return source.path;
  }
}

/** Puts a finished disk in its place: whole and on the disk, read-only, never over what is there. */
async function keep(disk: string, path: string, name: string): Promise<void> {
  const file = await open(disk, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await chmod(disk, 0o444);
  await link(disk, path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? failure('image-name-taken', { name }) : error;
  });
}
