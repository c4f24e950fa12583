import { z } from 'zod';
import { runEndSchema } from '../vms/run.js';
import { consoleNameSchema } from './console-name.js';

const runNumber = z.int().positive();
const count = z.int().nonnegative();
/** Lines are counted from 1, and those that are not kept any more are counted, too. */
const lineNumber = z.int().positive();

/** A part of a log that is kept without a gap. */
const logStretchSchema = z.strictObject({
  offset: count,
  bytes: count,
  line: lineNumber,
  lines: count,
});

/** What there is of one console's log of one run. */
export const logOfRunSchema = z.strictObject({
  run: runNumber,
  startedAt: z.iso.datetime(),
  kernelVersion: z.string(),
  end: runEndSchema.nullable(),
  /** Bytes that came, kept or not. */
  bytes: count,
  /** What is kept of them, in order. Between two, and before the end, is what a limit or a full disk took away. */
  stretches: z.array(logStretchSchema),
});
export type LogOfRun = z.infer<typeof logOfRunSchema>;

/** A line of a log, as it is shown. */
export const shownLineSchema = z.strictObject({
  line: lineNumber,
  offset: count,
  /** Without escape sequences, unless they were asked for. */
  text: z.string(),
  /** The line is longer than what is shown of it. */
  isCut: z.boolean(),
  /** Milliseconds since 1970 at which its beginning came; null when nobody noted it. */
  at: z.number().nullable(),
});
export type ShownLine = z.infer<typeof shownLineSchema>;
/** A line is shown up to so many characters. */
export const SHOWN_CHARACTERS_MAX = 4096;
/** Lines in one answer. */
export const SHOWN_LINES_MAX = 500;

/** A place in the logs of a machine where a search found something. */
export const logHitSchema = z.strictObject({
  run: runNumber,
  console: consoleNameSchema,
  line: lineNumber,
  offset: count,
  /** The line in plain text, cut to a readable length around what was found. */
  text: z.string(),
});
export type LogHit = z.infer<typeof logHitSchema>;

/** Where a search goes on: with what is older than this. */
export const logCursorSchema = z.strictObject({ run: runNumber, console: consoleNameSchema, before: count });
export type LogCursor = z.infer<typeof logCursorSchema>;

/** A line that somebody may want to go to. */
export const logMarkSchema = z.strictObject({
  kind: z.enum(['panic', 'error']),
  run: runNumber,
  console: consoleNameSchema,
  line: lineNumber,
  offset: count,
  text: z.string(),
});
export type LogMark = z.infer<typeof logMarkSchema>;

/** How a log is written as text. */
export const logFormSchema = z.strictObject({
  /** With escape sequences, as the guest sent it. */
  escapes: z.boolean(),
  /** With the time at which each line came. */
  times: z.boolean(),
});
export type LogForm = z.infer<typeof logFormSchema>;
