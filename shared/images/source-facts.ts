import { z } from 'zod';

/** What a file or folder of this computer is, as something to make an image of. Found by looking, not by its name. */
export const sourceFactsSchema = z.strictObject({
  path: z.string(),
  kind: z.enum(['tree', 'disk', 'archive', 'folder', 'layer', 'unknown']),
  /** tar, oci, docker-save, initramfs; raw, qcow2, vmdk ...; for an archive: paddock-image. */
  format: z.string(),
  /** Compression of a tree: gzip, xz, zstd; '' for none. */
  compression: z.string(),
  /** Bytes of the file; of a disk its virtual size. */
  bytes: z.int().nonnegative(),
  /** One line for people: "qcow2 disk, 8 GB, 3 partitions". */
  summary: z.string(),
  /** Why it can't be used; null when it can. */
  why: z.string().nullable(),
});
export type SourceFacts = z.infer<typeof sourceFactsSchema>;
