import { flatten, isBad, type TestNode } from '@shared/testruns/test-node.js';

/** Which tests are shown. */
export type StateFilter = 'all' | 'bad' | 'skipped' | 'passed';

/** A line of the tree. */
export interface TreeRow {
  path: string;
  test: TestNode;
  level: number;
  /** Null for one with nothing below it. */
  isOpen: boolean | null;
}

/** What is looked for. */
export interface TreeWish {
  words: string;
  state: StateFilter;
  /** Suites that were folded or unfolded by hand; others are open when something below them went bad. */
  folds: ReadonlyMap<string, boolean>;
}

/** The lines of a tree: with a wish for some tests, those and the suites that they are in, all unfolded. */
export function treeRows(tests: readonly TestNode[], { words, state, folds }: TreeWish): TreeRow[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const isSeeking = wanted.length > 0 || state !== 'all';
  const fits = (path: string, test: TestNode): boolean =>
    isOf(test, state) && wanted.every((word) => path.toLowerCase().includes(word));
  const all = flatten(tests);
  const shown = new Set<string>();
  for (const { path, test } of all) {
    const isLeaf = test.children.length === 0 || (isBad(test.outcome) && state === 'bad');
    if (!isLeaf || !fits(path, test)) continue;
    for (let at = path; at !== ''; at = parentOf(at)) shown.add(at);
  }
  const rows: TreeRow[] = [];
  const closed = new Set<string>();
  for (const { path, test } of all) {
    const parent = parentOf(path);
    const isHidden = parent !== '' && closed.has(parent);
    if (isHidden || (isSeeking && !shown.has(path))) {
      if (isHidden) closed.add(path);
      continue;
    }
    const hasMore = test.children.length > 0;
    const isOpen = !hasMore ? null : isSeeking || (folds.get(path) ?? opensItself(test));
    if (isOpen === false) closed.add(path);
    rows.push({ path, test, level: path.split('/').length, isOpen });
  }
  return rows;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function opensItself(test: TestNode): boolean {
  return isBad(test.outcome) || test.outcome === 'running' || test.children.some(opensItself);
}

function isOf({ outcome }: TestNode, state: StateFilter): boolean {
  switch (state) {
    case 'all':
      return true;
    case 'bad':
      return isBad(outcome);
    case 'skipped':
      return outcome === 'skipped';
    case 'passed':
      return outcome === 'passed' || outcome === 'expected';
  }
}
