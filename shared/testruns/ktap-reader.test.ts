import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FRAME_MAX_BYTES } from '../api/frames.js';
import { encodeUtf8 } from '../text-codec.js';
import { recordedKselftest } from './testing/recorded-kselftest.js';
import { recordedKunit } from './testing/recorded-kunit.js';
import { countTests, flatten, noCounts, resultsSchema, type Results, type TestNode } from './test-node.js';
import { readTests, TestReader } from './test-reader.js';

/** Outcomes by path. */
const outcomes = ({ tests }: Results): Record<string, string> =>
  Object.fromEntries(flatten(tests).map(({ path, test: { outcome } }) => [path, outcome]));

test('what a real kernel printed, as its own kunit.py counts it', () => {
  const reader = new TestReader();
  for (const line of recordedKunit.split('\n')) reader.add(line, null);
  const results = reader.end();
  expect(reader.kernelVersion).toBe('6.1.192');
  // `kunit.py parse`: "passed: 36, failed: 1, crashed: 7, skipped: 1"; it counts as crashed what never began, too.
  expect(countTests(results)).toEqual({
    ...noCounts,
    passed: 36,
    failed: 1,
    skipped: 1,
    crashed: 1,
    missing: 6,
  });
  const seen = outcomes(results);
  expect(seen).toMatchObject({
    'a_failing/worse_fails': 'failed',
    'a_failing/worse_skips': 'skipped',
    'b_panics/worse_panics': 'crashed',
    b_panics: 'crashed',
    'resource/resource_test_union': 'passed',
  });
  const at = (path: string): TestNode | undefined =>
    flatten(results.tests).find((one) => one.path === path)?.test;
  expect(at('b_panics/worse_panics')?.note).toBe('Kernel panic - not syncing: Segfault with no mm');
  expect(at('a_failing/worse_skips')?.note).toBe('nothing to see here');
  const failed = at('a_failing/worse_fails');
  const log = recordedKunit.split('\n').slice(failed?.from, failed?.to);
  expect(log[0]).toContain('EXPECTATION FAILED');
  expect(log.at(-1)).toContain('not ok 2 worse_fails');
  expect(log).toHaveLength(6);
});

test('suites in suites, the document’s own example', () => {
  const results = readTests(
    [
      'KTAP version 1',
      '1..1',
      '  KTAP version 1',
      '  1..3',
      '    KTAP version 1',
      '    1..1',
      '    # test_1: initializing test_1',
      '    ok 1 test_1',
      '  ok 1 example_test_1',
      '    KTAP version 1',
      '    1..2',
      '    ok 1 test_1 # SKIP test_1 skipped',
      '    ok 2 test_2',
      '  ok 2 example_test_2',
      '    KTAP version 1',
      '    1..3',
      '    ok 1 test_1',
      '    # test_2: FAIL',
      '    not ok 2 test_2',
      '    ok 3 test_3 # SKIP test_3 skipped',
      '  not ok 3 example_test_3',
      'not ok 1 main_test',
    ].join('\n'),
  );
  expect(results.problems).toEqual([]);
  expect(outcomes(results)).toEqual({
    main_test: 'failed',
    'main_test/example_test_1': 'passed',
    'main_test/example_test_1/test_1': 'passed',
    'main_test/example_test_2': 'passed',
    'main_test/example_test_2/test_1': 'skipped',
    'main_test/example_test_2/test_2': 'passed',
    'main_test/example_test_3': 'failed',
    'main_test/example_test_3/test_1': 'passed',
    'main_test/example_test_3/test_2': 'failed',
    'main_test/example_test_3/test_3': 'skipped',
  });
});

test('KUnit before 5.19: TAP 14, four spaces, hyphens, no version below', () => {
  const results = readTests(
    `TAP version 14\n1..2\n    # Subtest: list\n    1..2\n    ok 1 - add\n        # Subtest: params\n        ok 1 - one\n        not ok 2 - two # TODO later\n    ok 2 - params\nok 1 - list\nok 2 - other # SKIP`,
  );
  expect(results.problems).toEqual([]);
  expect(outcomes(results)).toEqual({
    list: 'passed',
    'list/add': 'passed',
    'list/params': 'passed',
    'list/params/one': 'passed',
    'list/params/two': 'expected',
    other: 'skipped',
  });
});

test('kselftest: its runner quotes what its programs say', () => {
  const results = readTests(
    [
      'make: Entering directory',
      'TAP version 13',
      '1..3',
      '# timeout set to 45',
      '# selftests: timers: posix_timers',
      '# TAP version 13',
      '# 1..2',
      '# # Testing posix timers.',
      '# ok 1 check_itimer',
      '# not ok 2 check_timer # SKIP no such clock',
      '# # Totals: pass:1 fail:0 xfail:0 xpass:0 skip:1 error:0',
      'ok 1 selftests: timers: posix_timers',
      '# selftests: timers: nanosleep',
      '# ok 1 is only a remark here',
      'not ok 2 selftests: timers: nanosleep # TIMEOUT 45 seconds',
      'not ok 3 selftests: timers: raw_skew # exit=1',
    ].join('\n'),
  );
  expect(results.problems).toEqual([]);
  expect(outcomes(results)).toEqual({
    'selftests: timers: posix_timers': 'passed',
    'selftests: timers: posix_timers/check_itimer': 'passed',
    'selftests: timers: posix_timers/check_timer': 'skipped',
    'selftests: timers: nanosleep': 'failed',
    'selftests: timers: raw_skew': 'failed',
  });
  expect(results.tests[1]?.note).toBe('TIMEOUT 45 seconds');
  expect(results.tests[2]?.note).toBe('exit=1');
});

test('what run_kselftest.sh printed, a document for each collection', () => {
  const results = readTests(recordedKselftest);
  expect(outcomes(results)).toEqual({
    'selftests: kcmp: kcmp_test': 'passed',
    'selftests: size: get_size': 'passed',
    'selftests: size: get_size/get runtime memory use': 'passed',
    'selftests: size: not_there': 'failed',
    'selftests: sigaltstack: sas': 'passed',
    'selftests: sigaltstack: sas/Initial sigaltstack state was SS_DISABLE': 'passed',
    'selftests: sigaltstack: sas/sigaltstack is disabled in sighandler': 'passed',
    'selftests: sigaltstack: sas/sigaltstack is still SS_AUTODISARM after signal': 'passed',
    'selftests: tmpfs: bug-link-o-tmpfile': 'passed',
  });
  expect(results.planned).toBe(5);
  // Its program says PASS where it said that it would say ok: worth telling, and no failure.
  expect(results.problems.map(({ text }) => text)).toEqual(['3 were announced, 0 came']);
  expect(countTests(results)).toMatchObject({ passed: 6, failed: 1, missing: 0, crashed: 0 });
});

test('what is missing, told twice, out of order or given up is said', () => {
  const said = (text: string): string[] => readTests(text).problems.map((problem) => problem.text);
  expect(said('KTAP version 1\n1..2\n    # Subtest: a\n    1..3\n    ok 1 x\nok 1 a\nok 2 b')).toEqual([
    'a: 3 were announced, 1 came',
  ]);
  expect(said('TAP version 13\n1..1\n    KTAP version 1\n    1..1\n    not ok 1 x\nok 1 a')).toEqual([
    'a says that it passed, and something below it did not',
  ]);
  expect(said('TAP version 13\n1..1\n    KTAP version 1\n    1..2\n    ok 1 x\n    ok 3 y\nok 1 a')).toEqual([
    'Result 3 came where 2 was to come',
  ]);
  expect(said('TAP version 13\n1..2\nok 1 a\nBail out! no memory')).toEqual([
    'It gave up: no memory',
    '2 were announced, 1 came',
  ]);
  // The last one is who it ended in.
  expect(countTests(readTests('TAP version 13\n1..9\nok 1 a'))).toMatchObject({
    passed: 1,
    crashed: 1,
    missing: 7,
  });
});

test('before it begins a log may say what it likes', () => {
  const results = readTests('ok 1 boot\nnot ok 2 x\n[    0.1] ok then\nlinux login: 1..2 a\nBail out!');
  expect(results).toEqual({ tests: [], planned: null, problems: [] });
});

/** A tree of tests, as text and as what is to be read in it. */
const name = fc.stringMatching(/^[a-z_]{1,8}$/);
interface Tree {
  name: string;
  ok: boolean;
  below: Tree[];
}
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record({
    name,
    ok: fc.boolean(),
    below: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constant<Tree[]>([]),
      fc.array(tie('tree'), { maxLength: 4 }),
    ),
  }),
}));
const noise = fc.constantFrom(
  'random: crng init done',
  '# info: all well',
  '    ok',
  'BUG? no',
  '',
  '\u001b[31mred',
);

function isOk({ ok, below }: Tree): boolean {
  return below.length === 0 ? ok : below.every(isOk);
}

function write(trees: readonly Tree[], indent: string, step: string, chat: string): string[] {
  return [
    `${indent}KTAP version 1`,
    `${indent}1..${trees.length}`,
    ...trees.flatMap((one, n) => [
      ...(one.below.length > 0 ? write(one.below, indent + step, step, chat) : []),
      chat,
      `${indent}${isOk(one) ? 'ok' : 'not ok'} ${n + 1} ${one.name}`,
    ]),
  ];
}

function expected(trees: readonly Tree[]): unknown[] {
  return trees.map((one) => ({
    name: one.name,
    outcome: isOk(one) ? 'passed' : 'failed',
    children: expected(one.below),
  }));
}
function bare(tests: readonly TestNode[]): unknown[] {
  return tests.map(({ name: said, outcome, children }) => ({
    name: said,
    outcome,
    children: bare(children),
  }));
}

test('any tree that is written is read again, with noise and the kernel’s times', () => {
  fc.assert(
    fc.property(
      fc.array(tree, { minLength: 1, maxLength: 5 }),
      fc.constantFrom('  ', '    ', '\t'),
      noise,
      fc.boolean(),
      (trees, step, chat, stamped) => {
        const lines = ['Booting', ...write(trees, '', step, chat)];
        const text = lines.map((line) => (stamped ? `[    1.234567][    T1] ${line}` : line)).join('\r\n');
        const results = readTests(text);
        expect(bare(results.tests)).toEqual(expected(trees));
        expect(results.problems).toEqual([]);
        expect(countTests(results).missing).toBe(0);
      },
    ),
  );
});

test('nothing that a guest prints breaks it: it is bounded, whole, and its lines are lines of the output', () => {
  const word = fc.constantFrom(
    'KTAP version 1',
    'TAP version 13',
    '1..3',
    '1..999999999',
    '# Subtest: x',
    'ok 1 a',
    'not ok 2 - b # SKIP',
    'ok',
    '# ',
    'Bail out!',
    'Kernel panic - not syncing: no',
    '\u0000',
  );
  const line = fc
    .tuple(fc.nat(40), fc.constantFrom('', '# ', '# # '), word)
    .map(([n, hash, w]) => `${' '.repeat(n)}${hash}${w}`);
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fc.string()), { maxLength: 60 }), (lines) => {
      const reader = new TestReader();
      for (const one of lines) {
        reader.add(one, null);
        reader.soFar();
      }
      const results = reader.end();
      expect(resultsSchema.safeParse(results).success).toBe(true);
      expect(JSON.stringify(results)).not.toContain('running');
      for (const { test: one } of flatten(results.tests)) {
        expect(one.from).toBeLessThanOrEqual(one.to);
        expect(one.to).toBeLessThanOrEqual(lines.length);
      }
    }),
    { numRuns: 300 },
  );
  const flood = new TestReader();
  flood.add('KTAP version 1', 0);
  for (let n = 1; n <= 60_000; n += 1) flood.add(`ok ${n} x`, n);
  expect(flood.end().tests).toHaveLength(50_000);
  // All of it, of names as long as can be, fits into one answer (FRAME_MAX_BYTES).
  const wordy = new TestReader();
  for (const line of ['KTAP version 1', '  KTAP version 1']) wordy.add(line, 0);
  for (let n = 1; n <= 60_000; n += 1) wordy.add(`  ok ${n} ${'é'.repeat(400)} # ${'漢'.repeat(400)}`, n);
  wordy.add('ok 1 all', 0);
  const { tests } = wordy.end();
  expect(tests[0]?.children.length).toBeGreaterThan(1000);
  expect(encodeUtf8(JSON.stringify(tests)).length).toBeLessThan(FRAME_MAX_BYTES);
  const deep = Array.from({ length: 500 }, (_, n) => `${'  '.repeat(n)}KTAP version 1`).join('\n');
  expect(resultsSchema.safeParse(readTests(deep)).success).toBe(true);
});
