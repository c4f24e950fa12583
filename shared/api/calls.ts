import { z } from 'zod';
import { checkResultSchema } from '../diagnostics/check.js';
import { imageSchema } from '../images/image.js';
import { CONSOLE_MAX, MEMORY_MAX_MIB, vmIdSchema } from '../vms/vm-spec.js';
import { snapshotSchema } from './state.js';

/** Raise with every change that makes an older client or host misread a message. */
export const CONTRACT_VERSION = 1;

const nothing = z.strictObject({});
const vm = z.strictObject({ id: vmIdSchema });
/** Free text from a person or a script; what is allowed in it is checked, and explained, by the host. */
const typed = z.string().max(4096);
const consoleNumber = z
  .int()
  .min(0)
  .max(CONSOLE_MAX - 1);

/** One check before a merge, for the dialog and the command. */
export const mergeCheckSchema = z.strictObject({
  title: z.string(),
  ok: z.boolean(),
  /** The evidence, or the sentence that says what is wrong. */
  text: z.string(),
});
export type MergeCheck = z.infer<typeof mergeCheckSchema>;

/** What a merge would do. */
export const mergePlanSchema = z.strictObject({
  basePath: z.string(),
  layerPath: z.string(),
  targetPath: z.string(),
  sizeBytes: z.int(),
  changedBytes: z.int(),
  command: z.array(z.string()),
  checks: z.array(mergeCheckSchema),
});
export type MergePlan = z.infer<typeof mergePlanSchema>;

/** Every call that the host answers: its input and its output. This table is the contract. */
export const calls = {
  /** First call on every connection. Never changes shape, so that versions can be compared. */
  'host.hello': {
    input: z.object({ contract: z.int() }),
    output: z.object({ contract: z.int(), pid: z.int(), version: z.string(), dataDir: z.string() }),
  },
  /** Ends the host. Machines go on; a later host finds them. Never changes shape either. */
  'host.quit': { input: z.object({}), output: z.object({}) },
  /** The state now; from here on this connection gets every patch. */
  'state.watch': { input: nothing, output: snapshotSchema },

  /** Makes a machine with a new layer on an image: the id of one, 'tiny', or the absolute path of a disk. */
  'vms.create': {
    input: z.strictObject({
      /** null: the first free one of tiny, tiny-2 ... */
      name: typed.nullable(),
      image: typed,
      memoryMiB: z.number().max(MEMORY_MAX_MIB * 8),
      /** null: the newest kernel on this computer. */
      kernelPath: typed.nullable(),
      consoles: z.int().min(1).max(CONSOLE_MAX),
      start: z.boolean(),
    }),
    output: vm,
  },
  'vms.start': { input: vm, output: nothing },
  /**
   * Asks for a stop and returns once it is under way. `shutdown` asks the guest, then halts it when it doesn't
   * answer in time; `halt` stops the kernel at once; `force` ends its processes.
   */
  'vms.stop': {
    input: z.strictObject({ id: vmIdSchema, how: z.enum(['shutdown', 'halt', 'force']) }),
    output: nothing,
  },
  'vms.delete': { input: vm, output: nothing },
  /** The exact argv of the next start, and as one line for a shell. */
  'vms.commandLine': {
    input: vm,
    output: z.strictObject({ argv: z.array(z.string()), text: z.string() }),
  },

  /**
   * Opens a stream of a console: first its history (at most `tailBytes` of it, over all runs), then what comes.
   * Data arrives in console frames and run events, in order, and must be acknowledged.
   */
  'consoles.attach': {
    input: z.strictObject({
      vmId: vmIdSchema,
      console: consoleNumber,
      tailBytes: z
        .int()
        .min(0)
        .max(64 * 1024 * 1024),
    }),
    output: z.strictObject({ streamId: z.int().positive() }),
  },
  'consoles.detach': { input: z.strictObject({ streamId: z.int().positive() }), output: nothing },
  /** Sets the size of the terminal; the guest gets a SIGWINCH. */
  'consoles.resize': {
    input: z.strictObject({
      vmId: vmIdSchema,
      console: consoleNumber,
      cols: z.int().min(2).max(1000),
      rows: z.int().min(1).max(1000),
    }),
    output: nothing,
  },

  /** What merging a machine's layer into a new image called `imageName` would do, and what speaks against it. */
  'layers.planMerge': {
    input: z.strictObject({ vmId: vmIdSchema, imageName: typed }),
    output: mergePlanSchema,
  },
  /** Does it, as a job. Refused when a check of the plan fails. */
  'layers.merge': {
    input: z.strictObject({ vmId: vmIdSchema, imageName: typed }),
    output: z.strictObject({ jobId: z.string() }),
  },

  /** Makes the tiny image if it isn't there yet. */
  'images.makeTiny': { input: nothing, output: imageSchema },

  'jobs.cancel': { input: z.strictObject({ id: z.string() }), output: nothing },
  /** Takes an ended job off the list. */
  'jobs.clear': { input: z.strictObject({ id: z.string() }), output: nothing },

  /** Looks at this computer again, kernels included. */
  'diagnostics.run': { input: nothing, output: z.array(checkResultSchema) },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

export type CallName = keyof typeof calls;
export type CallInput<N extends CallName> = z.input<(typeof calls)[N]['input']>;
export type CallOutput<N extends CallName> = z.output<(typeof calls)[N]['output']>;
