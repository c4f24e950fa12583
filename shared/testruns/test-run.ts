import { z } from 'zod';
import { vmIdSchema } from '../vms/vm-id.js';
import { countsSchema, resultsSchema } from './test-node.js';

/** The id of a run of tests; also the name of its folder. */
export const testRunIdSchema = z.string().regex(/^[0-9a-f]{12}$/);

/** Output beyond this is not read: bytes, and lines. */
export const OUTPUT_MAX = 32 * 1024 * 1024;
export const OUTPUT_LINES_MAX = 400_000;

/** `kunit.filter_glob`: a suite, or `suite.case`, with `*`, `?` and `[...]` (lib/glob.c). No space: it is one argument. */
export const filterGlobSchema = z
  .string()
  .regex(/^[\w.*?[\]!:-]{0,200}$/, 'a filter is like suite or suite.case, with * and ?');

/** One option for the kernel to build. */
export const kconfigLineSchema = z
  .string()
  .regex(/^CONFIG_[A-Z0-9_]{1,100}=[\w."/+-]{1,200}$/i, 'an option is like CONFIG_KASAN=y');

const path = z
  .string()
  .max(4095)
  .startsWith('/')
  .regex(/^[^\0\n]*$/);
const timeoutS = z.int().min(1).max(86_400);

/** kunit.py of a source tree builds a kernel and runs its tests. */
const treeSchema = z.strictObject({
  kind: z.literal('tree'),
  tree: path,
  /** A file with the options of the tests, or a folder with a .kunitconfig; null: the tree's default. */
  kunitconfig: path.nullable(),
  kconfigAdd: z.array(kconfigLineSchema).max(50),
  filter: filterGlobSchema,
  /** How many compilers at once; null: as many as there are processors. */
  jobs: z.int().min(1).max(512).nullable(),
  /** Of one boot; what it takes to build doesn't count. */
  timeoutS,
});

/** A kernel that has KUnit boots without a disk. */
const kernelSchema = z.strictObject({
  kind: z.literal('kernel'),
  kernelPath: path,
  filter: filterGlobSchema,
  memoryMiB: z.int().min(32).max(65_536),
  /** More words for its command line. */
  extra: z.array(z.string().regex(/^[!-~]{1,400}$/)).max(32),
  timeoutS,
});

/** A command in a running machine with guest tools. */
const guestSchema = z.strictObject({
  kind: z.literal('guest'),
  vmId: vmIdSchema,
  /** For the guest's sh. */
  command: z
    .string()
    .min(1)
    .max(8000)
    .regex(/^[^\0]*$/),
  timeoutS,
});

/** What tests are run, and how. */
export const testSpecSchema = z.discriminatedUnion('kind', [treeSchema, kernelSchema, guestSchema]);
export type TestSpec = z.infer<typeof testSpecSchema>;
export type TreeSpec = z.infer<typeof treeSchema>;
export type KernelSpec = z.infer<typeof kernelSchema>;
export type GuestSpec = z.infer<typeof guestSchema>;

/** How a run of tests ended. */
export const testRunEndSchema = z.enum([
  'done',
  /** Somebody cancelled it. */
  'cancelled',
  /** It took too long. */
  'time',
  /** It could not be done, or its kernel fell over: `why` says what. */
  'failed',
  /** The host ended in the middle of it. */
  'lost',
]);
export type TestRunEnd = z.infer<typeof testRunEndSchema>;

/** A run of tests. */
export const testRunSchema = z.strictObject({
  id: testRunIdSchema,
  spec: testSpecSchema,
  /** "linux-6.1", "Linux 6.1.192", "lab: ./run_kselftest.sh" */
  title: z.string().max(300),
  /** Globs that were run again, of an earlier run; empty: all that the spec says. */
  globs: z.array(filterGlobSchema).max(200),
  /** The run that this one repeats; it may be gone. */
  repeats: testRunIdSchema.nullable(),
  /** Of the kernel that was tested, as far as it is known. */
  kernelVersion: z.string().max(80).nullable(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  ended: testRunEndSchema.nullable(),
  /** A sentence; null when nothing need be said. */
  why: z.string().max(1000).nullable(),
  /** The job that does it. */
  jobId: z.string().max(80),
  counts: countsSchema,
  problems: z.int().nonnegative(),
  /** Lines of output. */
  lines: z.int().nonnegative(),
  /** There was more output than is kept. */
  isCut: z.boolean(),
});
export type TestRun = z.infer<typeof testRunSchema>;

/** A run as it is kept on disk. */
export const testRunRecordSchema = z.strictObject({ version: z.literal(1), run: testRunSchema });

/** Its results as they are kept on disk. */
export const testResultsRecordSchema = z.strictObject({ version: z.literal(1), results: resultsSchema });
