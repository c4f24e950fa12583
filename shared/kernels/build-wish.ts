import { z } from 'zod';
import { mirrorSchema, suiteSchema } from '../images/recipe.js';
import { buildOptionIds } from './build-options.js';

/** The configuration with nothing in it but what is asked for (`make allnoconfig` with KCONFIG_ALLCONFIG). */
export const SMALLEST = 'allnoconfig';
/** The tree's own for this kind of computer. */
export const TREES_OWN = 'defconfig';

/** A tree of sources on this computer, or Debian's package linux-source of a suite. */
export const buildSourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tree'), path: z.string().startsWith('/').max(4095) }),
  z.strictObject({
    kind: z.literal('debian'),
    suite: suiteSchema,
    /** Null: Debian's own. */
    mirror: mirrorSchema.nullable(),
    /** Take lists that are out of date by their own word; who signed them is still checked. */
    acceptStale: z.boolean(),
  }),
]);

/** The kernel that is to be built. */
export const buildWishSchema = z.strictObject({
  source: buildSourceSchema,
  /** A target of the tree's Makefile: `defconfig`, `allnoconfig`, or a file of arch/um/configs. */
  defconfig: z.string().regex(/^(defconfig|allnoconfig|[a-z0-9][a-z0-9_]{0,60}_defconfig)$/),
  options: z.array(z.enum(buildOptionIds)).max(buildOptionIds.length),
  /** Lines of a .config that are put over it, after those of the options. */
  fragment: z.string().max(64 * 1024),
  /** How many compilers run at once. */
  jobs: z.int().min(1).max(256),
  /** What it is called in the library. */
  title: z.string().trim().min(1).max(120),
});
export type BuildWish = z.infer<typeof buildWishSchema>;

/** A line of a fragment that the kernel's configuration did not take. */
export const lostOptionSchema = z.strictObject({
  /** Without CONFIG_. */
  option: z.string().max(200),
  wanted: z.string().max(1000),
  why: z.string().max(2000),
});
export type LostOption = z.infer<typeof lostOptionSchema>;

/** How a kernel of the library was built: enough to build it again. */
export const builtSchema = z.strictObject({
  kind: z.literal('built'),
  ...buildWishSchema.omit({ title: true }).shape,
  /** Of the tree: "6.1.176", or the package's version. */
  sourceVersion: z.string().max(200),
  /** Where the tree was: the sources that its debug information names. */
  tree: z.string().max(4095),
  /** Of this computer, such as "gcc (Debian 12.2.0-14) 12.2.0". */
  compiler: z.string().max(400),
  /** What the last build took, and the steps that a whole one has, to tell how far the next one is. */
  seconds: z.number().nonnegative(),
  makeLines: z.int().nonnegative(),
  warnings: z.int().nonnegative(),
  lost: z.array(lostOptionSchema).max(1000),
});
export type Built = z.infer<typeof builtSchema>;
