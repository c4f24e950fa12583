import { isBad, type Outcome, type TestNode } from './test-node.js';

/**
 * Suites of one name, of several boots, as one: what failed is run again case by case, and each boot prints the whole
 * suite around it. Two that have a case in common stay two.
 */
export function mergeSuites(tests: readonly TestNode[]): TestNode[] {
  const merged: TestNode[] = [];
  for (const test of tests) {
    const at = merged.findIndex((one) => canMerge(one, test));
    const one = merged[at];
    if (one) merged[at] = merge(one, test);
    else merged.push(test);
  }
  return merged;
}

function canMerge(one: TestNode, other: TestNode): boolean {
  if (one.name !== other.name || one.children.length === 0 || other.children.length === 0) return false;
  const names = new Set(one.children.map(({ name }) => name));
  return other.children.every(({ name }) => !names.has(name));
}

function merge(one: TestNode, other: TestNode): TestNode {
  const planned = one.planned === null || other.planned === null ? null : one.planned + other.planned;
  const tookMs = one.tookMs === null || other.tookMs === null ? null : one.tookMs + other.tookMs;
  return {
    ...one,
    outcome: worse(one.outcome, other.outcome),
    note: one.note === '' ? other.note : one.note,
    planned,
    tookMs,
    to: Math.max(one.to, other.to),
    children: [...one.children, ...other.children],
  };
}

function worse(one: Outcome, other: Outcome): Outcome {
  if (isBad(one)) return one;
  return isBad(other) || one === 'skipped' ? other : one;
}
