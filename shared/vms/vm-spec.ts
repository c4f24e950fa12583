import { z } from 'zod';
import { safeDiskPathSchema } from '../images/disk-path.js';
import { vmNameSchema } from './vm-name.js';

/** Identifies a machine for as long as it exists; its name may be used again by another after it is deleted. */
export const vmIdSchema = z
  .string()
  .regex(/^[a-z0-9]{12}$/)
  .brand('VmId');
export type VmId = z.infer<typeof vmIdSchema>;

/** Below this no kernel tried boots (8 and 16 MB end at once, 20 to 28 MB panic: facts/consoles-and-lifecycle 6). */
export const MEMORY_MIN_MIB = 32;
/** From here on a machine boots dependably; between the two the wizard warns. */
export const MEMORY_SAFE_MIB = 64;
/** What "Start a tiny Linux" gives. */
export const MEMORY_DEFAULT_MIB = 128;
/** More than any host has; keeps the kernel argument short and the number exact. */
export const MEMORY_MAX_MIB = 4 * 1024 * 1024;

/** con0..con15 are the consoles that UML has (`MAX_TTYS`, arch/um/drivers/stdio_console.c). */
export const CONSOLE_MAX = 16;

/** A machine as it is kept on disk (`vm.json`). Raise `version` with every change that an older Paddock can't read. */
export const vmSpecSchema = z.strictObject({
  version: z.literal(1),
  id: vmIdSchema,
  name: vmNameSchema,
  memoryMiB: z.int().min(MEMORY_MIN_MIB).max(MEMORY_MAX_MIB),
  /** Absolute path of the UML kernel binary. */
  kernelPath: z.string().startsWith('/').max(4095),
  /** How many consoles get a tab: con0 .. con(n-1). */
  consoles: z.int().min(1).max(CONSOLE_MAX),
  disk: z.strictObject({
    /** The image under the layer. */
    imageId: z.string().min(1).max(80),
    /** Absolute path of the base as the layer's header names it. */
    basePath: safeDiskPathSchema,
    /** File name of the layer, in the machine's folder. */
    layerFile: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  }),
  createdAt: z.iso.datetime(),
});
export type VmSpec = z.infer<typeof vmSpecSchema>;
