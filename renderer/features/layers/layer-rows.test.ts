import { expect, test } from 'vitest';
import type { Base, Layer } from '@shared/layers/layer.js';
import { layerRows, type LayerRow } from './layer-rows.js';

const base = (id: string): Base => ({
  id,
  name: id,
  path: `/images/${id}.img`,
  imageId: id,
  sizeBytes: 1024,
  onDiskBytes: 512,
  writtenAt: null,
  isReadOnly: true,
  contentHash: null,
  state: { kind: 'ok' },
});

function layer(id: string, more: Partial<Layer> = {}): Layer {
  return {
    id,
    role: 'free',
    name: id,
    note: '',
    path: `/layers/${id}.cow`,
    vmId: null,
    vmName: null,
    unit: null,
    snapshotId: null,
    baseId: 'debian',
    basePath: '/images/debian.img',
    sizeBytes: 1024,
    changedBytes: 0,
    onDiskBytes: 0,
    createdAt: '2026-01-01T00:00:00.000Z',
    origin: '',
    writtenAt: null,
    pausedMs: null,
    state: { kind: 'ok' },
    ...more,
  };
}

const of = (name: string, more: Partial<Layer> = {}): Layer =>
  layer(`${name}.0`, { role: 'machine', name, vmId: name as Layer['vmId'], vmName: name, unit: 0, ...more });
const snapshot = (id: string, vm: string, more: Partial<Layer> = {}): Layer =>
  layer(id, { role: 'snapshot', vmId: vm as Layer['vmId'], vmName: vm, unit: 0, snapshotId: id, ...more });

const rows = (layers: readonly Layer[], filter = '', folded: readonly string[] = []): LayerRow[] =>
  layerRows({
    bases: { debian: base('debian'), tiny: base('tiny') },
    layers: Object.fromEntries(layers.map((one) => [one.id, one])),
    filter,
    folded,
  });
const draw = (all: readonly LayerRow[]): string[] =>
  all.map((row) => `${'  '.repeat(row.level - 1)}${row.kind === 'base' ? row.base.name : row.layer.name}`);

const some = [
  of('web-10'),
  of('web-2'),
  layer('free one', { note: 'for the course' }),
  snapshot('old', 'web-2', { createdAt: '2026-01-01T00:00:00.000Z' }),
  snapshot('new', 'web-2', { createdAt: '2026-02-01T00:00:00.000Z' }),
  snapshot('orphan', 'gone'),
  snapshot('elsewhere', 'web-2', { baseId: 'tiny' }),
];

test('bases, their layers by name, snapshots newest first under their machine, or under the base', () => {
  expect(draw(rows(some))).toEqual([
    'debian',
    '  free one',
    '  web-2',
    '    new',
    '    old',
    '  web-10',
    '  orphan',
    'tiny',
    '  elsewhere',
  ]);
});

test('guides and places say where a row stands', () => {
  const found = rows(some).find(({ key }) => key === 'layer:old');
  expect(found).toMatchObject({ guides: ['past', 'last'], place: 2, of: 2, level: 3, isOpen: null });
  expect(rows(some).find(({ key }) => key === 'layer:orphan')).toMatchObject({
    guides: ['last'],
    place: 4,
    of: 4,
  });
});

test('a filter keeps what matches with what it stands on, folded or not', () => {
  const folded = ['base:debian'];
  expect(draw(rows(some, '', folded))).toEqual(['debian', 'tiny', '  elsewhere']);
  expect(draw(rows(some, 'old', folded))).toEqual(['debian', '  web-2', '    old']);
  expect(draw(rows(some, 'COURSE free', folded))).toEqual(['debian', '  free one']);
  expect(draw(rows(some, 'nothing like it'))).toEqual([]);
});

test('a layer whose base nobody told of stands on one that is missing', () => {
  const all = rows([layer('lost', { baseId: 'x', basePath: '/away/old.img' })]);
  expect(draw(all)).toEqual(['debian', 'old.img', '  lost', 'tiny']);
  expect(all[1]).toMatchObject({ base: { state: { kind: 'missing' } } });
});
