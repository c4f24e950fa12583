import { z } from 'zod';

/** What a running machine took from this computer at one moment. Rates are means since the sample before. */
export const figureSchema = z.strictObject({
  /** Milliseconds since 1970. */
  at: z.number(),
  /** Of one CPU: 0.5 is half of one, 2 two whole ones. The kernel's main process and its children, ended ones too. */
  cpu: z.number().nonnegative(),
  /**
   * Host memory: the blocks of the memory file, which only grow while the machine runs (a UML gives nothing back), and
   * the PSS of its processes without their mappings of that file, which is measured twice a minute at most.
   */
  memoryBytes: z.number().nonnegative(),
  /**
   * What the guest's programs and its kernel use of its memory and could not give up (MemTotal - MemAvailable); null
   * when nobody asked the guest, or it did not answer.
   */
  guestUsedBytes: z.number().nonnegative().nullable(),
  /**
   * Bytes a second that the machine's kernel read from its disk files and wrote to them, whether or not they came from
   * the host's cache. What the guest finds in its own cache is not among them, nor are shared folders (hostfs).
   */
  readRate: z.number().nonnegative(),
  writeRate: z.number().nonnegative(),
  /** Blocks of its layer on the host's disk; 0 when it has none. */
  layerBytes: z.number().nonnegative(),
  /** Bytes a second as the guest sees them; null when no interface of it can be seen from the host. */
  inRate: z.number().nonnegative().nullable(),
  outRate: z.number().nonnegative().nullable(),
  /** Of this computer: about one for each program in the guest, and three or more of the kernel's own. */
  processes: z.int().nonnegative(),
});
export type Figure = z.infer<typeof figureSchema>;

/** Bytes a second of one network card, as the guest sees them. */
export const cardRateSchema = z.strictObject({
  unit: z.int().nonnegative(),
  inRate: z.number().nonnegative(),
  outRate: z.number().nonnegative(),
});
export type CardRate = z.infer<typeof cardRateSchema>;

/** How long a history reaches back, and how far apart its samples are. */
export const figureSpans = {
  minutes: { stepMs: 1000, samples: 300 },
  hour: { stepMs: 10_000, samples: 360 },
  day: { stepMs: 120_000, samples: 720 },
} as const;
export const figureSpanSchema = z.enum(['minutes', 'hour', 'day']);
export type FigureSpan = z.infer<typeof figureSpanSchema>;

/** Somebody looks: every second; a window in the background, or nobody: slower. */
export const figurePaceSchema = z.enum(['foreground', 'background']);
export type FigurePace = z.infer<typeof figurePaceSchema>;
export const figurePaceMs: Readonly<Record<FigurePace, number>> = { foreground: 1000, background: 10_000 };
