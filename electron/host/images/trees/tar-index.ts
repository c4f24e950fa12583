import type { FileHandle } from 'node:fs/promises';
import { Header, Pax } from 'tar';
import { keptAttributes, paxAttributes } from '@shared/images/extended-attributes.js';
import type { TreeEntry } from '@shared/images/tree-index.js';

const BLOCK = 512;
/** A pax header or a long name that is larger is no name. */
const EXTENDED_MAX = 1024 * 1024;
const READ_AHEAD = 256 * 1024;
/** Of all extended attributes of an archive: they are kept in memory. */
const ATTRIBUTES_MAX = 64 * 1024 * 1024;

/** An entry, and where its content is. */
export interface StoredEntry extends TreeEntry {
  /** What of a file its content is: null for what has none, and for what is put in by hand. */
  content: { file: FileHandle; at: number } | null;
  /** Names of extended attributes that it had and that are not kept. */
  left?: readonly string[];
}

/** An archive that can't be read as one. `why` stands after its name: "is cut off". */
export class BadArchive extends Error {
  constructor(readonly why: string) {
    super(why);
  }
}

const kinds: Readonly<Record<string, TreeEntry['kind']>> = {
  File: 'file',
  OldFile: 'file',
  ContiguousFile: 'file',
  Directory: 'folder',
  GNUDumpDir: 'folder',
  SymbolicLink: 'link',
  Link: 'hardlink',
  CharacterDevice: 'char',
  BlockDevice: 'block',
  FIFO: 'fifo',
};

/** Reads pieces of a file that lie close together with few calls. */
class Window {
  private bytes = Buffer.alloc(0);
  private from = 0;

  constructor(private readonly file: FileHandle) {}

  async at(position: number, length: number): Promise<Buffer> {
    const start = position - this.from;
    if (start >= 0 && start + length <= this.bytes.length) return this.bytes.subarray(start, start + length);
    const wanted = Math.max(length, READ_AHEAD);
    const { bytesRead, buffer } = await this.file.read(Buffer.allocUnsafe(wanted), 0, wanted, position);
    this.bytes = buffer.subarray(0, bytesRead);
    this.from = position;
    return this.bytes.subarray(0, Math.min(length, bytesRead));
  }
}

/**
 * The entries of a plain tar (pax(1), and GNU's long names), with the places of their contents: what is in the files is
 * not read. Ends at two empty blocks or at the end of the file. Throws BadArchive.
 */
export async function* tarEntries(file: FileHandle, length: number): AsyncGenerator<StoredEntry> {
  const window = new Window(file);
  let pax: Pax | undefined;
  let globalPax: Pax | undefined;
  let longName: string | null = null;
  let longLink: string | null = null;
  let own = new Map<string, Uint8Array>();
  let attributeBytes = 0;
  let empty = 0;
  for (let at = 0; at + BLOCK <= length;) {
    const header = headerOf(Buffer.from(await window.at(at, BLOCK)), pax, globalPax);
    at += BLOCK;
    if (header.nullBlock) {
      empty += 1;
      if (empty === 2) return;
      continue;
    }
    empty = 0;
    if (!header.cksumValid) throw new BadArchive('is damaged: a header’s checksum is wrong');
    const size = header.size ?? 0;
    if (!Number.isSafeInteger(size) || size < 0)
      throw new BadArchive('is damaged: an entry has an impossible size');
    const { type } = header;
    const hasContent = ![
      'Link',
      'SymbolicLink',
      'CharacterDevice',
      'BlockDevice',
      'Directory',
      'FIFO',
    ].includes(type);
    const stored = hasContent ? size : 0;
    if (at + stored > length) throw new BadArchive('is cut off in the middle of an entry');
    const contentAt = at;
    at += Math.ceil(stored / BLOCK) * BLOCK;
    if (
      [
        'ExtendedHeader',
        'OldExtendedHeader',
        'GlobalExtendedHeader',
        'NextFileHasLongPath',
        'OldGnuLongPath',
        'NextFileHasLongLinkpath',
      ].includes(type)
    ) {
      if (size > EXTENDED_MAX)
        throw new BadArchive('is damaged: an entry’s name is said to have more than 1 MB');
      const body = await window.at(contentAt, size);
      const text = body.toString('utf8');
      if (type === 'GlobalExtendedHeader') globalPax = checkedPax(Pax.parse(text, globalPax, true), text);
      else if (type === 'NextFileHasLongLinkpath') longLink = text.replace(/\0.*$/s, '');
      else if (type === 'ExtendedHeader' || type === 'OldExtendedHeader') {
        pax = checkedPax(Pax.parse(text, pax, false), text);
        own = new Map([...own, ...paxAttributes(body)]);
      } else longName = text.replace(/\0.*$/s, '');
      continue;
    }
    const kind = kinds[type];
    if (type === ('SparseFile' as string) || header.typeKey === 'S')
      throw new BadArchive('has sparse files in GNU tar’s way, which aren’t read; make it without --sparse');
    const path = longName ?? header.path ?? '';
    const target = longLink ?? header.linkpath ?? '';
    const attributes = own;
    own = new Map();
    pax = undefined;
    longName = longLink = null;
    // Sockets, volume names and what nobody knows are nothing that a root file system needs.
    if (kind === undefined) continue;
    if (target.includes('\0') || target.includes('\uFFFD'))
      throw new BadArchive(`has a link that is not UTF-8: ${path.slice(0, 200)}`);
    const { kept, left } = keptAttributes(kind, attributes);
    for (const value of kept?.values() ?? []) attributeBytes += value.length;
    if (attributeBytes > ATTRIBUTES_MAX) throw new BadArchive('has more than 64 MB of extended attributes');
    yield {
      path,
      kind,
      mode: (header.mode ?? 0o644) & 0o7777,
      uid: idOf(header.uid),
      gid: idOf(header.gid),
      size: kind === 'file' ? size : 0,
      mtime: Math.floor((header.mtime?.getTime() ?? 0) / 1000) || 0,
      target,
      device:
        kind === 'char' || kind === 'block' ? { major: header.devmaj || 0, minor: header.devmin || 0 } : null,
      content: kind === 'file' ? { file, at: contentAt } : null,
      ...(kept ? { attributes: kept } : {}),
      ...(left.length > 0 ? { left } : {}),
    };
  }
}

function headerOf(block: Buffer, pax: Pax | undefined, globalPax: Pax | undefined): Header {
  try {
    return new Header(block, 0, pax, globalPax);
  } catch {
    // Numbers in a way that no tar writes them.
    throw new BadArchive('is damaged: a header can’t be read');
  }
}

/** What is no number of a user is root's. */
function idOf(id: number | undefined): number {
  return id !== undefined && Number.isSafeInteger(id) && id >= 0 && id < 2 ** 32 - 1 ? id : 0;
}

function checkedPax(pax: Pax, text: string): Pax {
  if (/^\d+ GNU\.sparse\./m.test(text))
    throw new BadArchive('has sparse files in GNU tar’s way, which aren’t read; make it without --sparse');
  return pax;
}
