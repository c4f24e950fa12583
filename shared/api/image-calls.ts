import { z } from 'zod';
import { buildPlanSchema } from '../images/build-plan.js';
import { imageChangesSchema } from '../images/customise.js';
import { imageNameSchema, imageSchema } from '../images/image.js';
import { recipeSchema, secretsSchema } from '../images/recipe.js';
import { sourceFactsSchema } from '../images/source-facts.js';

const nothing = z.strictObject({});
const image = z.strictObject({ id: z.string().max(80) });
const job = z.strictObject({ jobId: z.string() });
/** Free text from a person or a script; what is allowed in it is checked, and explained, by the host. */
const typed = z.string().max(4096);

/** A name in a folder of an image. */
export const imageEntrySchema = z.strictObject({
  name: z.string(),
  kind: z.enum(['file', 'folder', 'link', 'other']),
  bytes: z.int().nonnegative(),
  /** Permissions, as 0o644. */
  mode: z.int().nonnegative(),
  uid: z.int(),
  gid: z.int(),
  /** Where a link leads; '' for what is none. */
  target: z.string(),
});
export type ImageEntry = z.infer<typeof imageEntrySchema>;

/** Calls about images: recipes, the library, and what can be done to the disks in it. Images themselves are in the state. */
export const imageCalls = {
  /** Makes the tiny image if it isn't there yet. */
  'images.makeTiny': { input: nothing, output: imageSchema },

  /** The recipes there are: those that come with Paddock, and those that were saved. */
  'images.recipes': {
    input: nothing,
    output: z.strictObject({
      recipes: z.array(z.strictObject({ recipe: recipeSchema, shipped: z.boolean() })),
    }),
  },
  /** Keeps a recipe under its name; one of that name that was saved is replaced, one that comes with Paddock is not. */
  'images.saveRecipe': { input: z.strictObject({ recipe: recipeSchema }), output: nothing },
  'images.removeRecipe': { input: z.strictObject({ name: imageNameSchema }), output: nothing },
  /** Reads a recipe from a file, to be looked at; it is not kept. */
  'images.readRecipe': {
    input: z.strictObject({ path: typed }),
    output: z.strictObject({ recipe: recipeSchema }),
  },
  /** Writes one to a file; overwrites nothing. */
  'images.writeRecipe': {
    input: z.strictObject({ recipe: recipeSchema, path: typed }),
    output: z.strictObject({ path: z.string() }),
  },

  /** What a file or folder of this computer is. */
  'images.inspect': { input: z.strictObject({ path: typed }), output: sourceFactsSchema },
  /** What a build would do, need and run. */
  'images.plan': { input: z.strictObject({ recipe: recipeSchema, name: typed }), output: buildPlanSchema },
  /** Does it, as a job; its result is the image's id. */
  'images.build': {
    input: z.strictObject({ recipe: recipeSchema, name: typed, secrets: secretsSchema }),
    output: job,
  },

  /** Changes the name or the note of an image. */
  'images.describe': {
    input: z.strictObject({
      id: z.string().max(80),
      name: typed.optional(),
      note: z.string().max(2000).optional(),
    }),
    output: nothing,
  },
  /** Puts an image that nothing uses into the trash; a file of somebody's only leaves the library. */
  'images.trash': { input: image, output: nothing },
  /** Counts its sha256 and notes it down. A job; its result is the checksum. */
  'images.checksum': { input: image, output: job },
  /** Makes the disk and the file system in it larger. Jobs all three; refused while something uses the image. */
  'images.grow': {
    input: z.strictObject({ id: z.string().max(80), sizeMiB: z.int().positive() }),
    output: job,
  },
  /** Looks whether its file system is sound, and mends it when `repair`. The result says what was found. */
  'images.check': { input: z.strictObject({ id: z.string().max(80), repair: z.boolean() }), output: job },
  /** Gives back to this computer what its file system doesn't use. */
  'images.compact': { input: image, output: job },
  /** Writes it to a file that isn't there yet: as qcow2, or as an archive with a manifest and a checksum. Jobs. */
  'images.convert': {
    input: z.strictObject({ id: z.string().max(80), format: z.literal('qcow2'), path: typed }),
    output: job,
  },
  'images.export': { input: z.strictObject({ id: z.string().max(80), path: typed }), output: job },
  /** Takes such an archive into the library, under the name in it or another one; its result is the image's id. */
  'images.import': { input: z.strictObject({ path: typed, name: typed.nullable() }), output: job },

  /** Changes what is in an image that nothing uses, as a job. */
  'images.customise': {
    input: z.strictObject({ id: z.string().max(80), changes: imageChangesSchema, secrets: secretsSchema }),
    output: job,
  },
  /** What is in a folder of an image. */
  'images.browse': {
    input: z.strictObject({ id: z.string().max(80), path: typed }),
    output: z.strictObject({ entries: z.array(imageEntrySchema) }),
  },
  /** Copies a file of an image to a file of this computer that isn't there yet. */
  'images.readFile': {
    input: z.strictObject({ id: z.string().max(80), path: typed, to: typed }),
    output: z.strictObject({ path: z.string(), bytes: z.int() }),
  },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;
