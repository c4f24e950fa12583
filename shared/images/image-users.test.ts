import { expect, test } from 'vitest';
import type { Image } from './image.js';
import { usersOf } from './image-users.js';

const image = { id: 'i1', path: '/images/gold.img' } as Image;
type State = Parameters<typeof usersOf>[0];
const none = { layers: {}, vms: {}, bases: {} };
const namesOf = (state: object): string[] =>
  usersOf({ ...none, ...(state as Partial<State>) }, image).vms.map(({ id }) => id);

test('a machine that has the file itself as a disk uses an image, as does one with a layer on it', () => {
  const disk = { unit: 0, kind: 'file', use: 'data', base: null };
  const vms = {
    whole: { id: 'whole', disks: [{ ...disk, file: image.path }] },
    other: { id: 'other', disks: [{ ...disk, file: '/images/other.img' }] },
    own: { id: 'own', disks: [{ ...disk, kind: 'own', file: 'disk1.img' }] },
    onTop: { id: 'onTop', disks: [] },
  };
  const layers = { l1: { id: 'l1', role: 'machine', vmId: 'onTop', baseId: 'b1', basePath: '/moved.img' } };
  const bases = { b1: { id: 'b1', imageId: image.id, path: '/moved.img' } };
  expect(namesOf({ vms, layers, bases })).toEqual(['whole', 'onTop']);
  expect(namesOf({})).toEqual([]);
});
