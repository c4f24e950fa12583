import { createWriteStream } from 'node:fs';
import { lstat, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { failure } from '@shared/errors/paddock-error.js';
import { resolveInTree } from '@shared/images/resolve-in-tree.js';
import { TreeIndex, UnsafeEntry, type TreeEntry } from '@shared/images/tree-index.js';
import { statOrNull } from '../../platform/files.js';
import { cpioEntries } from './cpio-index.js';
import { applyEdits } from './apply-edits.js';
import { BadImage, ociLayers, savedLayers, type Blob, type FindBlob } from './oci.js';
import { compressionOf, decompress, openPlain, startOf } from './plain-file.js';
import { BadArchive, tarEntries, type StoredEntry } from './tar-index.js';
import { writeTar } from './tar-writer.js';
import { layoutOf, looksLikeCpio, looksLikeTar, START_BYTES } from './tree-format.js';
import type { AttributedPath, Tree } from './tree.js';

const TEXT_MAX = 1024 * 1024;
/** Names of extended attributes that are told as not kept. */
const LEFT_TOLD = 5;

/** How a tree is read. */
export interface ReadTreeOptions {
  /** A folder of the caller's for what must be unpacked meanwhile. */
  workDir: string;
  signal?: AbortSignal;
  /** More than so many bytes of files are refused. */
  bytesMax: number;
  onProgress?: (done: number, total: number) => void;
}

/**
 * Reads a root file system: a tar (plain, gzip, xz, zstd, bzip2), an OCI layout as a folder or a tar, what `docker save`
 * wrote, an initramfs. Only the places of its files are noted; nothing of it is unpacked. Throws Failure: image-file,
 * image-source, tree-unsafe, tree-too-large, tool-missing, cancelled.
 */
export async function readTree(path: string, options: ReadTreeOptions): Promise<Tree> {
  const reader = new TreeReader(path, options);
  try {
    await reader.read();
    return reader.tree();
  } catch (error) {
    await reader.close();
    if (error instanceof UnsafeEntry)
      throw failure('tree-unsafe', { path, entry: JSON.stringify(error.entry), why: error.why });
    if (error instanceof BadArchive || error instanceof BadImage)
      throw failure('image-source', { path, why: `it ${error.why}` });
    throw error;
  }
}

class TreeReader {
  private readonly index = new TreeIndex<StoredEntry>();
  private readonly files: FileHandle[] = [];
  private readonly left = new Set<string>();
  private parts = 0;

  constructor(
    private readonly path: string,
    private readonly options: ReadTreeOptions,
  ) {}

  async read(): Promise<void> {
    if ((await statOrNull(this.path))?.isDirectory()) return this.readLayers(await ociLayers(this.inFolder));
    const whole = await this.openFile(this.path);
    const plain = await this.plain(whole, this.path);
    const start = await startOf(plain.file, START_BYTES);
    if (looksLikeCpio(start)) return this.take(cpioEntries(plain.file, plain.bytes));
    if (!looksLikeTar(start)) throw new BadArchive('is neither a tar nor an initramfs');
    const names = new Map<string, StoredEntry>();
    for await (const entry of tarEntries(plain.file, plain.bytes)) {
      names.set(entry.path.replace(/^(\.\/)+/, ''), entry);
      // A root file system soon shows itself as one; the parts of an image are few.
      if (names.size > 5000) break;
    }
    const layout = layoutOf(names);
    if (layout === 'tar') return this.take(tarEntries(plain.file, plain.bytes));
    const find: FindBlob = async (name) => {
      const entry = names.get(name);
      return entry?.content ? { ...entry.content, bytes: entry.size } : null;
    };
    await this.readLayers(layout === 'oci' ? await ociLayers(find) : await savedLayers(find));
  }

  tree(): Tree {
    const { index } = this;
    return {
      entries: index.entries,
      bytes: index.bytes,
      text: async (path) => {
        const real = resolveInTree(index.entries, path);
        const entry = real === null ? undefined : index.entries.get(real);
        const stored = (entry?.kind === 'hardlink' ? entry.linked : entry) as StoredEntry | undefined;
        if (!stored?.content || stored.size > TEXT_MAX)
          return stored?.kind === 'file' && stored.size === 0 ? '' : null;
        const { buffer } = await stored.content.file.read(
          Buffer.alloc(stored.size),
          0,
          stored.size,
          stored.content.at,
        );
        return buffer.toString('utf8');
      },
      write: (to, edits, options) => writeTar(to, applyEdits(index, edits), options),
      attributed: (edits) => attributedPaths(applyEdits(index, edits)),
      leftAttributes: [...this.left],
      close: () => this.close(),
    };
  }

  async close(): Promise<void> {
    for (const file of this.files.splice(0)) await file.close();
  }

  private async readLayers(layers: Blob[]): Promise<void> {
    for (const layer of layers) {
      const plain = await this.plain(layer, null);
      if (!looksLikeTar(await startOf(plain.file, START_BYTES)) && plain.bytes > 0)
        throw new BadImage('has a layer that is no tar');
      this.index.beginLayer();
      await this.take(tarEntries(plain.file, plain.bytes));
    }
  }

  private async take(entries: AsyncIterable<StoredEntry>): Promise<void> {
    const { signal, bytesMax } = this.options;
    for await (const entry of entries) {
      if (signal?.aborted) throw failure('cancelled', {});
      this.index.add(entry);
      for (const name of entry.left ?? [])
        if (this.left.size < LEFT_TOLD) this.left.add(JSON.stringify(name.slice(0, 60)));
      if (this.index.bytes > bytesMax)
        throw failure('tree-too-large', { path: this.path, limitMiB: Math.floor(bytesMax / 1024 ** 2) });
    }
    if (this.index.entries.size === 0) throw new BadArchive('has nothing in it');
  }

  /** A part as a file of its own that is not compressed; `path`: where it lies as a whole, if it does. */
  private async plain(blob: Blob, path: string | null): Promise<{ file: FileHandle; bytes: number }> {
    const { workDir, signal, bytesMax } = this.options;
    const start = Buffer.alloc(16);
    await blob.file.read(start, 0, start.length, blob.at);
    const compression = compressionOf(start);
    if (compression === '' && blob.at === 0) return blob;
    this.parts += 1;
    const part = join(workDir, `part-${this.parts}`);
    await rm(part, { force: true });
    await rm(`${part}.plain`, { force: true });
    if (path === null) {
      const from = blob.file.createReadStream({
        start: blob.at,
        end: blob.at + blob.bytes - 1,
        autoClose: false,
      });
      await pipeline(
        blob.bytes === 0 ? [] : from,
        createWriteStream(part, { mode: 0o600 }),
        ...(signal ? [{ signal }] : []),
      );
    }
    if (compression === '') return this.openFile(part);
    const shownAs = this.path;
    const plain = await decompress(path ?? part, compression, workDir, `part-${this.parts}.plain`, {
      bytesMax,
      shownAs,
      ...(signal ? { signal } : {}),
    });
    await rm(part, { force: true });
    return this.openFile(plain);
  }

  private readonly inFolder: FindBlob = async (name) => {
    const path = join(this.path, name);
    // No link: it could lead to any file of this computer.
    const found = await lstat(path).catch(() => null);
    if (!found?.isFile()) return null;
    return this.openFile(path);
  };

  private async openFile(path: string): Promise<Blob> {
    const { file, bytes } = await openPlain(path);
    this.files.push(file);
    return { file, at: 0, bytes };
  }
}

/** Each file and folder with extended attributes once, by a path that it is written under. */
function attributedPaths(entries: ReadonlyMap<string, TreeEntry>): AttributedPath[] {
  const known = new Set<TreeEntry>();
  const found: AttributedPath[] = [];
  for (const { path, kind, linked, ...entry } of entries.values()) {
    const file = kind === 'hardlink' ? linked : entries.get(path);
    const attributes = kind === 'hardlink' ? linked?.attributes : entry.attributes;
    if (!file || !attributes || known.has(file)) continue;
    known.add(file);
    found.push({ path, attributes });
  }
  return found;
}
