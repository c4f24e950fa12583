import { z } from 'zod';
import { vmIdSchema } from '../vms/vm-id.js';

/** A name of a layer: words of a person, on one line. */
export const layerNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u);

/** What a person notes about a layer or a snapshot. */
export const layerNoteSchema = z.string().trim().max(2000);

/**
 * How a layer is. Everything that keeps it from being used has what is needed to say why; the words are in
 * layer-state-text.
 */
export const layerStateSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ok') }),
  /** A program has it open, or its machine runs; `pid` when it is known. */
  z.strictObject({ kind: z.literal('in-use'), pid: z.int().nullable() }),
  /** Something of Paddock's works on it or on its base. */
  z.strictObject({ kind: z.literal('busy'), why: z.string() }),
  z.strictObject({ kind: z.literal('missing') }),
  z.strictObject({ kind: z.literal('damaged'), why: z.string() }),
  z.strictObject({ kind: z.literal('base-missing') }),
  /** The base was written to after the layer was made on it, or only touched: both ISO dates. */
  z.strictObject({ kind: z.literal('base-modified'), was: z.string(), now: z.string() }),
  z.strictObject({ kind: z.literal('base-resized'), was: z.int(), now: z.int() }),
  /** Its base is itself a layer, or has blocks through which UML reads wrong data. */
  z.strictObject({ kind: z.literal('base-unfit'), why: z.string() }),
  /** A merge of this layer into its base was interrupted. */
  z.strictObject({ kind: z.literal('merge-interrupted'), at: z.string() }),
  /** A merge of another layer into its base was interrupted: the base is half one, half the other. */
  z.strictObject({ kind: z.literal('base-half-merged'), layer: z.string() }),
]);
export type LayerState = z.infer<typeof layerStateSchema>;

/** A layer: a machine's, one that no machine has, or a snapshot of a machine's. */
export const layerSchema = z.strictObject({
  /** `<machine>.<unit>` for a machine's own, else that of its file in the library. */
  id: z.string().max(80),
  role: z.enum(['machine', 'free', 'snapshot']),
  /** The machine's name, what a person called it, or a snapshot's note in short. */
  name: z.string(),
  note: z.string(),
  path: z.string(),
  /** The machine that has it or, for a snapshot, that it was taken of; it may be gone. */
  vmId: vmIdSchema.nullable(),
  vmName: z.string().nullable(),
  unit: z.int().nullable(),
  /** Snapshots of several disks of a machine at the same moment have one. */
  snapshotId: z.string().nullable(),
  /** The base, as in the collection of bases. */
  baseId: z.string(),
  basePath: z.string(),
  /** Size of the disk in bytes. */
  sizeBytes: z.int().nonnegative(),
  /** Sectors that the bitmap says are in the layer, in bytes. */
  changedBytes: z.int().nonnegative(),
  /** Blocks that it takes on this computer's disk, in bytes; less than changedBytes after a trim. */
  onDiskBytes: z.int().nonnegative(),
  createdAt: z.iso.datetime(),
  /** How it came to be: 'made with web', 'branch of web' ... */
  origin: z.string(),
  writtenAt: z.iso.datetime().nullable(),
  /** For a snapshot of a running machine: how long the machine stood still. */
  pausedMs: z.number().nullable(),
  state: layerStateSchema,
});
export type Layer = z.infer<typeof layerSchema>;

/** How a base is. */
export const baseStateSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ok') }),
  z.strictObject({ kind: z.literal('busy'), why: z.string() }),
  z.strictObject({ kind: z.literal('missing') }),
  /** A program has it open for writing: every layer on it will break. */
  z.strictObject({ kind: z.literal('written'), pid: z.int() }),
  z.strictObject({ kind: z.literal('unfit'), why: z.string() }),
  z.strictObject({ kind: z.literal('half-merged'), layerId: z.string(), layer: z.string(), at: z.string() }),
]);
export type BaseState = z.infer<typeof baseStateSchema>;

/** A disk that layers stand on. */
export const baseSchema = z.strictObject({
  id: z.string().max(80),
  name: z.string(),
  /** Links resolved. */
  path: z.string(),
  imageId: z.string().nullable(),
  sizeBytes: z.int().nonnegative(),
  onDiskBytes: z.int().nonnegative(),
  writtenAt: z.iso.datetime().nullable(),
  isReadOnly: z.boolean(),
  /** Of its content, taken when it became a base; null until it is counted. */
  contentHash: z.string().nullable(),
  state: baseStateSchema,
});
export type Base = z.infer<typeof baseSchema>;

/** True when a machine can be started on the layer, or it can be merged, as far as its files go. */
export function isLayerUsable(state: LayerState): boolean {
  return state.kind === 'ok' || state.kind === 'in-use';
}
