import { z } from 'zod';
import { consoleNameSchema } from '../consoles/console-name.js';
import { debugToolSchema } from '../debug/debug-tool.js';
import { reportKinds } from '../debug/kernel-report.js';
import { stopReasonSchema } from '../diagnostics/stop-reason.js';
import { vmEventSchema, vmStateSchema } from './vm-state.js';

/** More than a guest can say at once (512 bytes a datagram); keeps a planted file from filling every snapshot. */
const EVENT_TEXT_MAX = 65_536;

/** How a run ended. */
export const runEndSchema = z.strictObject({
  at: z.iso.datetime(),
  /** Exit code of the kernel's main process, null when a signal ended it or nobody saw it end. */
  exitCode: z.int().nullable(),
  /** Name of the signal that ended it, such as SIGABRT. */
  signal: z.string().nullable(),
  reason: stopReasonSchema,
});
export type RunEnd = z.infer<typeof runEndSchema>;

/** Where UML keeps its control socket and by what name it is known: `<umlDir>/<umid>/mconsole`. */
export const umlPlaceSchema = z.strictObject({
  umid: z.string(),
  umlDir: z.string(),
  /**
   * The whole command line of its processes, by which they are known when it doesn't carry `umid=` and `uml_dir=`
   * words of Paddock's. Null for machines that Paddock started.
   */
  byArgv: z.array(z.string()).nullable(),
});
export type UmlPlace = z.infer<typeof umlPlaceSchema>;

/** One start of a machine, as kept in `runs/<number>/run.json`. */
export const runSchema = z.strictObject({
  number: z.int().min(1),
  startedAt: z.iso.datetime(),
  argv: z.array(z.string()),
  kernelVersion: z.string(),
  pid: z.int().positive().nullable(),
  /** Start time of that pid in clock ticks since boot (proc(5), stat field 22): tells it from a later process. */
  pidStartTicks: z.string().nullable(),
  end: runEndSchema.nullable(),
  /** Set for the run in which a machine was taken over: it runs under the name it was started with. */
  place: umlPlaceSchema.nullable().default(null),
  /** Its kernel sees only what it was given (docs/decisions/0026, 0034). Absent in runs of an earlier Paddock. */
  confined: z.boolean().optional(),
});
export type Run = z.infer<typeof runSchema>;

const at = { at: z.iso.datetime() };

/** What happened in a run, one line each in `runs/<number>/events.jsonl`. */
export const runEventSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('state'),
    ...at,
    from: vmStateSchema,
    event: vmEventSchema,
    to: vmStateSchema,
    cause: z.string(),
  }),
  /** The guest said so: `echo text > /proc/mconsole`. Not to be trusted. */
  z.strictObject({ kind: z.literal('message'), ...at, text: z.string().max(EVENT_TEXT_MAX) }),
  z.strictObject({ kind: z.literal('panic'), ...at, text: z.string().max(EVENT_TEXT_MAX) }),
  /** What something that the guest printed means; Paddock's words. */
  z.strictObject({ kind: z.literal('hint'), ...at, text: z.string().max(EVENT_TEXT_MAX) }),
  /** Something on this computer that its network cards go by ended without being asked; Paddock's words. */
  z.strictObject({ kind: z.literal('lost'), ...at, text: z.string().max(EVENT_TEXT_MAX) }),
  /** The guest restarted in place: the same process, the same consoles. */
  z.strictObject({ kind: z.literal('reboot'), ...at }),
  /** The first login prompt of the run. */
  z.strictObject({ kind: z.literal('login'), ...at, console: consoleNameSchema }),
  /** The guest tools answered for the first time, or for the first time again. */
  z.strictObject({ kind: z.literal('ready'), ...at, version: z.string() }),
  /** What became of its shared folders; the words are the guest's. */
  z.strictObject({
    kind: z.literal('shares'),
    ...at,
    shares: z
      .array(z.strictObject({ name: z.string().max(64), why: z.string().max(200).nullable() }))
      .max(64),
  }),
  /** A command that somebody gave to its management console. */
  z.strictObject({ kind: z.literal('command'), ...at, command: z.string(), ok: z.boolean() }),
  /** Processes that outlived the machine's main process and were ended. */
  z.strictObject({ kind: z.literal('strays'), ...at, count: z.int() }),
  /** The kernel reported something of itself on con0, which a guest can write to as well. Not to be trusted. */
  z.strictObject({
    kind: z.literal('report'),
    ...at,
    report: z.enum(reportKinds),
    text: z.string().max(EVENT_TEXT_MAX),
  }),
  /** A program of this computer began to look into its kernel, or has let go of it. */
  z.strictObject({
    kind: z.literal('debug'),
    ...at,
    tool: debugToolSchema,
    what: z.enum(['attached', 'ended']),
  }),
  /** A new host found it running. What happened since the last event before this one was not seen. */
  z.strictObject({ kind: z.literal('adopted'), ...at }),
  /** So many events came at once that some were left out. */
  z.strictObject({ kind: z.literal('dropped'), ...at, count: z.int() }),
]);
export type RunEvent = z.infer<typeof runEventSchema>;

/** A kept run, for lists. */
export const runSummarySchema = z.strictObject({
  ...runSchema.omit({ place: true, pidStartTicks: true, confined: true }).shape,
  /** Bytes of console output kept. */
  logBytes: z.int().nonnegative(),
  /** Bytes that it takes on the disk: old logs are compressed. */
  diskBytes: z.int().nonnegative(),
  loginAt: z.iso.datetime().nullable(),
  reboots: z.int().nonnegative(),
  messages: z.int().nonnegative(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

/** So many runs of a machine are kept; the oldest goes when one more begins. */
export const RUNS_KEPT = 50;
/** And so many bytes of their console logs on the disk, all together. */
export const RUN_BYTES_KEPT = 512 * 1024 * 1024;

/** Two runs beside each other. */
export const runComparisonSchema = z.strictObject({
  facts: z.array(z.strictObject({ what: z.string(), a: z.string(), b: z.string(), same: z.boolean() })),
  /** con0 line by line, times at the line's beginning taken off; long equal stretches are left out. */
  lines: z.array(z.strictObject({ side: z.enum(['a', 'b', 'both', 'gap']), text: z.string() })),
  /** True when the logs were too long to be compared whole. */
  truncated: z.boolean(),
});
export type RunComparison = z.infer<typeof runComparisonSchema>;
