import { z } from 'zod';
import { flatten, isBad, outcomeSchema, type Outcome, type TestNode } from './test-node.js';

/** Nobody reads more. */
const CHANGES_MAX = 5000;
const PATH_MAX = 700;

/** What became of a test from one run to another. */
export const changeKinds = ['worse', 'gone', 'better', 'new', 'other'] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** A test that is not as it was; null: it wasn't there. */
const testChangeSchema = z.strictObject({
  path: z.string(),
  kind: z.enum(changeKinds),
  before: outcomeSchema.nullable(),
  after: outcomeSchema.nullable(),
});
export type TestChange = z.infer<typeof testChangeSchema>;

/** Two runs beside each other. */
export const comparisonSchema = z.strictObject({
  /** The worst first; no more than `CHANGES_MAX`. */
  changes: z.array(testChangeSchema),
  /** More changes than are told. */
  untold: z.int().nonnegative(),
  /** Cases that went as before. */
  same: z.int().nonnegative(),
});
export type RunComparison = z.infer<typeof comparisonSchema>;

/** That a run was of a part only: what is not in it is not gone. */
interface Parts {
  isBeforePart?: boolean;
  isAfterPart?: boolean;
}

/** Compares cases by their path. A suite counts by what is below it, as in `countTests`. */
export function compareTests(
  before: readonly TestNode[],
  after: readonly TestNode[],
  { isBeforePart = false, isAfterPart = false }: Parts = {},
): RunComparison {
  const [a, b] = [cases(before), cases(after)];
  const changes: TestChange[] = [];
  let same = 0;
  for (const path of new Set([...a.keys(), ...b.keys()])) {
    const [was, is] = [a.get(path) ?? null, b.get(path) ?? null];
    if ((was === null && isBeforePart) || (is === null && isAfterPart)) continue;
    if (was === is) same += 1;
    else changes.push({ path, kind: kindOf(was, is), before: was, after: is });
  }
  const place = ({ kind }: TestChange): number => changeKinds.indexOf(kind);
  changes.sort((one, other) => place(one) - place(other));
  const told = changes.slice(0, CHANGES_MAX).map((one) => ({ ...one, path: one.path.slice(0, PATH_MAX) }));
  return { changes: told, untold: changes.length - told.length, same };
}

function kindOf(was: Outcome | null, is: Outcome | null): ChangeKind {
  if (was === null) return is !== null && isBad(is) ? 'worse' : 'new';
  if (is === null) return 'gone';
  if (isBad(was) === isBad(is)) return 'other';
  return isBad(is) ? 'worse' : 'better';
}

function cases(tests: readonly TestNode[]): Map<string, Outcome> {
  return new Map(
    flatten(tests)
      .filter(({ test }) => test.children.length === 0 || isBadByItself(test))
      .map(({ path, test }) => [path, test.outcome]),
  );
}

function isBadByItself(test: TestNode): boolean {
  return isBad(test.outcome) && !test.children.some((child) => isBad(child.outcome));
}
