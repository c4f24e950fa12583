import { open, readdir } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import { importLab, type ForeignLab } from '@shared/labs/import-lab.js';
import { faultText, LAB_TEXT_MAX, readLab } from '@shared/labs/read-lab.js';
import { decodeUtf8 } from '@shared/text-codec.js';
import { statOrNull } from '../platform/files.js';

/** Files of a foreign lab's machine that are looked at. */
const FILES_MAX = 50;
const DEPTH_MAX = 8;

/** The text of a lab: of its file, or made of a folder of Netkit's or Kathara's. Throws Failure: lab-read, lab-invalid. */
export async function readLabFrom(path: string): Promise<{ text: string; remarks: string[] }> {
  if (!isAbsolute(path)) throw failure('lab-read', { path, why: 'its path must start with /' });
  const stat = await statOrNull(path);
  if (!stat) throw failure('lab-read', { path, why: 'it is not there' });
  if (stat.isDirectory()) {
    const foreign = await foreignLab(path);
    const { text, remarks } = importLab(foreign);
    const read = readLab(text);
    if (!read.ok) throw failure('lab-invalid', { why: read.faults.map(faultText)[0] ?? '' });
    return { text, remarks };
  }
  const text = await textOf(path, LAB_TEXT_MAX);
  if (text === null) throw failure('lab-read', { path, why: 'it is no text, or too large for a lab' });
  const read = readLab(text);
  if (!read.ok) throw failure('lab-invalid', { why: read.faults.map(faultText)[0] ?? '' });
  return { text, remarks: [] };
}

async function foreignLab(folder: string): Promise<ForeignLab> {
  const conf = await textOf(join(folder, 'lab.conf'), LAB_TEXT_MAX);
  if (conf === null) throw failure('lab-read', { path: folder, why: 'it has no lab.conf' });
  const startups: Record<string, string> = {};
  const files: Record<string, Record<string, string>> = {};
  const untaken: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith('.startup')) {
      const text = await textOf(join(folder, entry.name), 64 * 1024);
      if (text === null) untaken.push(entry.name);
      else startups[entry.name.slice(0, -'.startup'.length)] = text;
    } else if (entry.isFile() && entry.name.endsWith('.shutdown')) untaken.push(entry.name);
    else if (entry.isDirectory() && !entry.name.startsWith('.'))
      files[entry.name] = await textFiles(join(folder, entry.name), untaken, entry.name);
  }
  return {
    name: basename(folder),
    conf,
    dep: await textOf(join(folder, 'lab.dep'), 64 * 1024),
    startups,
    files,
    untaken,
  };
}

/** Text files below a folder; what is none is noted. Links are not followed: they may lead anywhere. */
async function textFiles(
  folder: string,
  untaken: string[],
  shown: string,
  below = '',
  found: Record<string, string> = {},
): Promise<Record<string, string>> {
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = `${below}/${entry.name}`;
    const isFull = Object.keys(found).length >= FILES_MAX || path.split('/').length > DEPTH_MAX;
    if (entry.isDirectory() && !isFull) await textFiles(folder, untaken, shown, path, found);
    else {
      const text = entry.isFile() && !isFull ? await textOf(join(folder, path), 64 * 1024) : null;
      if (text === null) untaken.push(`${shown}${path}`);
      else found[path] = text;
    }
  }
  return found;
}

/** A plain file's text; null for what is none, or is longer. */
async function textOf(path: string, max: number): Promise<string | null> {
  const file = await open(path, 'r').catch(() => null);
  if (!file) return null;
  try {
    const stat = await file.stat();
    if (!stat.isFile() || stat.size > max) return null;
    const bytes = await file.readFile();
    return bytes.includes(0) ? null : decodeUtf8(bytes);
  } finally {
    await file.close();
  }
}
