import { z } from 'zod';
import { diskFlagsSchema, diskSerialSchema, diskSourceSchema, diskUnitSchema } from '../layers/disk.js';
import { baseSchema, layerNameSchema, layerNoteSchema, layerSchema } from '../layers/layer.js';
import { mendKindSchema, mendSchema } from '../layers/mend.js';
import { mergeEngineSchema, mergePlanSchema, mergeTargetSchema } from '../layers/merge-plan.js';
import { vmIdSchema } from '../vms/vm-id.js';

const nothing = z.strictObject({});
const layerId = z.string().max(80);
const layer = z.strictObject({ layerId });
const job = z.strictObject({ jobId: z.string() });
/** Free text from a person or a script; what is allowed in it is checked, and explained, by the host. */
const typed = z.string().max(4096);

/** Something that was put away and can be had back. */
export const trashEntrySchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** Where it was. */
  path: z.string(),
  putAwayAt: z.iso.datetime(),
  why: z.string(),
  bytes: z.int().nonnegative(),
});
export type TrashEntry = z.infer<typeof trashEntrySchema>;

/** Calls about layers, disks and the trash. Machines, layers and bases themselves are in the state. */
export const layerCalls = {
  /** Looks again at all layers and bases. */
  'layers.look': { input: nothing, output: nothing },
  /** A layer anywhere on this computer, and what is under it. */
  'layers.info': {
    input: z.strictObject({ path: typed }),
    output: z.strictObject({ layer: layerSchema, base: baseSchema.nullable() }),
  },
  /** Makes an empty layer that no machine has, on an image: its id or name, or the path of a disk. */
  'layers.create': {
    input: z.strictObject({ image: typed, name: layerNameSchema, note: layerNoteSchema }),
    output: layer,
  },
  /** Copies a layer into one that no machine has: what it holds now, on the same base. A job; its result is the id. */
  'layers.branch': {
    input: z.strictObject({ layerId, name: layerNameSchema, note: layerNoteSchema }),
    output: job,
  },
  /**
   * Copies all layers of a machine as they are now, with a note. One that runs is synced, stands still while it is
   * copied, and goes on. A job; its result is the snapshot's id.
   */
  'layers.snapshot': { input: z.strictObject({ vmId: vmIdSchema, note: layerNoteSchema }), output: job },
  /**
   * Brings a machine that is off back to a snapshot or, with null, to its pristine bases. What it has now becomes a
   * snapshot itself when `keep`, else it goes to the trash. A job.
   */
  'layers.restore': {
    input: z.strictObject({ vmId: vmIdSchema, snapshotId: z.string().max(80).nullable(), keep: z.boolean() }),
    output: job,
  },
  /** Changes the name of a free layer, or the note of any. */
  'layers.describe': {
    input: z.strictObject({ layerId, name: layerNameSchema.optional(), note: layerNoteSchema.optional() }),
    output: nothing,
  },
  /** Puts a layer that no machine has, or a snapshot, into the trash. */
  'layers.trash': { input: layer, output: nothing },
  /** What merging a layer would do, and what speaks against it. */
  'layers.planMerge': {
    input: z.strictObject({ layerId, target: mergeTargetSchema, engine: mergeEngineSchema }),
    output: mergePlanSchema,
  },
  /** Does it, as a job. Refused when a check of the plan fails. */
  'layers.merge': {
    input: z.strictObject({
      layerId,
      target: mergeTargetSchema,
      engine: mergeEngineSchema,
      /** Lets uml_moo make the same, and compares byte by byte. For a merge by the fast engine into a new image. */
      verify: z.boolean(),
      /** The base's name, for a merge into it. */
      confirm: z.string().max(400).nullable(),
    }),
    output: job,
  },
  /** Gives a machine that is off a new layer on another image in the place of one it has, which goes to the trash. */
  'layers.moveOver': {
    input: z.strictObject({ layerId, image: typed }),
    output: nothing,
  },
  /** How a layer could be mended, each with what it would change. `basePath`: where a person says that the base is now. */
  'layers.planMend': {
    input: z.strictObject({ layerId, basePath: typed.nullable() }),
    output: z.strictObject({ mends: z.array(mendSchema) }),
  },
  'layers.mend': {
    input: z.strictObject({
      layerId,
      kind: mendKindSchema,
      basePath: typed.nullable(),
      /** What the plan wants typed, for what gives something up. */
      confirm: z.string().max(400).optional(),
    }),
    output: job,
  },

  /** Gives a machine one more disk; one that runs sees it at once. `unit` null: the first free number. */
  'disks.add': {
    input: z.strictObject({
      vmId: vmIdSchema,
      unit: diskUnitSchema.nullable(),
      source: diskSourceSchema,
      flags: diskFlagsSchema,
      serial: diskSerialSchema.nullable(),
    }),
    output: z.strictObject({ unit: diskUnitSchema }),
  },
  /** Changes flags or serial number of a disk of a machine that is off. */
  'disks.change': {
    input: z.strictObject({
      vmId: vmIdSchema,
      unit: diskUnitSchema,
      flags: diskFlagsSchema,
      serial: diskSerialSchema.nullable(),
    }),
    output: nothing,
  },
  /** Takes a disk from a machine. Its layer becomes free, its own file goes to the trash, somebody's file stays. */
  'disks.remove': { input: z.strictObject({ vmId: vmIdSchema, unit: diskUnitSchema }), output: nothing },

  'trash.list': { input: nothing, output: z.strictObject({ entries: z.array(trashEntrySchema) }) },
  /** Puts something back where it was. */
  'trash.restore': {
    input: z.strictObject({ id: z.string().max(80) }),
    output: z.strictObject({ path: z.string() }),
  },
  /** Removes something for good; null: everything. */
  'trash.empty': { input: z.strictObject({ id: z.string().max(80).nullable() }), output: nothing },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;
