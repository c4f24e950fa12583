import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LayerLibrary, newLayerId, type LibraryLayer } from './layer-library.js';

let folder: string;
let from: string;
beforeEach(() => {
  folder = mkdtempSync('/tmp/pdk-');
  from = join(folder, 'disk.cow');
  writeFileSync(from, 'what it holds');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const layers = (): string => join(folder, 'layers');
const record = (): LibraryLayer => ({
  version: 1,
  role: 'free',
  id: newLayerId(),
  name: 'web ubd1',
  note: '',
  imageId: 'tiny',
  basePath: '/images/tiny.img',
  createdAt: new Date().toISOString(),
  origin: 'was ubd1 of web',
});
/** What the next host knows, after one that was killed. */
async function nextHost(use: 'used' | 'unused' | 'unknown'): Promise<LayerLibrary> {
  const library = new LayerLibrary(layers());
  await library.load();
  expect(library.records.size).toBe(0);
  await library.settle(() => use);
  return library;
}

test('killed after it was noted down: what a machine still has stays with it, and nothing is listed', async () => {
  const library = new LayerLibrary(layers());
  await library.load();
  await library.expect(record(), from);
  const next = await nextHost('used');
  expect(next.records.size).toBe(0);
  expect(existsSync(from)).toBe(true);
  expect(readdirSync(layers())).toEqual([]);
});

test('killed after the machine forgot it: it is moved in, and listed', async () => {
  const library = new LayerLibrary(layers());
  await library.load();
  const one = record();
  await library.expect(one, from);
  // Where nobody can tell, nothing is done yet.
  expect((await nextHost('unknown')).records.size).toBe(0);
  expect(existsSync(from)).toBe(true);
  const next = await nextHost('unused');
  expect(next.get(one.id)).toEqual(one);
  expect(readFileSync(next.pathOf(one.id), 'utf8')).toBe('what it holds');
  expect(existsSync(from)).toBe(false);
});

test('killed right after the move: it is listed, whatever has its old place', async () => {
  const library = new LayerLibrary(layers());
  await library.load();
  const one = record();
  await library.expect(one, from);
  renameSync(from, library.pathOf(one.id));
  writeFileSync(from, 'a new one');
  const next = await nextHost('used');
  expect(next.get(one.id)).toEqual(one);
  expect(readFileSync(next.pathOf(one.id), 'utf8')).toBe('what it holds');
  expect(readFileSync(from, 'utf8')).toBe('a new one');
  // Told once: the next host finds it as any other.
  const later = new LayerLibrary(layers());
  await later.load();
  expect(later.get(one.id)).toEqual(one);
});

test('a file that can’t be moved in leaves no note', async () => {
  const library = new LayerLibrary(layers());
  await library.load();
  await expect(library.adopt(record(), join(folder, 'nothing.cow'))).rejects.toThrow('ENOENT');
  expect(readdirSync(layers())).toEqual([]);
  expect(library.records.size).toBe(0);
});
