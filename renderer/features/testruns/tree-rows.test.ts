import { expect, test } from 'vitest';
import { readTests } from '@shared/testruns/test-reader.js';
import { recordedKunit } from '@shared/testruns/testing/recorded-kunit.js';
import { treeRows, type TreeWish } from './tree-rows.js';

const { tests } = readTests(recordedKunit);
const all: TreeWish = { words: '', state: 'all', folds: new Map() };
const paths = (wish: Partial<TreeWish>): string[] =>
  treeRows(tests, { ...all, ...wish }).map(({ path }) => path);

test('suites are folded but for those in which something went bad; a hand’s fold counts', () => {
  expect(paths({})).toEqual([
    ...tests.slice(0, 9).map(({ name }) => name),
    'a_failing',
    'a_failing/worse_passes',
    'a_failing/worse_fails',
    'a_failing/worse_skips',
    'b_panics',
    'b_panics/worse_passes',
    'b_panics/worse_panics',
  ]);
  const folds = new Map([
    ['a_failing', false],
    ['resource', true],
  ]);
  expect(paths({ folds })).toContain('resource/resource_test_union');
  expect(paths({ folds })).not.toContain('a_failing/worse_fails');
});

test('by state and by words, with the suites around them', () => {
  expect(paths({ state: 'bad' })).toEqual([
    'a_failing',
    'a_failing/worse_fails',
    'b_panics',
    'b_panics/worse_panics',
  ]);
  expect(paths({ words: 'UNION res' })).toEqual(['resource', 'resource/resource_test_union']);
  expect(paths({ state: 'skipped', words: 'nothing of it' })).toEqual([]);
});
