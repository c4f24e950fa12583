import { z } from 'zod';
import { comparisonSchema } from '../testruns/compare-runs.js';
import { resultsSchema } from '../testruns/test-node.js';
import { testRunIdSchema, testSpecSchema } from '../testruns/test-run.js';

const nothing = z.strictObject({});
const run = z.strictObject({ id: testRunIdSchema });
const begun = z.strictObject({ id: testRunIdSchema, jobId: z.string() });

/** Calls about runs of tests. */
export const testRunCalls = {
  /** Runs tests, as a job whose result is the run's id. That tests fail is no failure of the job. */
  'testRuns.start': { input: z.strictObject({ spec: testSpecSchema }), output: begun },
  /** The same again; of KUnit only what failed, when that is wanted. */
  'testRuns.again': {
    input: z.strictObject({ id: testRunIdSchema, failedOnly: z.boolean() }),
    output: begun,
  },
  /** Its results, also while it goes on. */
  'testRuns.read': { input: run, output: z.strictObject({ results: resultsSchema }) },
  /** Lines of its output. Not to be trusted. */
  'testRuns.lines': {
    input: z.strictObject({
      id: testRunIdSchema,
      from: z.int().nonnegative(),
      count: z.int().positive().max(2000),
    }),
    output: z.strictObject({ lines: z.array(z.string()) }),
  },
  'testRuns.compare': {
    input: z.strictObject({ before: testRunIdSchema, after: testRunIdSchema }),
    output: comparisonSchema,
  },
  /** Writes it into a file: `json` with its results, `ktap` what was printed, as it was received. Overwrites nothing. */
  'testRuns.save': {
    input: z.strictObject({
      id: testRunIdSchema,
      form: z.enum(['json', 'ktap']),
      path: z.string().max(4096),
    }),
    output: z.strictObject({ path: z.string(), bytes: z.int() }),
  },
  'testRuns.remove': { input: run, output: nothing },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;
