import { z } from 'zod';

/** A User Mode Linux kernel found on this computer. */
export const kernelSchema = z.strictObject({
  /** Absolute path; also its id. */
  path: z.string().startsWith('/'),
  /** What `--version` printed, such as 6.1.176. */
  version: z.string(),
});
export type Kernel = z.infer<typeof kernelSchema>;

/** The version that `--version` printed, or null when a UML kernel wouldn't print this. */
export function parseKernelVersion(stdout: string): string | null {
  const line = stdout.trim();
  return /^\d+\.\d+[\w.+~-]*$/.test(line) ? line : null;
}
