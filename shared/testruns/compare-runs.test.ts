import { expect, test } from 'vitest';
import { compareTests } from './compare-runs.js';
import { failedGlobs, kunitArguments, readKunitHelp } from './kunit-words.js';
import { recordedKunit } from './testing/recorded-kunit.js';
import type { TreeSpec } from './test-run.js';
import { readTests } from './test-reader.js';

const before = readTests(recordedKunit).tests;

test('nothing changed is nothing to tell', () => {
  expect(compareTests(before, before)).toEqual({ changes: [], untold: 0, same: 39 });
});

test('worse, better, gone and new, the worst first', () => {
  const after = readTests(
    recordedKunit
      .replace('not ok 2 worse_fails', 'ok 2 worse_fails')
      .replace('not ok 10 a_failing', 'ok 10 a_failing')
      .replace('ok 1 resource_test_union', 'not ok 1 resource_test_union')
      .replace('ok 2 resource_test_intersection', 'ok 2 resource_test_other')
      .replace('ok 1 kunit_log_test', 'ok 1 kunit_log_test # SKIP not now'),
  ).tests;
  const { changes, same } = compareTests(before, after);
  expect(changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'worse resource/resource_test_union',
    'gone resource/resource_test_intersection',
    'better a_failing/worse_fails',
    'new resource/resource_test_other',
    'other kunit-log-test/kunit_log_test',
  ]);
  expect(same).toBe(35);
});

test('what failed is run again by as few globs as name it', () => {
  // What crashed may have fallen over what ran before it: its suite as a whole.
  expect(failedGlobs(before)).toEqual(['a_failing.worse_fails', 'b_panics']);
  const many = Array.from({ length: 30 }, (_, n) => `    not ok ${n + 1} case_${n}`).join('\n');
  expect(failedGlobs(readTests(`KTAP version 1\n    KTAP version 1\n${many}\nnot ok 1 suite`).tests)).toEqual(
    ['suite'],
  );
  expect(failedGlobs(readTests('KTAP version 1\nnot ok 1 odd * name').tests)).toEqual([]);
});

test('kunit.py is told only what it understands', () => {
  const spec: TreeSpec = {
    kind: 'tree',
    tree: '/src/linux',
    kunitconfig: '/src/linux/lib/kunit',
    kconfigAdd: ['CONFIG_MMU=n'],
    filter: 'list*',
    jobs: 2,
    timeoutS: 60,
  };
  const now = readKunitHelp(
    'usage: kunit.py run [-h] [--kconfig_add CONFIG_X=Y]\n [--raw_output [{all,kunit}]]',
  );
  expect(now).toEqual({ rawAll: true, kconfigAdd: true });
  expect(kunitArguments(spec, { verb: 'run', buildDir: '/b', glob: 'list*', can: now })).toEqual([
    'run',
    '--build_dir=/b',
    '--kunitconfig=/src/linux/lib/kunit',
    '--kconfig_add=CONFIG_MMU=n',
    '--jobs=2',
    '--timeout=60',
    '--raw_output=all',
    '--',
    'list*',
  ]);
  const then = readKunitHelp('usage: kunit.py run [-h] [--raw_output] [--timeout SECONDS]');
  expect(then).toEqual({ rawAll: false, kconfigAdd: false });
  expect(
    kunitArguments({ ...spec, kunitconfig: null }, { verb: 'exec', buildDir: '/b', glob: '', can: then }),
  ).toEqual(['exec', '--build_dir=/b', '--kconfig_add=CONFIG_MMU=n', '--timeout=60', '--raw_output']);
});
