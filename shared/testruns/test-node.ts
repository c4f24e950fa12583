import { z } from 'zod';

/** How a test ended. */
export const outcomeSchema = z.enum([
  'passed',
  'failed',
  /** It could not be run (TBROK of LTP, `# ERROR` of KTAP). */
  'broken',
  /** It began, or was to begin, and all that was heard ended before it said how it went. */
  'crashed',
  'skipped',
  /** It failed as was expected of it (`# TODO`, `# XFAIL`). */
  'expected',
  /** It is under way. */
  'running',
]);
export type Outcome = z.infer<typeof outcomeSchema>;

/** Longer names and notes are cut: whoever is tested says them. */
export const NAME_MAX = 300;
/** Deeper than anybody nests. */
export const DEPTH_MAX = 10;
/** More results than this of one run are not kept. */
export const NODES_MAX = 50_000;
/** All names and notes of a run together: an answer with all of it fits into a frame. */
export const TEXT_MAX = 2_000_000;

/** A suite or a case, and what is below it. */
export interface TestNode {
  name: string;
  outcome: Outcome;
  /** Why it was skipped, what it says of itself; '' when nothing. */
  note: string;
  /** Null when nobody said when it began. */
  tookMs: number | null;
  /** Its lines of the run's output: the first one, and the one behind the last. */
  from: number;
  to: number;
  /** How many were to be below it; null when that wasn't said. */
  planned: number | null;
  children: TestNode[];
}

/** The same, checked. */
export const testNodeSchema: z.ZodType<TestNode> = z.strictObject({
  name: z.string().max(NAME_MAX),
  outcome: outcomeSchema,
  note: z.string().max(NAME_MAX),
  tookMs: z.number().nonnegative().nullable(),
  from: z.int().nonnegative(),
  to: z.int().nonnegative(),
  planned: z.int().nonnegative().nullable(),
  get children() {
    return z.array(testNodeSchema);
  },
});

/** Something that was not as the format has it. */
export const problemSchema = z.strictObject({ line: z.int().nonnegative(), text: z.string().max(600) });
export type Problem = z.infer<typeof problemSchema>;

/** All that was understood of an output. */
export const resultsSchema = z.strictObject({
  tests: z.array(testNodeSchema),
  /** How many tests were to be at the top; null when that wasn't said. */
  planned: z.int().nonnegative().nullable(),
  problems: z.array(problemSchema).max(101),
});
export type Results = z.infer<typeof resultsSchema>;

/** How many there are of each. */
export const countsSchema = z.strictObject({
  passed: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  broken: z.int().nonnegative(),
  crashed: z.int().nonnegative(),
  skipped: z.int().nonnegative(),
  expected: z.int().nonnegative(),
  running: z.int().nonnegative(),
  /** Announced, and never heard of. */
  missing: z.int().nonnegative(),
});
export type Counts = z.infer<typeof countsSchema>;

/** True for an outcome that needs somebody. */
export function isBad(outcome: Outcome): boolean {
  return outcome === 'failed' || outcome === 'broken' || outcome === 'crashed';
}

/** True when something failed, or didn't come to its end. */
export function anyBad(counts: Counts): boolean {
  return counts.failed + counts.broken + counts.crashed + counts.missing > 0;
}

/** No results. */
export const noCounts: Counts = {
  passed: 0,
  failed: 0,
  broken: 0,
  crashed: 0,
  skipped: 0,
  expected: 0,
  running: 0,
  missing: 0,
};

/**
 * Counts cases: a suite counts by what is below it, and by itself only when it went bad though nothing below it did (its
 * own exit failed) or when nothing is below it.
 */
export function countTests({ tests, planned }: Pick<Results, 'tests' | 'planned'>): Counts {
  const counts = { ...noCounts };
  counts.missing += missingOf(planned, tests);
  for (const test of tests) countOne(test, counts);
  return counts;
}

function countOne(test: TestNode, counts: Counts): boolean {
  let hasBad = false;
  for (const child of test.children) hasBad = countOne(child, counts) || hasBad;
  const missing = missingOf(test.planned, test.children);
  counts.missing += missing;
  hasBad ||= missing > 0;
  const countsItself = test.children.length === 0 ? missing === 0 : isBad(test.outcome) && !hasBad;
  if (countsItself) counts[test.outcome] += 1;
  return hasBad || isBad(test.outcome);
}

/** How many were announced and never heard of. */
export function missingOf(planned: number | null, tests: readonly TestNode[]): number {
  return planned === null || tests.some(({ outcome }) => outcome === 'running')
    ? 0
    : Math.max(0, planned - tests.length);
}

/** How many cases were counted, however they ended. */
export function totalOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
}

/** Suites and cases with their path: its names, `/` between; a second one of a name has #2 behind it. */
export function flatten(tests: readonly TestNode[], above = ''): { path: string; test: TestNode }[] {
  const seen = new Map<string, number>();
  return tests.flatMap((test) => {
    const nth = (seen.get(test.name) ?? 0) + 1;
    seen.set(test.name, nth);
    const path = `${above}${test.name.replaceAll('/', '∕')}${nth > 1 ? `#${nth}` : ''}`;
    return [{ path, test }, ...flatten(test.children, `${path}/`)];
  });
}
