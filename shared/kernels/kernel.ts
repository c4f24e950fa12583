import { z } from 'zod';
import { lineOptions } from '../consoles/kernel-support.js';
import { kernelTransports, transportNames } from '../networks/transports/index.js';
import { abilityIds, answerSchema, kernelAnswers, type KernelFacts } from './abilities.js';
import { compareVersions } from '../programs/elf.js';
import { libraryKernelSchema } from './library-kernel.js';

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
  /** What it can do (`abilities`). */
  answers: z.record(z.enum(abilityIds), answerSchema),
  /** It catches system calls at address 0 (zpoline), which programs may not have on most computers. */
  needsAddress0: z.boolean(),
  /** The newest glibc that it needs, such as 2.38; null for a static one. */
  glibc: z.string().nullable(),
  /** It carries its symbols, and debug information, for gdb. */
  hasSymbols: z.boolean(),
  hasDebugInfo: z.boolean(),
  /** What is noted of it in Paddock's library; null for one that is simply on this computer. */
  library: libraryKernelSchema.nullable(),
});
export type Kernel = z.infer<typeof kernelSchema>;

/** The version that `--version` printed, or null when a UML kernel wouldn't print this. */
export function parseKernelVersion(stdout: string): string | null {
  const line = stdout.trim();
  return /^\d+\.\d+[\w.+~-]*$/.test(line) ? line : null;
}

/** What a kernel of this version says of itself by `--showconfig` and `--help`. */
export function readKernel(
  version: string,
  facts: KernelFacts,
): Pick<Kernel, 'lineOptions' | 'hostfs' | 'transports' | 'terminal' | 'answers' | 'needsAddress0'> {
  const { config } = facts;
  const builtIn = new Set([...(config ?? [])].flatMap(([name, value]) => (value === 'y' ? [name] : [])));
  const emulator = /^"([\w./+-]{1,200})"$/.exec(config?.get('CONFIG_XTERM_CHAN_DEFAULT_EMULATOR') ?? '')?.[1];
  const answers = kernelAnswers(facts);
  return {
    lineOptions: config && lineOptions.filter((option) => builtIn.has(option)),
    transports: config && kernelTransports(version, builtIn),
    hostfs: config && answers.hostfs === 'yes',
    // Kernels from before that option have it built in (arch/um/drivers/xterm.c).
    terminal: emulator ?? 'xterm',
    answers: { ...answers },
    // The series has had no name for it that lasted: any option that is called so.
    needsAddress0: answers.mmu === 'no' && [...builtIn].some((name) => name.includes('ZPOLINE')),
  };
}

/** The newest first. */
export function newestFirst(kernels: readonly Kernel[]): Kernel[] {
  return kernels.toSorted((a, b) => compareVersions(b.version, a.version) || compareVersions(a.path, b.path));
}

/** The one of these, the newest first, that a machine gets by itself: with memory protection, which all programs run on. */
export function usualKernel(kernels: readonly Kernel[]): Kernel | undefined {
  return kernels.find(({ answers }) => answers.mmu !== 'no') ?? kernels[0];
}
