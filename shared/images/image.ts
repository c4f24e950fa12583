import { z } from 'zod';

/** An image's name: as a machine's, so that it can stand in a file name and in a kernel argument. */
export const imageNameSchema = z
  .string()
  .max(40)
  .regex(/^[a-z0-9][a-z0-9-]*$/);

/** A file system that an image can hold, as far as Paddock knows it. */
export const filesystemSchema = z.enum(['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'unknown']);

/** A disk image that machines can be made on, as kept beside it in `<id>.json`. */
export const imageSchema = z.strictObject({
  version: z.literal(1),
  id: z.string().min(1).max(80),
  name: z.string().min(1).max(80),
  kind: z.enum(['tiny', 'merged', 'file', 'debian', 'tree', 'disk', 'nommu']),
  path: z.string().startsWith('/'),
  sizeBytes: z.int().nonnegative(),
  createdAt: z.iso.datetime(),
  /** It carries Paddock's guest tools. */
  guestTools: z.boolean().default(false),
  /** One line: what it was made from. */
  origin: z.string(),
  note: z.string().max(2000).default(''),
  /** Name of the recipe that it was made by; '' for none. */
  recipe: z.string().max(80).default(''),
  /** Of its root file system. */
  filesystem: filesystemSchema.default('unknown'),
  /** The partition that holds the root file system: 1 for /dev/ubda1; null: the whole disk. */
  rootPartition: z.int().min(1).max(128).nullable().default(null),
  /** Its first program, when the kernel's own choice won't do. */
  init: z
    .string()
    .startsWith('/')
    .max(255)
    .regex(/^[^\s,"']*$/)
    .nullable()
    .default(null),
  /** sha256 of the file, and the file's size and time (seconds) when it was counted. */
  checksum: z
    .strictObject({ sha256: z.string().length(64), bytes: z.int(), mtime: z.int(), at: z.iso.datetime() })
    .nullable()
    .default(null),
});
export type Image = z.infer<typeof imageSchema>;
export type ImageInput = z.input<typeof imageSchema>;
