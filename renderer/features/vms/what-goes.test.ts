import { expect, test } from 'vitest';
import { noDiskFlags, type DiskView } from '@shared/layers/disk.js';
import { bytesOf, whatGoes } from './what-goes.js';

const MIB = 1024 * 1024;
const disk = (unit: number, more: Partial<DiskView>): DiskView => ({
  unit,
  kind: 'layer',
  use: 'data',
  file: `disk${unit}.cow`,
  basePath: null,
  flags: noDiskFlags,
  serial: null,
  origin: 'made with web',
  isPlugged: false,
  ...more,
});
const base = (name: string): { basePath: string } => ({ basePath: `/images/${name}.img` });
const layer = (changed: number, onDisk: number, name: string) => ({
  changedBytes: changed * MIB,
  onDiskBytes: onDisk * MIB,
  ...base(name),
});

test('one layer: as much as it holds, and its base stays', () => {
  const vm = { id: 'a', disks: [disk(0, base('tiny'))], logBytes: 2 * MIB };
  expect(whatGoes(vm, { 'a.0': layer(3, 4, 'tiny') })).toBe(
    'Its layer with 3 MB of changes (4 MB on disk) and 2 MB of console logs are removed for good. The base image tiny.img stays as it is.',
  );
});

test('further layers and disks of its own go, too, and all are named; somebody’s files stay', () => {
  const vm = {
    id: 'a',
    disks: [
      disk(0, base('tiny')),
      disk(1, base('debian')),
      disk(2, { kind: 'own', origin: 'an empty disk' }),
      disk(3, { kind: 'file', file: '/home/me/data.img' }),
    ],
    logBytes: 0,
  };
  const layers = { 'a.0': layer(3, 4, 'tiny'), 'a.1': layer(5, 6, 'debian'), 'b.0': layer(7, 8, 'tiny') };
  const text = whatGoes(vm, layers);
  expect(text).toContain('layers /dev/ubda with 3 MB of changes (4 MB on disk) and /dev/ubdb with 5 MB');
  expect(text).toContain('disk /dev/ubdc (an empty disk) and 0 B of console logs are removed for good.');
  expect(text).toContain('The base images tiny.img and debian.img stay as they are.');
  expect(text).toContain('The file data.img stays as it is.');
  expect(bytesOf(vm, layers)).toBe(10 * MIB);
});

test('no disk: its folder and its logs', () => {
  expect(whatGoes({ id: 'a', disks: [], logBytes: 0 }, {})).toBe(
    'Its folder and 0 B of console logs are removed for good.',
  );
});
