import { open, type FileHandle } from 'node:fs/promises';
import type { SymbolKind } from '@shared/debug/debug-tool.js';
import type { LoadedPart } from '@shared/debug/kallsyms.js';
import {
  buildIdIn,
  loadedParts,
  nameTable,
  noteExtents,
  parseElfTables,
  symbolKindOf,
  type Extent,
} from '@shared/debug/elf-debug.js';

/** No table of a kernel is nearly so long; the file may be anybody's. */
const TABLE_MAX = 8 * 1024 * 1024;
const NOTES_MAX = 256 * 1024;

/** What a debugger can know by a file. */
export interface ElfDebug {
  kind: SymbolKind;
  buildId: string | null;
  parts: LoadedPart[];
}

/** Looks at an ELF file's tables only; null for what is none. Throws what open(2) says. */
export async function readElfDebug(path: string): Promise<ElfDebug | null> {
  const file = await open(path, 'r');
  try {
    if (!(await file.stat()).isFile()) return null;
    const tables = parseElfTables(await read(file, { offset: 0, length: 64 }, 64));
    if (!tables) return null;
    const programs = await read(file, tables.programs, TABLE_MAX);
    let buildId: string | null = null;
    for (const notes of noteExtents(programs)) buildId ??= buildIdIn(await read(file, notes, NOTES_MAX));
    const sections = await read(file, tables.sections, TABLE_MAX);
    const names = nameTable(sections, tables.sections.names);
    const kind = names ? symbolKindOf(sections, await read(file, names, TABLE_MAX)) : 'none';
    return { kind, buildId, parts: loadedParts(programs) };
  } finally {
    await file.close();
  }
}

async function read(file: FileHandle, { offset, length }: Extent, max: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.min(length, max));
  if (!Number.isSafeInteger(offset)) return bytes.subarray(0, 0);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
  return bytes.subarray(0, bytesRead);
}
