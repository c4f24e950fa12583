import { stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { formatBytes } from '@shared/amounts.js';
import { failure } from '@shared/errors/paddock-error.js';
import { diskFormat } from '@shared/images/disk-format.js';
import type { SourceFacts } from '@shared/images/source-facts.js';
import { exists } from '../platform/files.js';
import { diskParts, withReader } from './disks/disk-parts.js';
import { compressionOf, openPlain, startOf, type Compression } from './trees/plain-file.js';
import { BadArchive, tarEntries } from './trees/tar-index.js';
import { layoutOf, looksLikeCpio, looksLikeTar, START_BYTES } from './trees/tree-format.js';

/** Entries of a tar that are looked at: what an image is shows itself among the first. */
const ENTRIES_LOOKED_AT = 200;

/** What a file or folder of this computer is, by its content. Throws Failure image-file when it can't be read. */
export async function inspectSource(path: string): Promise<SourceFacts> {
  if (!isAbsolute(path)) throw failure('image-file', { path, why: 'its path must start with /' });
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) return folderFacts(path);
  const { file, bytes } = await openPlain(path);
  try {
    const start = await startOf(file, START_BYTES);
    const compression = compressionOf(start);
    const facts = (
      kind: SourceFacts['kind'],
      format: string,
      summary: string,
      why: string | null = null,
    ): SourceFacts => ({
      path,
      kind,
      format,
      compression,
      bytes,
      summary,
      why,
    });
    const size = formatBytes(bytes);
    if (bytes === 0) return facts('unknown', '', 'an empty file', 'it is empty');
    // What is in it shows itself only when it is unpacked; a disk is seldom kept like that.
    if (compression !== '')
      return facts('tree', 'tar', `a root file system, ${packed(compression)}, ${size}`);
    if (looksLikeCpio(start)) return facts('tree', 'initramfs', `an initramfs, ${size}`);
    if (looksLikeTar(start)) {
      const names = new Set<string>();
      try {
        for await (const entry of tarEntries(file, bytes)) {
          names.add(entry.path.replace(/^(\.\/)+/, ''));
          if (names.size >= ENTRIES_LOOKED_AT) break;
        }
      } catch (error) {
        if (!(error instanceof BadArchive)) throw error;
        return facts('tree', 'tar', `a tar, ${size}`, `it ${error.why}`);
      }
      if (names.has('paddock-image.json'))
        return facts(
          'archive',
          'paddock-image',
          `an exported image of Paddock’s, ${size}`,
          'it is imported, not built from',
        );
      const layout = layoutOf(names);
      const words = {
        oci: 'an OCI image',
        'docker-save': 'what docker save wrote',
        tar: 'a root file system as a tar',
      };
      return facts('tree', layout, `${words[layout]}, ${size}`);
    }
    return diskFacts(path, bytes, compression);
  } finally {
    await file.close();
  }
}

function packed(compression: Exclude<Compression, ''>): string {
  return `packed by ${compression}`;
}

async function folderFacts(path: string): Promise<SourceFacts> {
  const common = { path, compression: '', bytes: 0 };
  if ((await exists(join(path, 'oci-layout'))) && (await exists(join(path, 'index.json'))))
    return { ...common, kind: 'tree', format: 'oci', summary: 'an OCI image', why: null };
  return {
    ...common,
    kind: 'folder',
    format: 'folder',
    summary: 'a folder',
    why: 'a machine can have a folder as its root as it is: choose that for a new machine, or pack it with tar',
  };
}

function diskFacts(path: string, bytes: number, compression: string): SourceFacts {
  const verdict = withReader(path, diskFormat);
  const common = { path, compression, format: verdict.ok ? verdict.format : verdict.format };
  if (!verdict.ok)
    return {
      ...common,
      kind: verdict.format === 'layer' ? 'layer' : 'disk',
      bytes,
      summary: verdict.format === 'layer' ? 'a layer' : `a ${verdict.format} disk`,
      why: verdict.why,
    };
  if (verdict.format !== 'raw')
    return {
      ...common,
      kind: 'disk',
      bytes,
      summary: `a ${verdict.format} disk, ${formatBytes(bytes)}`,
      why: null,
    };
  const { table, parts } = diskParts(path);
  const known = parts.filter(({ filesystem }) => filesystem !== 'unknown');
  if (known.length === 0)
    return {
      ...common,
      kind: 'unknown',
      bytes,
      summary: `a file of ${formatBytes(bytes)}`,
      why: 'there is no file system, no partition and no archive in it that Paddock knows',
    };
  const what =
    table === null
      ? (known[0]?.filesystem ?? '')
      : `${parts.length} ${parts.length === 1 ? 'partition' : 'partitions'}`;
  return {
    ...common,
    kind: 'disk',
    bytes,
    summary: `a raw disk with ${what}, ${formatBytes(bytes)}`,
    why: null,
  };
}
