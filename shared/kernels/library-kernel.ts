import { z } from 'zod';
import { suiteSchema } from '../images/recipe.js';
import { builtSchema } from './build-wish.js';

/** Debian's suites that a kernel can be got from, and the kernel that each has at the time of writing. */
export const debianSuites = [
  { suite: 'bookworm', title: 'Debian 12 (bookworm)', about: 'Linux 6.1' },
  { suite: 'trixie', title: 'Debian 13 (trixie)', about: 'Linux 6.12' },
  { suite: 'sid', title: 'Debian unstable (sid)', about: 'the newest' },
] as const;

/** How a kernel came into the library. */
export const kernelHowSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('debian'),
    suite: suiteSchema,
    mirror: z.string().max(1000),
    /** The package's version, and the C library's that was put beside it; null when this computer's is new enough. */
    packageVersion: z.string().max(200),
    libc: z.string().max(200).nullable(),
  }),
  builtSchema,
  /** A file that stays where it is: a build of a tree is another kernel each time. */
  z.strictObject({ kind: z.literal('file') }),
]);
export type KernelHow = z.infer<typeof kernelHowSchema>;

/** Names of folders of the library. */
export const libraryIdSchema = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,79}$/);

/** What is noted of a kernel of the library (`kernel.json` in its folder). */
export const libraryKernelSchema = z.strictObject({
  version: z.literal(1),
  id: libraryIdSchema,
  /** "Debian trixie". */
  title: z.string().min(1).max(120),
  /** The binary: absolute for a file that stays where it is, else in the folder. */
  file: z.string().min(1).max(4095),
  how: kernelHowSchema,
  createdAt: z.iso.datetime(),
});
export type LibraryKernel = z.infer<typeof libraryKernelSchema>;
