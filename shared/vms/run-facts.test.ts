import { expect, test } from 'vitest';
import type { RunSummary } from './run.js';
import { compareRunFacts } from './run-facts.js';

const run: RunSummary = {
  number: 1,
  startedAt: '2026-11-21T10:00:00.000Z',
  argv: ['/usr/bin/linux.uml', 'umid=web', 'mem=64M', 'rw', 'con0=fd:3', 'quiet'],
  kernelVersion: '6.1.176',
  pid: 1,
  end: { at: '2026-11-21T10:00:41.000Z', exitCode: 0, signal: null, reason: { code: 'poweroff' } },
  logBytes: 2048,
  loginAt: '2026-11-21T10:00:01.800Z',
  diskBytes: 4096,
  reboots: 0,
  messages: 0,
};

test('a run beside itself differs in nothing', () => {
  expect(compareRunFacts(run, run).filter(({ same }) => !same)).toEqual([]);
});

test('of two runs the differing words are paired, and what one has not is said', () => {
  const other: RunSummary = {
    ...run,
    number: 2,
    argv: ['/opt/linux', 'umid=web', 'mem=128M', 'rw', 'con0=fd:3', 'con1=fd:4'],
    loginAt: null,
    end: null,
  };
  expect(compareRunFacts(run, other).filter(({ same }) => !same)).toEqual([
    { what: 'Ran for', a: '41 s', b: 'still running', same: false },
    { what: 'Login prompt after', a: '1.8 s', b: 'never', same: false },
    { what: 'Ended', a: 'clean poweroff', b: 'not yet', same: false },
    { what: 'Argument kernel program', a: '/usr/bin/linux.uml', b: '/opt/linux', same: false },
    { what: 'Argument mem', a: 'mem=64M', b: 'mem=128M', same: false },
    { what: 'Argument quiet', a: 'quiet', b: 'not given', same: false },
    { what: 'Argument con1', a: 'not given', b: 'con1=fd:4', same: false },
  ]);
});
