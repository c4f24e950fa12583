import { expect, test } from 'vitest';
import type { Foreign } from '@shared/vms/foreign.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { listRows, type ListInput, type ListRow } from './machine-order.js';

const vm = (name: string, group: string | null = null, changes: Partial<VmView> = {}): VmView =>
  ({
    id: name,
    name,
    group,
    tags: [],
    state: 'stopped',
    createdAt: '2026-01-01',
    ...changes,
  }) as unknown as VmView;

const stranger = { id: '/tmp/uml/odd', umid: 'odd', state: 'running' } as Foreign;

const input = (vms: VmView[], changes: Partial<ListInput> = {}): ListInput => ({
  vms: Object.fromEntries(vms.map((one) => [one.id, one])),
  foreign: {},
  filter: '',
  sort: 'name',
  folded: [],
  cpu: {},
  ...changes,
});

/** The rows as a person reads them. */
const read = (rows: readonly ListRow[]): string[] =>
  rows.map((row) => {
    if (row.kind === 'group') return `${row.isOpen ? 'v' : '>'} ${row.title} ${row.count}`;
    return row.kind === 'machine' ? row.vm.name : `(${row.foreign.umid})`;
  });

const some = [vm('b-10', 'Lab'), vm('b-2', 'Lab'), vm('alone'), vm('k', 'Kernel')];

test('groups by name, those in none behind them, strangers last; names by their numbers', () => {
  expect(read(listRows(input(some, { foreign: { [stranger.id]: stranger } })))).toEqual([
    'v Kernel 1',
    'k',
    'v Lab 2',
    'b-2',
    'b-10',
    'v Not in a group 1',
    'alone',
    'v Not Paddock’s 1',
    '(odd)',
  ]);
});

test('without a group there are no heads', () => {
  const rows = listRows(input([vm('b'), vm('a')]));
  expect(read(rows)).toEqual(['a', 'b']);
  expect(rows.map((row) => row.kind === 'machine' && [row.level, row.place, row.of])).toEqual([
    [1, 1, 2],
    [1, 2, 2],
  ]);
});

test('a folded group shows only its head, until something is looked for', () => {
  expect(read(listRows(input(some, { folded: ['group:Lab'] })))).toContain('> Lab 2');
  expect(read(listRows(input(some, { folded: ['group:Lab'], filter: 'b-10' })))).toEqual(['v Lab 1', 'b-10']);
});

test('the orders', () => {
  const vms = [
    vm('a', null, { state: 'stopped', createdAt: '2026-01-02' }),
    vm('b', null, { state: 'running', createdAt: '2026-01-03' }),
    vm('c', null, { state: 'crashed', createdAt: '2026-01-01' }),
  ];
  expect(read(listRows(input(vms, { sort: 'state' })))).toEqual(['c', 'b', 'a']);
  expect(read(listRows(input(vms, { sort: 'newest' })))).toEqual(['b', 'a', 'c']);
  expect(read(listRows(input(vms, { sort: 'cpu', cpu: { a: 3, c: 40 } })))).toEqual(['c', 'a', 'b']);
});
