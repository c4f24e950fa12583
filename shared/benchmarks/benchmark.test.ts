import fc from 'fast-check';
import { expect, test } from 'vitest';
import { benchmarkOf, benchmarkPlanSchema, benchmarkRecordSchema, benchmarkSchema } from './benchmark.js';
import { compareBenchmarks, distinctNames, fullName, pinningGain, timesNative } from './compare.js';
import { benchmarkCsv } from './csv.js';
import { operationIds } from './operation.js';
import { publishedTables } from './published.js';
import { median, spreadOf } from './statistics.js';
import { kernelModes, type Target } from './target.js';
import { timesText, timeText } from './time-text.js';

const numbers = fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 9 });

test('a median has as many below it as above, whatever the order', () => {
  fc.assert(
    fc.property(numbers, (values) => {
      const middle = median(values);
      const [below, above] = [values.filter((v) => v < middle), values.filter((v) => v > middle)];
      expect(below.length).toBeLessThanOrEqual(values.length / 2);
      expect(above.length).toBeLessThanOrEqual(values.length / 2);
      expect(median(values.toReversed())).toBe(middle);
    }),
  );
  expect(median([1, 2, 3, 10])).toBe(2.5);
  expect(median([])).toBeNaN();
});

test('starts count alike, however many rounds each has', () => {
  fc.assert(
    fc.property(fc.array(numbers, { minLength: 1, maxLength: 5 }), (starts) => {
      const spread = spreadOf(starts);
      expect(spread).not.toBeNull();
      if (!spread) return;
      expect(spread.low).toBeLessThanOrEqual(spread.median);
      expect(spread.median).toBeLessThanOrEqual(spread.high);
    }),
  );
  expect(spreadOf([[1, 1, 1, 1], [5], [9]])).toEqual({ median: 5, low: 1, high: 9 });
  expect(spreadOf([[], []])).toBeNull();
});

const kernel = (pinned: boolean, path = '/k, "x"/linux'): Target => ({
  kind: 'kernel',
  path,
  mode: null,
  pinned,
});
const facts = { version: null, cpu: null, lacks: {}, vforks: [], problem: null };
const record = benchmarkRecordSchema.parse({
  version: 1,
  id: 'abcd1234',
  plan: {
    targets: [{ kind: 'native', pinned: false }, kernel(false), kernel(true)],
    operations: ['getpid', 'fork-sh'],
    starts: 2,
    rounds: 1,
    milliseconds: 20,
  },
  startedAt: '2026-11-27T01:00:00.000Z',
  endedAt: null,
  ended: null,
  computer: { processor: 'x', cpus: 2, kernel: '6.18', load: 0.5 },
  targets: [
    { ...facts, target: { kind: 'native', pinned: false }, starts: [{ getpid: [100] }, { getpid: [102] }] },
    {
      ...facts,
      version: '6.1.176',
      target: kernel(false),
      starts: [{ getpid: [64_000] }, { getpid: [62_000] }],
    },
    {
      ...facts,
      version: '6.1.176',
      target: kernel(true),
      lacks: { 'fork-sh': 8 },
      starts: [{ getpid: [15_000] }, { getpid: [14_995] }],
    },
  ],
});

test('ratios are of medians: to native, and of a kernel on any CPU to the same on one', () => {
  const one = benchmarkSchema.parse(benchmarkOf(record));
  const [native, free, pinned] = one.targets;
  if (!native || !free || !pinned) throw new Error('targets');
  expect(native.figures.getpid).toEqual({ median: 101, low: 100, high: 102 });
  expect(timesNative(one, free, 'getpid')).toBeCloseTo(63_000 / 101);
  expect(pinningGain(one, pinned, 'getpid')).toBeCloseTo(63_000 / 14_997.5);
  expect(pinningGain(one, free, 'getpid')).toBeNull();
  expect(timesNative(one, free, 'fork-sh')).toBeNull();
  expect(fullName(pinned)).toBe('6.1.176, one CPU');
});

test('two benchmarks are compared where both have a figure, also of the same version elsewhere', () => {
  const later = structuredClone(record);
  for (const one of later.targets) if (one.target.kind === 'kernel') one.target.path = '/elsewhere';
  later.targets[2]?.starts.splice(0, 2, { getpid: [30_000] });
  const rows = compareBenchmarks(benchmarkOf(record), benchmarkOf(later));
  expect(rows.map(({ name, isWithinSpread }) => [name, isWithinSpread])).toEqual([
    ['Native, any CPU', true],
    ['6.1.176, any CPU', true],
    ['6.1.176, one CPU', false],
  ]);
  // Two kernels of one version are told apart by their paths.
  later.targets.push({
    ...facts,
    version: '6.1.176',
    target: kernel(false, '/lib/other/linux'),
    starts: [],
  });
  expect(distinctNames(benchmarkOf(later)).slice(1)).toEqual([
    '6.1.176, any CPU (/elsewhere)',
    '6.1.176, one CPU',
    '6.1.176, any CPU (other/linux)',
  ]);
  expect(rows[2]?.ratio).toBeCloseTo(30_000 / 14_997.5);
});

test('the CSV has each round once and the published figures, and commas don’t move columns', () => {
  const lines = benchmarkCsv(record).trimEnd().split('\r\n');
  expect(lines.filter((line) => line.startsWith('measured,'))).toHaveLength(6);
  expect(lines[1]).toBe('measured,Native,,,no,1,1,getpid,100');
  expect(lines[3]).toBe('measured,6.1.176,"/k, ""x""/linux",default,no,1,1,getpid,64000');
  expect(lines.filter((line) => line.endsWith(',getpid,24979'))).toHaveLength(1);
});

test('a plan measures nothing twice', () => {
  expect(benchmarkPlanSchema.safeParse(record.plan).success).toBe(true);
  for (const targets of [[], [kernel(true), kernel(true)], [{ ...kernel(true), path: 'linux' }]])
    expect(benchmarkPlanSchema.safeParse({ ...record.plan, targets }).success).toBe(false);
  expect(kernelModes({ answers: { seccomp: 'no' } as never })).toEqual([null]);
  expect(kernelModes({ answers: { seccomp: 'yes' } as never })).toEqual(['off', 'on']);
});

test('the published figures are those of the mail', () => {
  const [v8] = publishedTables;
  const of = (id: string) => v8?.columns.find((column) => column.id === id)?.figures;
  expect(of('native')).toMatchObject({ getpid: 172, read: 348.8, 'fork-sh': 1_159_000 });
  expect(of('um')).toMatchObject({ getpid: 24_979, 'select-10': 27_014.9, 'fork-exec': 2_075_833.3 });
  expect(of('um-nommu')).toMatchObject({ getpid: 2691, 'open-close': 6390.9, 'fork-sh': 409_178.6 });
  for (const { columns } of publishedTables)
    for (const { figures } of columns)
      for (const id of Object.keys(figures)) expect(operationIds).toContain(id);
});

test('times and ratios have three digits', () => {
  expect([0.5, 143, 999.9, 15_024, 802_470, 1_589_146, 2.5e9].map(timeText)).toEqual([
    '0.50 ns',
    '143 ns',
    '1.00 µs',
    '15.0 µs',
    '802 µs',
    '1.59 ms',
    '2.50 s',
  ]);
  expect([1, 15.6, 105.4, 2048].map(timesText)).toEqual(['× 1.00', '× 15.6', '× 105', '× 2,048']);
});
