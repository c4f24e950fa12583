import { z } from 'zod';
import { captureIdSchema, captureLimitsSchema, linkEndSchema } from '../networks/capture.js';
import { impairmentSchema } from '../networks/impairment.js';
import { captureSummarySchema } from '../networks/pcap/capture-summary.js';

const nothing = z.strictObject({});
const capture = z.strictObject({ id: captureIdSchema });

/** Calls about links: what one card of a machine has of a network. */
export const linkCalls = {
  /**
   * Makes a link worse, in both directions, at once and whenever it is on; with null as good as it can be. `now` is false
   * when it counts from the next start of the machine on.
   */
  'links.impair': {
    input: linkEndSchema.extend({ impairment: impairmentSchema.nullable() }),
    output: z.strictObject({ now: z.boolean() }),
  },
  /** Has two guests with guest tools measure the way between them, as a job; the result is kept with the network. */
  'links.measure': {
    input: z.strictObject({ from: linkEndSchema, to: linkEndSchema.omit({ networkId: true }) }),
    output: z.strictObject({ jobId: z.string() }),
  },
  /** Writes what goes over a link into a file, until it is stopped, full, its time is up or the link goes off. */
  'captures.start': { input: linkEndSchema.extend({ limits: captureLimitsSchema }), output: capture },
  /** Ends one; its file is whole when this returns. */
  'captures.stop': { input: capture, output: nothing },
  /** Deletes one that has ended, with its file. */
  'captures.delete': { input: capture, output: nothing },
  /** What is in it, also while it goes on, with its first packets. */
  'captures.read': {
    input: capture.extend({ lines: z.int().min(0).max(1000) }),
    output: captureSummarySchema,
  },
  /** Copies its packets into a new file; overwrites nothing. */
  'captures.save': {
    input: capture.extend({ path: z.string().max(4096) }),
    output: z.strictObject({ path: z.string(), bytes: z.int() }),
  },
  /** Shows it in Wireshark. */
  'captures.open': { input: capture, output: nothing },
} as const;
