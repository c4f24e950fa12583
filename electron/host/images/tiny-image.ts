import { createHash } from 'node:crypto';
import { chmod, copyFile, link, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import {
  TINY_IMAGE_SIZE,
  TINY_RECIPE_VERSION,
  tinyFiles,
  tinyFolders,
  tinySbinApplets,
} from '@shared/images/tiny-recipe.js';
import { tinyToolsFile } from '../guest-tools/tools-files.js';
import { exists } from '../platform/files.js';
import { runProgram } from '../platform/run-program.js';

/** Where busybox-static puts it. */
const BUSYBOX_PATHS = ['/bin/busybox', '/usr/bin/busybox'];
const STEP_LIMIT_MS = 30_000;
/** The texts of the recipe, and the guest tools, which are a file of their own in the checkout. */
const files = [...tinyFiles, tinyToolsFile];

/** Identity of the tiny image that would be made now: another busybox or recipe makes another image. */
export async function tinyImageId(): Promise<string> {
  const busybox = await readFile(await findBusybox());
  const hash = createHash('sha256')
    .update(busybox)
    .update(JSON.stringify([files, tinyFolders]));
  return `tiny-${TINY_RECIPE_VERSION}-${hash.digest('hex').slice(0, 8)}`;
}

/**
 * Makes the tiny image at `target`, which must not exist: a tree in a temporary folder beside it, packed by mke2fs
 * with 4 KB blocks. fakeroot makes everything in it belong to root; as root nothing need be faked.
 */
export async function makeTinyImage(target: string, workDir: string): Promise<void> {
  const tree = await mkdtemp(join(workDir, 'tiny-tree-'));
  const partial = `${target}.partial`;
  try {
    await fillTree(tree, await findBusybox());
    await rm(partial, { force: true });
    const mke2fs = ['mke2fs', '-q', '-F', '-t', 'ext4', '-b', '4096', '-m', '0', '-L', 'tiny'] as const;
    const options = [
      '-E',
      'root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0',
      '-d',
      tree,
      partial,
      TINY_IMAGE_SIZE,
    ];
    const asRoot = process.getuid?.() === 0;
    await runProgram(asRoot ? [...mke2fs, ...options] : ['fakeroot', '--', ...mke2fs, ...options], {
      timeoutMs: STEP_LIMIT_MS,
    });
    await chmod(partial, 0o444);
    // A link, not a rename: it never takes the place of an image that is there.
    await link(partial, target);
  } finally {
    await rm(partial, { force: true });
    await rm(tree, { recursive: true, force: true });
  }
}

/** BusyBox of this computer. Throws Failure tool-missing. */
export async function findBusybox(): Promise<string> {
  for (const path of BUSYBOX_PATHS) if (await exists(path)) return path;
  throw failure('tool-missing', { tool: 'busybox', package: 'busybox-static' });
}

/** Puts the tree of the tiny image into a folder. */
export async function fillTree(tree: string, busybox: string): Promise<void> {
  for (const folder of tinyFolders) await mkdir(join(tree, folder), { recursive: true });
  await copyFile(busybox, join(tree, 'bin/busybox'));
  await chmod(join(tree, 'bin/busybox'), 0o755);
  const applets = (await runProgram([busybox, '--list'], { timeoutMs: STEP_LIMIT_MS })).split('\n');
  for (const applet of applets.filter((name) => /^[\w[.+-]+$/.test(name) && name !== 'busybox')) {
    await symlink('/bin/busybox', join(tree, tinySbinApplets.has(applet) ? 'sbin' : 'bin', applet));
  }
  for (const { path, mode, text } of files) {
    await writeFile(join(tree, path), text);
    await chmod(join(tree, path), mode);
  }
  await chmod(join(tree, 'root'), 0o700);
  await chmod(join(tree, 'tmp'), 0o1777);
}
