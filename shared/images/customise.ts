import { z } from 'zod';
import { hostNameSchema, packageNameSchema, passwordSchema, recipeFileSchema } from './recipe.js';

/** What is to be changed in an image that is there. What is left out stays as it is. */
export const imageChangesSchema = z
  .strictObject({
    root: passwordSchema,
    hostname: hostNameSchema,
    files: z.array(recipeFileSchema).max(200),
    /** Files of the image to remove. */
    remove: z.array(z.string().startsWith('/').max(4095)).max(200),
    /** Path of the kernel whose modules go in. */
    modulesOf: z.string().startsWith('/').max(4095),
    /** Debian packages, as files of this computer: *.deb. */
    packages: z.array(z.string().startsWith('/').max(4095)).max(200),
    /** Of packages that it has, to be removed. */
    removePackages: z.array(packageNameSchema).max(200),
  })
  .partial();
export type ImageChanges = z.infer<typeof imageChangesSchema>;
