import { z } from 'zod';
import { consolesSchema, tabConsoles } from '../consoles/channel.js';
import { LINES_OF_A_KIND } from '../consoles/console-name.js';
import { safeDiskPathSchema } from '../images/disk-path.js';
import { disksSchema, noDiskFlags } from '../layers/disk.js';
import { nicsSchema, wantedNicsSchema, type Nic } from '../networks/nic.js';
import { plainRunMode, runModeSchema, wantedRunModeSchema } from '../kernels/run-mode.js';
import { bootSchema, diskBoot } from './boot.js';
import { readinessSchema } from './readiness.js';
import { sharesSchema, type Share } from './share.js';
import { vmIdSchema } from './vm-id.js';
import { vmNameSchema } from './vm-name.js';

/** Below this no kernel tried boots (8 and 16 MB end at once, 20 to 28 MB panic: facts/consoles-and-lifecycle 6). */
export const MEMORY_MIN_MIB = 32;
/** From here on a machine boots dependably; between the two the wizard warns. */
export const MEMORY_SAFE_MIB = 64;
/** What "Start a tiny Linux" gives. */
export const MEMORY_DEFAULT_MIB = 128;
/** More than any host has; keeps the kernel argument short and the number exact. */
export const MEMORY_MAX_MIB = 4 * 1024 * 1024;

/** Words that a person gives a machine to find it by: no line ends, no control characters. */
const label = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u);

/** A group's name. Groups exist as long as a machine is in them. */
export const groupSchema = label;
/** Tags, each once. */
export const tagsSchema = z
  .array(label)
  .max(16)
  .refine((tags) => new Set(tags).size === tags.length, 'each tag only once');

/**
 * On which CPU a machine runs. `auto`: on one of the host's choice, which makes system calls several times cheaper
 * (docs/decisions/0007); `off`: wherever the host's scheduler likes, which an SMP guest needs; a number: on that one.
 */
export const pinSchema = z.union([z.literal('auto'), z.literal('off'), z.int().min(0).max(1023)]);

/** A folder for the machine's memory; null: /dev/shm. It must be executable and large enough (start-checks). */
export const memoryFolderSchema = z.string().startsWith('/').max(4095).nullable();

/** Machines to start before this one, and how far each must have come. */
export const startAfterSchema = z
  .array(z.strictObject({ vmId: vmIdSchema, ready: readinessSchema }))
  .max(32)
  .refine((list) => new Set(list.map(({ vmId }) => vmId)).size === list.length, 'each machine only once');
export type StartAfter = z.infer<typeof startAfterSchema>;

/** Earlier versions had one disk: a layer of the machine's own on an image. */
const oneDiskSchema = z.strictObject({
  /** The image under the layer. */
  imageId: z.string().min(1).max(80),
  /** Absolute path of the base as the layer's header names it. */
  basePath: safeDiskPathSchema,
  /** File name of the layer, in the machine's folder. */
  layerFile: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
});

/** A machine that was started outside Paddock and taken over: its disks stay where they are. */
const takenSchema = z.strictObject({
  /** The command line it was found with. */
  argv: z.array(z.string().max(32_768)).min(1).max(1024),
  /** The folder it was started in, against which its relative paths are meant. */
  cwd: z.string().startsWith('/'),
});

const common = {
  id: vmIdSchema,
  name: vmNameSchema,
  memoryMiB: z.int().min(MEMORY_MIN_MIB).max(MEMORY_MAX_MIB),
  /** Absolute path of the UML kernel binary. */
  kernelPath: z.string().startsWith('/').max(4095),
  createdAt: z.iso.datetime(),
};

/** A machine as it is kept on disk (`vm.json`). Raise `version` with every change that an older Paddock can't read. */
export const vmSpecSchema = z.strictObject({
  version: z.literal(7),
  ...common,
  consoles: consolesSchema,
  /**
   * Its guest is expected to run Paddock's guest tools: it said so in an earlier run, or its image is known to carry
   * them. Its consoles then work by pipe (docs/decisions/0015).
   */
  guestTools: z.boolean(),
  /** Where its root file system is, and its first program. */
  boot: bootSchema,
  /** None for a machine that was taken over, where `taken` says what it has, and for one that boots from no disk. */
  disks: disksSchema,
  taken: takenSchema.nullable(),
  /** Its network cards. */
  nics: nicsSchema,
  /** How its kernel runs it, and more arguments. */
  runMode: runModeSchema,
  /** Folders of this computer that its guest is given. What older files don't say: none. */
  shares: sharesSchema,
  group: groupSchema.nullable(),
  tags: tagsSchema,
  pin: pinSchema,
  memoryFolder: memoryFolderSchema,
  /** Started by the first host of a login session. */
  autostart: z.boolean(),
  startAfter: startAfterSchema,
});
export type VmSpec = z.infer<typeof vmSpecSchema>;

/** What a machine is given that nobody chose. */
export const defaultSettings = {
  boot: diskBoot,
  taken: null,
  nics: [] as Nic[],
  runMode: plainRunMode,
  shares: [] as Share[],
  group: null,
  tags: [] as string[],
  pin: 'auto',
  memoryFolder: null,
  autostart: false,
  startAfter: [] as StartAfter,
} as const satisfies Partial<VmSpec>;

const countedConsoles = z.int().min(1).max(LINES_OF_A_KIND);

/** The sixth version ran its kernel as that does by itself, and shared no folders. */
const sixthSpecSchema = vmSpecSchema.omit({ runMode: true, shares: true }).extend({ version: z.literal(6) });

/** The fifth version had no network cards. */
const fifthSpecSchema = sixthSpecSchema.omit({ nics: true }).extend({ version: z.literal(5) });

/** The fourth version booted from its first disk, the whole of it. */
const fourthSpecSchema = fifthSpecSchema.omit({ boot: true }).extend({ version: z.literal(4) });

/** The third version had one disk. */
const thirdSpecSchema = fourthSpecSchema
  .omit({ disks: true })
  .extend({ version: z.literal(3), disk: oneDiskSchema.nullable() });

/** The second version knew only how many consoles there are: con0 and so on. */
const secondSpecSchema = thirdSpecSchema
  .omit({ guestTools: true })
  .extend({ version: z.literal(2), consoles: countedConsoles });

const { boot: _boot, nics: _nics, runMode: _runMode, shares: _shares, ...oldSettings } = defaultSettings;

/** The first version had a disk and nothing of the rest. */
const firstSpecSchema = z.strictObject({
  version: z.literal(1),
  ...common,
  consoles: countedConsoles,
  disk: oneDiskSchema,
});

/** A `vm.json` of any version that this Paddock reads, as one of the newest. */
export const vmSpecFileSchema = z.union([
  vmSpecSchema,
  sixthSpecSchema.transform(fromSixth),
  fifthSpecSchema.transform(fromFifth),
  fourthSpecSchema.transform(fromFourth),
  thirdSpecSchema.transform(fromThird),
  secondSpecSchema.transform(fromSecond),
  firstSpecSchema.transform((spec) => fromSecond({ ...spec, ...oldSettings })),
]);

function fromSecond(spec: Omit<z.infer<typeof secondSpecSchema>, 'version'>): VmSpec {
  return fromThird({ ...spec, consoles: tabConsoles(spec.consoles), guestTools: false });
}

function fromThird({ disk, ...spec }: Omit<z.infer<typeof thirdSpecSchema>, 'version'>): VmSpec {
  const layer = disk && {
    kind: 'layer' as const,
    unit: 0,
    flags: noDiskFlags,
    serial: null,
    ...disk,
    createdAt: spec.createdAt,
    origin: `made with ${spec.name}`,
    note: '',
  };
  return fromFourth({ ...spec, disks: layer ? [layer] : [] });
}

function fromFourth(spec: Omit<z.infer<typeof fourthSpecSchema>, 'version'>): VmSpec {
  return fromFifth({ ...spec, boot: diskBoot });
}

function fromFifth(spec: Omit<z.infer<typeof fifthSpecSchema>, 'version'>): VmSpec {
  return fromSixth({ ...spec, nics: [], version: 6 });
}

function fromSixth(spec: z.infer<typeof sixthSpecSchema>): VmSpec {
  return { ...spec, runMode: plainRunMode, shares: [], version: 7 };
}

/** What can be changed of a machine. Memory, consoles, kernel arguments and the memory folder count from the next start on. */
export const vmChangesSchema = z
  .strictObject({
    memoryMiB: z.number().max(MEMORY_MAX_MIB * 8),
    /** Only while it is off. Cards that the new one has no transport for get what it has instead. */
    kernelPath: z.string().startsWith('/').max(4095),
    group: groupSchema.nullable(),
    tags: tagsSchema,
    pin: pinSchema,
    memoryFolder: memoryFolderSchema,
    autostart: z.boolean(),
    startAfter: startAfterSchema,
    consoles: consolesSchema,
    nics: wantedNicsSchema,
    /** Counts from the next start on. */
    runMode: wantedRunModeSchema,
    /** Counts from the next start on. */
    shares: sharesSchema,
  })
  .partial();
export type VmChanges = z.infer<typeof vmChangesSchema>;
