import { totalOf, type Counts, type Outcome } from './test-node.js';

/** What an outcome is called. */
export const outcomeWords: Readonly<Record<Outcome, string>> = {
  passed: 'passed',
  failed: 'failed',
  broken: 'broken',
  crashed: 'crashed',
  skipped: 'skipped',
  expected: 'failed as expected',
  running: 'running',
};

/** "36 passed, 1 failed, 6 never heard of"; the bad ones first. */
export function countText(counts: Counts): string {
  const order = [
    'failed',
    'broken',
    'crashed',
    'missing',
    'passed',
    'skipped',
    'expected',
    'running',
  ] as const;
  const parts = order
    .filter((key) => counts[key] > 0)
    .map((key) => `${counts[key]} ${key === 'missing' ? 'never heard of' : outcomeWords[key]}`);
  return totalOf(counts) === 0 ? 'no tests' : parts.join(', ');
}
