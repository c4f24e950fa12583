import { describe, expect, it } from 'vitest';
import { countPlaywright, countVitest, summary, verdict } from './counts.mjs';

describe('counts', () => {
  it('counts a file vitest could not load as failed', () => {
    const report = {
      numPassedTests: 4,
      numFailedTests: 1,
      numPendingTests: 0,
      numTodoTests: 2,
      testResults: [
        { status: 'failed', name: 'a.test.ts', message: 'no such import', assertionResults: [] },
        {
          status: 'failed',
          assertionResults: [
            { status: 'failed', fullName: 'merges', failureMessages: ['Error: bytes\n at x'] },
          ],
        },
      ],
    };
    expect(countVitest(report)).toEqual({
      passed: 4,
      failed: 2,
      skipped: 2,
      repeated: [],
      failures: ['a.test.ts: no such import', 'merges: Error: bytes'],
    });
  });

  it('names a test that passed only when it was repeated', () => {
    const spec = {
      title: 'a click',
      tests: [
        {
          status: 'flaky',
          results: [
            { status: 'failed', error: { message: '\u001b[31mno window\u001b[0m\nat' } },
            { status: 'passed' },
          ],
        },
      ],
    };
    const report = {
      stats: { expected: 3, unexpected: 0, flaky: 1, skipped: 1 },
      errors: [],
      suites: [{ specs: [], suites: [{ specs: [spec] }] }],
    };
    expect(countPlaywright(report)).toEqual({
      passed: 4,
      failed: 0,
      skipped: 1,
      repeated: ['a click: no window'],
      failures: [],
    });
    const result = { fullName: 'boots', status: 'passed', failureMessages: ['Error: no prompt\n at x'] };
    expect(
      countVitest({
        numPassedTests: 1,
        numFailedTests: 0,
        numPendingTests: 0,
        testResults: [{ status: 'passed', assertionResults: [result] }],
      }).repeated,
    ).toEqual(['boots: Error: no prompt']);
  });

  it('never takes an empty or broken suite for a passed one', () => {
    expect(verdict(true, { passed: 0, failed: 0, skipped: 0 })).toMatchObject({
      failed: 1,
      problem: 'no test ran',
    });
    expect(verdict(false, { passed: 9, failed: 0, skipped: 0 })).toMatchObject({ passed: 9, failed: 1 });
    expect(verdict(false, { passed: 9, failed: 2, skipped: 0 })).toEqual({
      passed: 9,
      failed: 2,
      skipped: 0,
    });
  });

  it('sums up in one plain line', () => {
    expect(summary([{ passed: 2, failed: 0, skipped: 0 }])).toBe('2 passed, 0 failed');
    const two = [
      { passed: 2, failed: 1, skipped: 1 },
      { passed: 3, failed: 0, skipped: 0 },
    ];
    expect(summary(two)).toBe('5 passed, 1 failed, 1 skipped');
  });
});
