import { expect, test } from 'vitest';
import { countTests, flatten } from './test-node.js';
import { readTests } from './test-reader.js';

// Written by hand after LTP's lib/tst_test.c, lib/tst_res.c, pan/ltp-pan.c: Debian has no package of it to record.

const outcomes = (text: string): string[] =>
  flatten(readTests(text).tests).map(({ path, test: one }) => `${path}: ${one.outcome}`);

test('a program of its present library, with its summary', () => {
  const text = [
    'tst_test.c:1733: TINFO: LTP version: 20240524',
    'tst_test.c:1617: TINFO: Timeout per run is 0h 00m 30s',
    'getpid01.c:40: \u001b[1;32mTPASS: \u001b[0mgetpid() returns 1234',
    'getpid01.c:40: TPASS: getpid() returns 1234',
    'getpid01.c:51: TFAIL: getpid() returned -1: EPERM (1)',
    '',
    'Summary:',
    'passed   2',
    'failed   2',
    'broken   0',
    'skipped  0',
    'warnings 0',
    'tst_kconfig.c:88: TINFO: Parsing kernel config',
    'tst_test.c:1200: TCONF: needs CONFIG_KCMP',
    '',
    'Summary:',
    'passed   0',
    'failed   0',
    'broken   0',
    'skipped  1',
    'warnings 0',
  ].join('\n');
  expect(outcomes(text)).toEqual([
    'getpid01: failed',
    'getpid01/getpid() returns 1234: passed',
    'getpid01/getpid() returns 1234#2: passed',
    'getpid01/getpid() returned -1: EPERM (1): failed',
    'a test: skipped',
    'a test/needs CONFIG_KCMP: skipped',
  ]);
  expect(readTests(text).problems.map((problem) => problem.text)).toEqual([
    'getpid01 counts 2 failed, and 1 were heard',
  ]);
});

test('runltp: frames, the old library, shell tests, its table', () => {
  const frame = (tag: string, lines: string[], end: string): string[] => [
    '<<<test_start>>>',
    `tag=${tag} stime=1700000000`,
    `cmdline="${tag}"`,
    'contacts=""',
    'analysis=exit',
    '<<<test_output>>>',
    ...lines,
    '<<<execution_status>>>',
    'initiation_status="ok"',
    end,
    'cutime=0 cstime=1',
    '<<<test_end>>>',
  ];
  const exited = (id: number): string =>
    `duration=3 termination_type=exited termination_id=${id} corefile=no`;
  const text = [
    ...frame('abort01', ['abort01     1  TPASS  :  abort dumped core'], exited(0)),
    ...frame('mem01', ['mem01 1 TBROK: mount failed', 'mem01 2 TPASS: on'], exited(2)),
    ...frame('kcmp01', ['tst_test.c:9: TCONF: no kcmp'], exited(32)),
    ...frame('fork01', [], 'duration=9 termination_type=signaled termination_id=11 corefile=no'),
    'Testcase                                           Result     Exit Value',
    '--------                                           ------     ----------',
    'abort01                                            PASS       0',
    'unheard01                                          FAIL       1',
  ].join('\n');
  const { tests } = readTests(text);
  expect(flatten(tests).map(({ path, test: one }) => `${path}: ${one.outcome}`)).toEqual([
    'abort01: passed',
    'abort01/abort dumped core: passed',
    'mem01: broken',
    'mem01/mount failed: broken',
    'mem01/on: passed',
    'kcmp01: skipped',
    'kcmp01/no kcmp: skipped',
    'fork01: crashed',
    'unheard01: failed',
  ]);
  expect(tests[0]?.tookMs).toBe(3000);
  expect(countTests({ tests, planned: null })).toMatchObject({
    passed: 2,
    failed: 1,
    broken: 1,
    skipped: 1,
    crashed: 1,
  });
});
