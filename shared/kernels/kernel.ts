import { z } from 'zod';
import { lineOptions } from '../consoles/kernel-support.js';
import { kernelTransports, transportNames } from '../networks/transports/index.js';

/** A User Mode Linux kernel found on this computer. */
export const kernelSchema = z.strictObject({
  /** Absolute path; also its id. */
  path: z.string().startsWith('/'),
  /** What `--version` printed, such as 6.1.176. */
  version: z.string(),
  /** Those of `lineOptions` that it was built with; null when it doesn't say. */
  lineOptions: z.array(z.string()).nullable(),
  /** It can use files of this computer as a file system (CONFIG_HOSTFS); null when it doesn't say. */
  hostfs: z.boolean().nullable(),
  /** Ways in which it moves the frames of network cards; null when it doesn't say. */
  transports: z.array(z.enum(transportNames)).nullable(),
  /** The program that it opens a window of for an xterm channel. */
  terminal: z.string(),
});
export type Kernel = z.infer<typeof kernelSchema>;

/** The version that `--version` printed, or null when a UML kernel wouldn't print this. */
export function parseKernelVersion(stdout: string): string | null {
  const line = stdout.trim();
  return /^\d+\.\d+[\w.+~-]*$/.test(line) ? line : null;
}

/** What `--showconfig` says of a kernel of this version: its build's .config. One that printed none tells nothing. */
export function parseKernelConfig(stdout: string, version: string): Omit<Kernel, 'path' | 'version'> {
  const values = new Map(
    [...stdout.matchAll(/^(CONFIG_\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
  const builtIn = new Set([...values].flatMap(([name = '', value]) => (value === 'y' ? [name] : [])));
  const emulator = /^"([\w./+-]{1,200})"$/.exec(values.get('CONFIG_XTERM_CHAN_DEFAULT_EMULATOR') ?? '')?.[1];
  return {
    lineOptions: values.size === 0 ? null : lineOptions.filter((option) => values.get(option) === 'y'),
    transports: values.size === 0 ? null : kernelTransports(version, builtIn),
    hostfs: values.size === 0 ? null : values.get('CONFIG_HOSTFS') === 'y',
    // Kernels from before that option have it built in (arch/um/drivers/xterm.c).
    terminal: emulator ?? 'xterm',
  };
}
