import { z } from 'zod';
import { paddockErrorSchema } from '../errors/paddock-error.js';
import { CONSOLE_MAX, vmIdSchema } from './vm-spec.js';
import { runEndSchema } from './run.js';
import { vmStateSchema } from './vm-state.js';

/** The rungs of the ladder that ends a machine, softest first. */
export const stopRungSchema = z.enum(['shutdown', 'halt', 'terminate', 'kill']);
export type StopRung = z.infer<typeof stopRungSchema>;

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
  kernelPath: z.string(),
  imageId: z.string(),
  consoles: z.int().min(0).max(CONSOLE_MAX),
  createdAt: z.string(),
  state: vmStateSchema,
  /** When it came into that state. */
  stateSince: z.iso.datetime(),
  /** The run that is going on or was the last; 0 when it never ran. */
  runNumber: z.int().nonnegative(),
  runStartedAt: z.iso.datetime().nullable(),
  kernelVersion: z.string(),
  pid: z.int().positive().nullable(),
  /** How the last run ended; null while one goes on and when there was none. */
  lastEnd: runEndSchema.nullable(),
  /** While it is being stopped: the rung now taken and when the next one comes (null: none comes by itself). */
  stopping: z.strictObject({ rung: stopRungSchema, nextAt: z.iso.datetime().nullable() }).nullable(),
  layer: layerViewSchema.nullable(),
  /** Bytes of console output kept on disk. */
  logBytes: z.int().nonnegative(),
  /** True when this host took over a machine that an earlier host started: its consoles were lost with that host. */
  adopted: z.boolean(),
  /** Why it is broken, or why the last start was refused. */
  problem: paddockErrorSchema.nullable(),
});
export type VmView = z.infer<typeof vmViewSchema>;
