import { z } from 'zod';

/** What a transport needs of this computer beyond being started. */
export type TransportRight =
  /** Nothing: an ordinary user has it. */
  | 'none'
  /** An interface that root made for this user, or a network namespace of one's own. */
  | 'tap'
  /** CAP_NET_RAW, which root has, and a private copy of the kernel that was given it (facts/networking 3). */
  | 'net-raw';

/** One way in which UML moves the frames of a network card. */
export interface Transport {
  /** Its name among all of them; two syntaxes have a `vde`. */
  name: string;
  /** `vecN:transport=...` (arch/um/drivers/vector_kern.c), or `ethN=...` (net_kern.c), which left the kernel in 6.16. */
  syntax: 'vector' | 'legacy';
  title: string;
  /** One sentence: where its frames go. */
  what: string;
  right: TransportRight;
  /** What was measured of it: Mbit/s by TCP, one stream, in both directions (facts/networking 1). */
  measured: string;
  /** What a kernel's configuration must have. */
  kernelOption: string;
  /** The first kernel that has it, for what no configuration tells. */
  since?: string;
  /** Its own options, by the kernel's names; all are text, as an argument is. */
  options: z.ZodObject;
  /** Its part of the argument, of options that `options` took. */
  words: (options: Readonly<Record<string, string>>, mac: string) => string;
}

/** What can stand in an argument: UML takes it apart at commas and the shell's space has no place in it. */
const plain = /^[^\s,"'\p{Cc}]+$/u;
export const wordSchema = z.string().min(1).max(255).regex(plain);
/** Absolute path of a file or socket of this computer. Sockets have 108 bytes for it (unix(7)). */
export const pathSchema = z.string().startsWith('/').max(107).regex(plain);
/** An interface of this computer, as its kernel has it (dev_valid_name, net/core/dev.c). */
export const interfaceSchema = z
  .string()
  .max(15)
  .regex(/^(?!\.{1,2}$)[^/:\s,"'\p{Cc}]+$/u);
export const portSchema = z
  .string()
  .regex(/^[1-9]\d{0,4}$/)
  .refine((text) => Number(text) <= 65_535, 'a port is at most 65535');
/** A host's address, of either family. */
export const addressSchema = z.union([z.ipv4(), z.ipv6()]);
/** A number in digits: what looks like hexadecimal ends in a panic of the guest (facts/networking 0.5). */
export const numberSchema = z
  .string()
  .regex(/^\d{1,10}$/)
  .refine((text) => Number(text) < 2 ** 32, 'it has 32 bits');
export const switchSchema = z.enum(['0', '1']);

/** What every vector transport takes (the HowTo's table "common options"). */
export const vectorOptions = {
  depth: numberSchema.optional(),
  gro: switchSchema.optional(),
  mtu: numberSchema.optional(),
  headroom: numberSchema.optional(),
  vec: switchSchema.optional(),
  bpffile: pathSchema.optional(),
  bpfflash: switchSchema.optional(),
};

/** A vector transport's argument: its options by name, with those that nobody gave left out. */
export function vectorWords(
  kernelName: string,
  options: Readonly<Record<string, string | undefined>>,
  mac: string,
): string {
  const given = Object.entries({ ...options, mac }).filter(([, value]) => value !== undefined);
  return [`transport=${kernelName}`, ...given.map(([name, value]) => `${name}=${value}`)].join(',');
}

/** What makes a queue deep enough, and what TCP from the host needs (without it none arrives: facts/networking 0.3). */
export const QUICK = { depth: '128', gro: '1' } as const;

/** A legacy transport's argument: its parts in their places, with empty ones at the end left out. */
export function legacyWords(kernelName: string, ...parts: readonly (string | undefined)[]): string {
  return [kernelName, ...parts.map((part) => part ?? '')].join(',').replace(/,+$/, '');
}
