import { constants, createWriteStream } from 'node:fs';
import { access, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import { askedPaths, readTexts, type GuestFacts } from '@shared/images/guest-setup/guest-facts.js';
import { ADDED_BUSYBOX, guestSetup, type GuestSetup } from '@shared/images/guest-setup/guest-setup.js';
import { askedPasswords, secretOf, type Recipe } from '@shared/images/recipe.js';
import { resolveInTree } from '@shared/images/resolve-in-tree.js';
import { UnsafeEntry } from '@shared/images/tree-index.js';
import { rootFile, type TreePut } from '@shared/images/tree-edits.js';
import { tinyToolsFile } from '../../guest-tools/tools-files.js';
import { findBusybox } from '../tiny-image.js';
import { findModules } from '../kernel-modules.js';
import { hashPassword } from '../password-hash.js';
import { readTree } from '../trees/read-tree.js';
import type { AttributedPath, Tree } from '../trees/tree.js';
import { isFilledByHelper } from './filled-by-helper.js';
import type { BuildContext } from './build-context.js';

const GIB = 1024 ** 3;
/** More than any root file system of an image; an archive that unpacks to more is a bomb. */
const TREE_BYTES_MAX = 64 * GIB;

/** Folder of the unpacked tree in the work folder. */
export const ROOT = 'root';
/** The tree as a tar, as Paddock wrote it. */
export const CLEAN_TAR = 'clean.tar';
/**
 * What the tar says of permissions that would keep its owner out, who is no root here: a file for each mode, named so in
 * octal, with the paths in it, each ended by a NUL.
 */
export const MODES = 'modes';

/** What became of a tree. */
export interface PreparedTree {
  bytes: number;
  entries: number;
  init: GuestSetup['init'];
  /** Where its /sbin/init leads, in the tree; null when it had none. */
  initPath: string | null;
  guestTools: boolean;
  notes: string[];
  /** True when a helper fills the file system from CLEAN_TAR; else that is for its owner to unpack. */
  asTar: boolean;
  /** What is to have extended attributes: in the tar they are, on files of this computer they can't be. */
  attributed: AttributedPath[];
}

/**
 * Reads the tree at `source`, changes it as the recipe says, and writes the result as a tar into the work folder; one that
 * its owner can unpack unless a helper does. Nothing of the source reaches a path of this computer but through a tar
 * that Paddock wrote (trees/tree).
 */
export async function prepareTree(context: BuildContext, source: string): Promise<PreparedTree> {
  const { recipe, name, workDir, report, secrets } = context;
  const hashes: Record<string, string> = {};
  for (const user of askedPasswords(recipe)) {
    const secret = secretOf(secrets, user);
    if (secret === undefined) throw failure('password-missing', { user });
    hashes[user] = await hashPassword(secret, report.signal);
  }
  const tree = await readTree(source, {
    workDir,
    signal: report.signal,
    bytesMax: TREE_BYTES_MAX,
    onProgress: (done, total) =>
      report.progress(total > 0 ? Math.min(0.5, done / total / 2) : null, 'reading'),
  });
  try {
    const facts = await factsOf(tree, recipe);
    const setup = guestSetup(facts, recipe, name, hashes);
    for (const note of setup.notes) report.log(`I: ${note}`);
    const guestTools =
      recipe.source.kind === 'tiny' ||
      setup.put.some(({ path }) => /paddock-guest-tools/.test(path)) ||
      mentionsTools(setup.put);
    const put = [
      ...setup.put,
      ...(setup.needsBusybox
        ? [
            {
              kind: 'copy',
              path: ADDED_BUSYBOX,
              mode: 0o755,
              uid: 0,
              gid: 0,
              from: await findBusybox(),
            } as const,
          ]
        : []),
      ...(guestTools ? [rootFile(tinyToolsFile.path, tinyToolsFile.text, tinyToolsFile.mode)] : []),
      ...(await modulePuts(recipe, context)),
      ...(await filePuts(recipe, tree, setup.put)),
    ];
    const edits = { put, remove: setup.remove };
    const attributed = tree.attributed(edits);
    const asTar = isFilledByHelper(recipe.disk.filesystem, attributed.length > 0);
    tellAttributes(tree, attributed.length, report.log);
    const written = await write(context, tree, edits, !asTar);
    return {
      bytes: tree.bytes + written,
      entries: tree.entries.size + put.length,
      init: setup.init,
      initPath: facts.real['sbin/init'],
      guestTools,
      notes: setup.notes,
      asTar,
      attributed,
    };
  } catch (error) {
    // What is put in can't be where it is to be.
    if (!(error instanceof UnsafeEntry)) throw error;
    throw failure('recipe-needs', {
      what: `Putting in ${JSON.stringify(error.entry)}`,
      why: `it ${error.why}`,
    });
  } finally {
    await tree.close();
  }
}

function tellAttributes({ leftAttributes }: Tree, kept: number, log: (line: string) => void): void {
  if (kept > 0) log(`I: ${kept} files and folders keep capabilities or other extended attributes`);
  if (leftAttributes.length > 0)
    log(`I: extended attributes that are not kept, among them ${leftAttributes.join(', ')}`);
}

function mentionsTools(put: readonly TreePut[]): boolean {
  return put.some((one) => one.kind === 'file' && one.text.includes(`/${tinyToolsFile.path}`));
}

async function factsOf(tree: Tree, recipe: Recipe): Promise<GuestFacts> {
  const texts = {} as Record<(typeof readTexts)[number], string | null>;
  for (const path of readTexts) texts[path] = await tree.text(path);
  const real = Object.fromEntries(askedPaths.map((path) => [path, resolveInTree(tree.entries, path)]));
  const zone = `usr/share/zoneinfo/${recipe.contents.timezone}`;
  return { texts, real: real as GuestFacts['real'], hasZone: resolveInTree(tree.entries, zone) !== null };
}

async function filePuts(recipe: Recipe, { entries }: Tree, own: readonly TreePut[]): Promise<TreePut[]> {
  const puts: TreePut[] = [];
  for (const { from, to, mode } of recipe.contents.files) {
    const found = await stat(from).catch(() => null);
    if (!found) throw failure('image-file', { path: from, why: 'it is not there' });
    if (!found.isFile())
      throw failure('image-file', { path: from, why: 'only ordinary files can be copied in' });
    await access(from, constants.R_OK).catch(() => {
      throw failure('image-file', { path: from, why: 'you may not read it' });
    });
    const path = to.slice(1);
    const real = resolveInTree(entries, path);
    if (
      (real !== null && entries.get(real)?.kind === 'folder') ||
      own.some((put) => put.path.startsWith(`${path}/`) || (put.kind === 'folder' && put.path === path))
    )
      throw failure('recipe-needs', { what: `Putting in ${to}`, why: 'it is a folder of the guest' });
    puts.push({ kind: 'copy', path, mode: mode ?? found.mode & 0o777, uid: 0, gid: 0, from });
  }
  return puts;
}

async function modulePuts(recipe: Recipe, { kernels }: BuildContext): Promise<TreePut[]> {
  const path = recipe.contents.modulesOf;
  if (path === null) return [];
  const { version } = await kernels.probe(path);
  const folder = await findModules(version, path);
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => {
      const from = join(parentPath, name);
      return {
        kind: 'copy',
        path: `lib/modules/${version}${from.slice(folder.length)}`,
        mode: 0o644,
        uid: 0,
        gid: 0,
        from,
      };
    });
}

/** Writes the changed tree as a tar. Returns the bytes of what was put in besides. */
async function write(
  { workDir, report }: BuildContext,
  tree: Tree,
  edits: { put: readonly TreePut[]; remove: readonly string[] },
  loosen: boolean,
): Promise<number> {
  report.progress(0.5, 'writing');
  const to = createWriteStream(join(workDir, CLEAN_TAR));
  const loosened = await tree.write(to, edits, { signal: report.signal, loosen });
  const byMode = new Map<number, string[]>();
  for (const [path, mode] of loosened) byMode.set(mode, [...(byMode.get(mode) ?? []), path]);
  const modes = join(workDir, MODES);
  await rm(modes, { recursive: true, force: true });
  await mkdir(modes);
  // No name of a tree has a NUL in it.
  for (const [mode, paths] of byMode)
    await writeFile(
      join(modes, mode.toString(8).padStart(4, '0')),
      paths.map((path) => `${path}\0`).join(''),
    );
  let bytes = 0;
  for (const one of edits.put) if (one.kind === 'copy') bytes += (await stat(one.from)).size;
  return bytes;
}
