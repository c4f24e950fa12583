import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { Header, Pax } from 'tar';
import { failure } from '@shared/errors/paddock-error.js';
import { paxRecords } from '@shared/images/extended-attributes.js';
import type { TreeEntry } from '@shared/images/tree-index.js';
import type { StoredEntry } from './tar-index.js';
import type { WriteOptions } from './tree.js';

const BLOCK = 512;
const PIECE = 1024 * 1024;
const types = {
  file: 'File',
  folder: 'Directory',
  link: 'SymbolicLink',
  hardlink: 'Link',
  char: 'CharacterDevice',
  block: 'BlockDevice',
  fifo: 'FIFO',
} as const;

/** What is written besides what came from an archive. */
export type WrittenEntry = StoredEntry & {
  /** A file of this computer, or a text, that is its content. */
  from?: string;
  text?: string;
};

/**
 * Writes entries as a plain tar: by their paths, so that a folder comes before what is in it, hardlinks last. Files
 * that lost their first name are written once, and the others of their names linked to that. Throws Failure cancelled.
 */
export async function writeTar(
  to: Writable,
  entries: ReadonlyMap<string, WrittenEntry>,
  { signal, loosen = false }: WriteOptions = {},
): Promise<ReadonlyMap<string, number>> {
  const loosened = new Map<string, number>();
  const ordered = [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const names = new Map<TreeEntry, string>(
    ordered.filter(({ kind }) => kind === 'file').map((entry) => [entry, entry.path]),
  );
  const put = async (bytes: Buffer): Promise<void> => {
    if (signal?.aborted) throw failure('cancelled', {});
    if (to.destroyed) throw to.errored ?? new Error('nobody reads the tree any more');
    if (!to.write(bytes))
      await Promise.race([once(to, 'drain', signal ? { signal } : {}), once(to, 'close')]);
  };
  for (const entry of ordered) {
    if (entry.kind === 'hardlink') continue;
    const least = entry.kind === 'folder' ? 0o700 : 0o600;
    const isOdd = loosen && entry.kind !== 'link' && (entry.mode & least) !== least;
    if (isOdd) loosened.set(entry.path, entry.mode);
    await writeEntry(put, isOdd ? { ...entry, mode: entry.mode | least } : entry);
  }
  for (const entry of ordered) {
    if (entry.kind !== 'hardlink' || !entry.linked) continue;
    const first = names.get(entry.linked);
    if (first !== undefined) await writeEntry(put, { ...entry, target: first });
    else {
      names.set(entry.linked, entry.path);
      await writeEntry(put, { ...(entry.linked as WrittenEntry), path: entry.path });
    }
  }
  await put(Buffer.alloc(2 * BLOCK));
  await new Promise<void>((done, fail) => {
    to.once('error', fail);
    to.end(done);
  });
  return loosened;
}

async function writeEntry(put: (bytes: Buffer) => Promise<void>, entry: WrittenEntry): Promise<void> {
  const own = entry.from === undefined ? null : await open(entry.from, 'r');
  try {
    const text = entry.text === undefined ? null : Buffer.from(entry.text);
    const size = entry.kind !== 'file' ? 0 : (text?.length ?? (own ? (await own.stat()).size : entry.size));
    await put(headerOf(entry, size));
    if (size === 0) return;
    if (text) await put(text);
    else if (own) await copy(put, own, 0, size, entry.path);
    else if (entry.content) await copy(put, entry.content.file, entry.content.at, size, entry.path);
    const rest = size % BLOCK;
    if (rest > 0) await put(Buffer.alloc(BLOCK - rest));
  } finally {
    await own?.close();
  }
}

async function copy(
  put: (bytes: Buffer) => Promise<void>,
  file: import('node:fs/promises').FileHandle,
  at: number,
  size: number,
  path: string,
): Promise<void> {
  for (let done = 0; done < size;) {
    const length = Math.min(PIECE, size - done);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, at + done);
    if (bytesRead === 0) throw new Error(`${path} became shorter while it was read`);
    await put(buffer.subarray(0, bytesRead));
    done += bytesRead;
  }
}

function headerOf(entry: WrittenEntry, size: number): Buffer {
  const { kind, mode, uid, gid, mtime, target, device } = entry;
  const data = {
    path: kind === 'folder' ? `${entry.path}/` : entry.path,
    type: types[kind],
    mode,
    uid,
    gid,
    size,
    mtime: new Date(mtime * 1000),
    ...(kind === 'link' || kind === 'hardlink' ? { linkpath: target } : {}),
    ...(device ? { devmaj: device.major, devmin: device.minor } : {}),
  };
  const header = new Header(data);
  const needsPax = header.encode();
  const block = header.block ?? Buffer.alloc(0);
  if (!needsPax && !entry.attributes) return block;
  // What doesn't fit its field, such as a long path, and what has none.
  const body = Buffer.concat([
    ...(needsPax ? [Buffer.from(new Pax({ ...data, mtime: data.mtime }).encodeBody())] : []),
    ...(entry.attributes ? [paxRecords(entry.attributes)] : []),
  ]);
  const before = new Header({
    path: 'PaxHeader',
    type: 'ExtendedHeader',
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: body.length,
    mtime: new Date(0),
  });
  before.encode();
  const fill = Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK);
  return Buffer.concat([before.block ?? Buffer.alloc(0), body, fill, block]);
}
