import { z } from 'zod';

/**
 * Absolute path of a disk file that may stand in a `ubdN=` argument.
 * UML splits that argument at the first ',' or ':' and the kernel splits its command line at white space
 * (facts/images-and-cow A5), so none of them can be in a path; control characters and quotes have no business there.
 */
export const safeDiskPathSchema = z
  .string()
  .max(4000)
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  .regex(/^\/[^,:\s"'\u0000-\u001f\u007f]*$/u);

/** True when UML can be given this path as a disk. */
export function isSafeDiskPath(path: string): boolean {
  return safeDiskPathSchema.safeParse(path).success;
}
