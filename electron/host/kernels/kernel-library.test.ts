import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LibraryKernel } from '@shared/kernels/library-kernel.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KernelLibrary } from './kernel-library.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pdk-library-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const record: LibraryKernel = {
  version: 1,
  id: 'mine',
  title: 'Mine',
  file: 'linux',
  how: { kind: 'file' },
  createdAt: '2026-11-27T00:00:00.000Z',
};

async function put(library: KernelLibrary, text: string): Promise<void> {
  const staging = await library.staging('build-mine');
  writeFileSync(join(staging, 'linux'), text);
  await library.put(record, staging, () => Promise.resolve());
}

test('a kernel whose update was killed between its two renames is back at the next start', async () => {
  const library = new KernelLibrary(folder);
  await library.load();
  await put(library, 'first');
  // As put leaves it for a moment: the old one aside, the new one not there yet.
  const aside = await library.staging('old-mine');
  renameSync(join(folder, 'mine'), join(aside, 'old'));
  const halfMade = await library.staging('build-mine');
  writeFileSync(join(halfMade, 'linux'), 'half');

  const next = new KernelLibrary(folder);
  await next.load();
  expect(next.all).toEqual([{ path: join(folder, 'mine/linux'), record }]);
  expect(readFileSync(join(folder, 'mine/linux'), 'utf8')).toBe('first');
  expect(readdirSync(folder)).toEqual(['mine']);
});

test('one whose new one is in its place already stays the new one', async () => {
  const library = new KernelLibrary(folder);
  await library.load();
  await put(library, 'first');
  const aside = await library.staging('old-mine');
  renameSync(join(folder, 'mine'), join(aside, 'old'));
  await put(library, 'second');

  const next = new KernelLibrary(folder);
  await next.load();
  expect(readFileSync(join(folder, 'mine/linux'), 'utf8')).toBe('second');
  expect(readdirSync(folder)).toEqual(['mine']);
});

test('a kernel that is called new is none that is half made', async () => {
  const library = new KernelLibrary(folder);
  await library.load();
  const id = library.freeId('New sched');
  const staging = await library.staging(`build-${id}`);
  writeFileSync(join(staging, 'linux'), 'new');
  await library.put({ ...record, id }, staging, () => Promise.resolve());

  const next = new KernelLibrary(folder);
  await next.load();
  expect(next.all.map(({ record: { id: found } }) => found)).toEqual([id]);
  expect(readFileSync(join(folder, id, 'linux'), 'utf8')).toBe('new');
});
