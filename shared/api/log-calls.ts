import { z } from 'zod';
import { consoleNameSchema } from '../consoles/console-name.js';
import { logQuerySchema } from '../consoles/log-query.js';
import {
  logCursorSchema,
  logFormSchema,
  logHitSchema,
  logMarkSchema,
  logOfRunSchema,
  shownLineSchema,
  SHOWN_LINES_MAX,
} from '../consoles/logs.js';
import { vmIdSchema } from '../vms/vm-id.js';

const run = z.int().positive();
const log = { id: vmIdSchema, console: consoleNameSchema };

/** The part of the contract that is about kept logs. */
export const logCalls = {
  /** What there is of a console's log: its runs, the oldest first, and the lines of each. */
  'logs.outline': {
    input: z.strictObject(log),
    output: z.strictObject({ runs: z.array(logOfRunSchema) }),
  },
  /** Lines of one run from a line on, counted from 1; those that are not kept are left out. */
  'logs.lines': {
    input: z.strictObject({
      ...log,
      run,
      from: z.int().positive(),
      count: z.int().min(1).max(SHOWN_LINES_MAX),
      /** With escape sequences, as the guest sent them. */
      escapes: z.boolean(),
    }),
    output: z.strictObject({ lines: z.array(shownLineSchema) }),
  },
  /** When the bytes of a run came: from each offset on this time counts. Begins with the one that counts at `from`. */
  'logs.times': {
    input: z.strictObject({
      ...log,
      run,
      from: z.int().nonnegative(),
      limit: z.int().min(1).max(10_000),
    }),
    output: z.strictObject({
      times: z.array(z.strictObject({ offset: z.int().nonnegative(), at: z.number().nullable() })),
    }),
  },
  /**
   * Finds a text or a regular expression in one console or all (null), in one run or all (null), newest first. Answers
   * when there are `limit` hits, or after a while with what there is; `next` is where to go on, null at the end.
   */
  'logs.search': {
    input: z.strictObject({
      id: vmIdSchema,
      console: consoleNameSchema.nullable(),
      run: run.nullable(),
      query: logQuerySchema,
      cursor: logCursorSchema.nullable(),
      limit: z.int().min(1).max(1000),
    }),
    output: z.strictObject({ hits: z.array(logHitSchema), next: logCursorSchema.nullable() }),
  },
  /** The first error and the panics of each run, the oldest first. Asked again it looks further, until it is complete. */
  'logs.marks': {
    input: z.strictObject({ id: vmIdSchema, console: consoleNameSchema.nullable(), run: run.nullable() }),
    output: z.strictObject({ marks: z.array(logMarkSchema), isComplete: z.boolean() }),
  },
  /** Writes a console's log of a run, or of all runs (null), as text. Overwrites nothing. */
  'logs.save': {
    input: z.strictObject({ ...log, run: run.nullable(), form: logFormSchema, path: z.string().max(4096) }),
    output: z.strictObject({ path: z.string(), bytes: z.int() }),
  },
} as const;
