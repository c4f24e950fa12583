import { z } from 'zod';
import { isSafeDiskPath } from '../images/disk-path.js';

/** A machine has at most so many disks: ubd0 to ubd7, in the guest /dev/ubda to /dev/ubdh. */
export const DISKS_MAX = 8;

/** Number of a disk: N of `ubdN=`. */
export const diskUnitSchema = z
  .int()
  .min(0)
  .max(DISKS_MAX - 1);

/**
 * The flags of UML's `ubdN<flags>=` argument (UML HowTo; arch/um/drivers/ubd_kern.c): `r` read-only, `s` synchronous
 * writes, `d` a copy-on-write file taken as plain data, `c` shared with other machines without a lock, `t` no discard.
 */
export const diskFlagsSchema = z.strictObject({
  readOnly: z.boolean(),
  sync: z.boolean(),
  asData: z.boolean(),
  shared: z.boolean(),
  noTrim: z.boolean(),
});
export type DiskFlags = z.infer<typeof diskFlagsSchema>;

/** No flag set: what a disk has that nobody chose otherwise. */
export const noDiskFlags: DiskFlags = {
  readOnly: false,
  sync: false,
  asData: false,
  shared: false,
  noTrim: false,
};

/** What the guest reads in /sys/block/ubdX/serial; it stands in the argument, so nothing in it may end a word there. */
export const diskSerialSchema = z.string().regex(/^[A-Za-z0-9._-]{1,40}$/);

/** An absolute path of this computer. What UML can't be given as it is gets a link (docs/decisions/0022). */
const hostPath = z.string().startsWith('/').max(4095);
/** A file's name in the machine's own folder. */
const ownFile = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/);

const common = {
  unit: diskUnitSchema,
  flags: diskFlagsSchema,
  serial: diskSerialSchema.nullable(),
};

/** A disk of a machine, as it is kept in its `vm.json`. */
export const diskSchema = z.discriminatedUnion('kind', [
  /** A layer of the machine's own on a base. */
  z.strictObject({
    kind: z.literal('layer'),
    ...common,
    /** The image under the layer. */
    imageId: z.string().min(1).max(80),
    /** Absolute path of the base, links resolved. */
    basePath: hostPath,
    layerFile: ownFile,
    createdAt: z.iso.datetime(),
    /** One line: how it was made. */
    origin: z.string().max(400),
    note: z.string().max(2000),
  }),
  /** A plain disk of the machine's own: a full copy of an image, an empty one, swap. */
  z.strictObject({
    kind: z.literal('own'),
    ...common,
    file: ownFile,
    use: z.enum(['data', 'swap']),
    origin: z.string().max(400),
  }),
  /** A file or device of somebody's that it may use. */
  z.strictObject({ kind: z.literal('file'), ...common, path: hostPath }),
]);
export type Disk = z.infer<typeof diskSchema>;
export type LayerDisk = Extract<Disk, { kind: 'layer' }>;

/** The disks of a machine, by their numbers. */
export const disksSchema = z
  .array(diskSchema)
  .max(DISKS_MAX)
  .refine(
    (disks) => disks.every(({ unit }, n) => n === 0 || unit > (disks[n - 1]?.unit ?? 0)),
    'by number, each once',
  );

/** The disk that a machine's layer is mostly asked about: the first that is a layer. */
export function firstLayer(disks: readonly Disk[]): LayerDisk | null {
  return disks.find((disk) => disk.kind === 'layer') ?? null;
}

/** The lowest number that no disk has, null when all are taken. */
export function freeUnit(disks: readonly { unit: number }[]): number | null {
  for (let unit = 0; unit < DISKS_MAX; unit += 1) if (disks.every((disk) => disk.unit !== unit)) return unit;
  return null;
}

/** What the guest calls a disk: `ubdb` for unit 1. */
export function guestDiskName(unit: number): string {
  return `ubd${String.fromCharCode(97 + unit)}`;
}

/** The letters of the flags as UML takes them, '' for none. */
export function flagLetters(flags: DiskFlags): string {
  return [
    flags.readOnly && 'r',
    flags.sync && 's',
    flags.asData && 'd',
    flags.shared && 'c',
    flags.noTrim && 't',
  ]
    .filter((letter) => letter !== false)
    .join('');
}

/** A disk with the paths that UML is given: safe ones (images/disk-path). */
export interface DiskArgument {
  unit: number;
  flags: DiskFlags;
  serial: string | null;
  /** The layer, or the disk itself. */
  path: string;
  /** The base of a layer, null for a plain disk. */
  base: string | null;
}

/**
 * The word for a disk on a kernel's command line, and behind `config ` in its management console. Throws RangeError for
 * a path that UML would take apart: whoever asks has a link for such a one.
 */
export function diskWord({ unit, flags, serial, path, base }: DiskArgument): string {
  for (const word of [path, base])
    if (word !== null && !isSafeDiskPath(word)) throw new RangeError(`unsafe: ${word}`);
  const fields = serial !== null ? [path, base ?? '', serial] : base !== null ? [path, base] : [path];
  return `ubd${unit}${flagLetters(flags)}=${fields.join(',')}`;
}

/** Where a new disk of a machine comes from. */
export const diskSourceSchema = z.discriminatedUnion('kind', [
  /** A new layer on an image: its id or name, or the path of a disk. */
  z.strictObject({ kind: z.literal('layer'), image: z.string().max(4096) }),
  /** A layer of the library that no machine has; it becomes the machine's. */
  z.strictObject({ kind: z.literal('free-layer'), layerId: z.string().max(80) }),
  /** A full copy of an image. */
  z.strictObject({ kind: z.literal('copy'), image: z.string().max(4096) }),
  z.strictObject({
    kind: z.literal('empty'),
    sizeMiB: z
      .int()
      .min(1)
      .max(64 * 1024 * 1024),
  }),
  z.strictObject({
    kind: z.literal('swap'),
    sizeMiB: z
      .int()
      .min(1)
      .max(1024 * 1024),
  }),
  z.strictObject({ kind: z.literal('file'), path: z.string().max(4096) }),
]);
export type DiskSource = z.infer<typeof diskSourceSchema>;

/** A disk of a machine as everybody but the host sees it. */
export const diskViewSchema = z.strictObject({
  unit: diskUnitSchema,
  kind: z.enum(['layer', 'own', 'file']),
  use: z.enum(['data', 'swap']),
  /** Absolute for somebody's file, else the file's name in the machine's folder. */
  file: z.string(),
  basePath: z.string().nullable(),
  flags: diskFlagsSchema,
  serial: z.string().nullable(),
  origin: z.string(),
  /** It is in the machine that runs now. */
  isPlugged: z.boolean(),
});
export type DiskView = z.infer<typeof diskViewSchema>;
