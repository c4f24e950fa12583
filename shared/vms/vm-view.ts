import { z } from 'zod';
import { debugViewSchema } from '../debug/debug-tool.js';
import { paddockErrorSchema } from '../errors/paddock-error.js';
import { diskViewSchema } from '../layers/disk.js';
import { vmIdSchema } from './vm-id.js';
import { bootSchema } from './boot.js';
import { consoleSpecSchema } from '../consoles/channel.js';
import { vmSpecSchema } from './vm-spec.js';
import { readinessSchema } from './readiness.js';
import { runEndSchema } from './run.js';
import { vmStateSchema } from './vm-state.js';

/** The rungs of the ladder that ends a machine, softest first. */
export const stopRungSchema = z.enum(['shutdown', 'halt', 'terminate', 'kill']);
export type StopRung = z.infer<typeof stopRungSchema>;

/** The longest that a guest can be given for shutting down, in seconds. */
export const SHUTDOWN_MAX_S = 86_400;

/** The layer of a machine, as its files say. */
export const layerViewSchema = z.strictObject({
  path: z.string(),
  basePath: z.string(),
  /** Sectors that the bitmap says are in the layer, in bytes. */
  changedBytes: z.int().nonnegative(),
  /** Blocks that the layer takes on the host's disk, in bytes. Less than changedBytes after a trim. */
  onDiskBytes: z.int().nonnegative(),
});
export type LayerView = z.infer<typeof layerViewSchema>;

/** A machine as everybody but the host sees it. */
export const vmViewSchema = z.strictObject({
  id: vmIdSchema,
  name: z.string(),
  memoryMiB: z.int(),
  /** Of that, taken from the guest while it runs. */
  memoryTakenMiB: z.int().nonnegative(),
  kernelPath: z.string(),
  /** The image under its layer; '' for a machine that was taken over. */
  imageId: z.string(),
  /** Where its root file system is, and its first program. */
  boot: bootSchema,
  /** What a person set. */
  ...vmSpecSchema.pick({
    group: true,
    tags: true,
    pin: true,
    memoryFolder: true,
    autostart: true,
    startAfter: true,
    nics: true,
    runMode: true,
    shares: true,
  }).shape,
  /** Its lines at its next start. */
  consoles: z.array(consoleSpecSchema),
  /** Its lines as they are in the run that goes on; null when it is off, and when another host started it. */
  wired: z.array(consoleSpecSchema).nullable(),
  createdAt: z.string(),
  state: vmStateSchema,
  /** When it came into that state. */
  stateSince: z.iso.datetime(),
  /** What brought it there: 'asked', a rung of the ladder, a stop reason ... */
  stateCause: z.string(),
  /** The start that was asked for waits for another machine to come so far. */
  waiting: z.strictObject({ vmId: vmIdSchema, name: z.string(), ready: readinessSchema }).nullable(),
  /** It is being shut down to be started again. */
  restarting: z.boolean(),
  /** The run that is going on or was the last; 0 when it never ran. */
  runNumber: z.int().nonnegative(),
  runStartedAt: z.iso.datetime().nullable(),
  kernelVersion: z.string(),
  pid: z.int().positive().nullable(),
  /** The CPU that it is kept on, if any. */
  cpu: z.int().nonnegative().nullable(),
  /** When a login prompt first stood on one of its consoles in this run. */
  loginAt: z.iso.datetime().nullable(),
  /** How often the guest restarted in place in this run. */
  reboots: z.int().nonnegative(),
  /** What the guest said last to its notify socket in this run. Not to be trusted. */
  lastMessage: z.strictObject({ at: z.iso.datetime(), text: z.string() }).nullable(),
  /** Events of this run so far; when it grows, `runs.events` has more. */
  eventCount: z.int().nonnegative(),
  /** How the last run ended; null while one goes on and when there was none. */
  lastEnd: runEndSchema.nullable(),
  /** While it is being stopped: the rung now taken and when the next one comes (null: none comes by itself). */
  stopping: z.strictObject({ rung: stopRungSchema, nextAt: z.iso.datetime().nullable() }).nullable(),
  /** Its first layer. */
  layer: layerViewSchema.nullable(),
  /** Its disks at its next start, by number. */
  disks: z.array(diskViewSchema),
  /** Bytes of console output kept on disk. */
  logBytes: z.int().nonnegative(),
  /** True when this host took over a machine that an earlier host, or somebody else, started: its consoles were lost. */
  adopted: z.boolean(),
  /**
   * The spare console of an adopted machine (`rescue` in calls): ready, still being looked for, or why
   * there is none. Null when its own consoles work.
   */
  rescue: z
    .discriminatedUnion('state', [
      z.strictObject({ state: z.literal('looking') }),
      z.strictObject({ state: z.literal('ready'), device: z.string() }),
      z.strictObject({ state: z.literal('none'), reason: z.string() }),
    ])
    .nullable(),
  /** The guest tools that answer in this run; null when there are none. What they say of the guest is not to be trusted. */
  guestTools: z
    .strictObject({
      version: z.string(),
      /** False for tools that speak otherwise than this Paddock. */
      usable: z.boolean(),
      readyAt: z.iso.datetime().nullable(),
      addresses: z.array(z.string()),
    })
    .nullable(),
  /** The guest is known to carry them: its consoles work by pipe from the next start on. */
  guestToolsExpected: z.boolean(),
  /** Its consoles work by pipe and the guest tools are silent, so that no new size reaches them. A restart mends that. */
  guestToolsMissing: z.boolean(),
  /** It was started outside Paddock and taken over; its disks are not Paddock's. */
  taken: z.boolean(),
  /** What looks into its kernel from outside. */
  debug: debugViewSchema,
  /** Why it is broken, or why the last start was refused. */
  problem: paddockErrorSchema.nullable(),
});
export type VmView = z.infer<typeof vmViewSchema>;
