import type { FileHandle } from 'node:fs/promises';
import { CPIO_END, CPIO_HEADER_BYTES, padded, parseCpioHeader } from '@shared/images/cpio.js';
import { BadArchive, type StoredEntry } from './tar-index.js';

const NAME_MAX = 4096;
const LINK_MAX = 4096;
const types: Readonly<Record<number, StoredEntry['kind']>> = {
  0o040000: 'folder',
  0o100000: 'file',
  0o120000: 'link',
  0o020000: 'char',
  0o060000: 'block',
  0o010000: 'fifo',
};

/**
 * The entries of an initramfs: newc archives one after the other, with zeros between them, as the kernel unpacks them
 * (init/initramfs.c). Files with several names have their content at the last of them. Throws BadArchive.
 */
export async function* cpioEntries(file: FileHandle, length: number): AsyncGenerator<StoredEntry> {
  const read = async (at: number, bytes: number): Promise<Buffer> => {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(bytes), 0, bytes, at);
    return buffer.subarray(0, bytesRead);
  };
  /** Names without content so far, by device and inode. */
  const waiting = new Map<string, StoredEntry[]>();
  let at = 0;
  let isInside = false;
  while (at + CPIO_HEADER_BYTES <= length) {
    const bytes = await read(at, CPIO_HEADER_BYTES);
    const header = parseCpioHeader(bytes);
    if (header === null) {
      const isPadding = !isInside && bytes[0] === 0;
      if (!isPadding)
        throw new BadArchive('is damaged, or has a part that is compressed in a way of its own');
      at += 4;
      continue;
    }
    isInside = true;
    const { nameSize, fileSize, mode, device } = header;
    if (nameSize === 0 || nameSize > NAME_MAX)
      throw new BadArchive('is damaged: a name has an impossible length');
    const contentAt = padded(at + CPIO_HEADER_BYTES + nameSize);
    if (contentAt + fileSize > length) throw new BadArchive('is cut off in the middle of an entry');
    const path = (await read(at + CPIO_HEADER_BYTES, nameSize)).toString('utf8').replace(/\0.*$/s, '');
    at = padded(contentAt + fileSize);
    if (path === CPIO_END) {
      isInside = false;
      waiting.clear();
      continue;
    }
    const kind = types[mode & 0o170000];
    if (kind === undefined) continue;
    if (kind === 'link' && fileSize > LINK_MAX)
      throw new BadArchive('is damaged: a link has an impossible length');
    const entry: StoredEntry = {
      path,
      kind,
      mode: mode & 0o7777,
      uid: header.uid,
      gid: header.gid,
      size: kind === 'file' ? fileSize : 0,
      mtime: header.mtime,
      target: kind === 'link' ? (await read(contentAt, fileSize)).toString('utf8') : '',
      device: kind === 'char' || kind === 'block' ? device : null,
      content: kind === 'file' ? { file, at: contentAt } : null,
    };
    if (kind !== 'file' || header.nlink < 2) {
      yield entry;
      continue;
    }
    const id = `${device.major}:${device.minor}:${header.inode}`;
    const names = waiting.get(id) ?? [];
    if (fileSize === 0) {
      waiting.set(id, [...names, entry]);
      yield entry;
      continue;
    }
    yield entry;
    for (const { path: other } of names)
      yield { ...entry, path: other, kind: 'hardlink', target: path, size: 0, content: null };
    waiting.delete(id);
  }
  if (isInside) throw new BadArchive('is cut off: its end is missing');
}
