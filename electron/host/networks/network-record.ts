import { z } from 'zod';
import { captureIdSchema } from '@shared/networks/capture.js';
import { impairmentSchema } from '@shared/networks/impairment.js';
import { carrierSchema } from '@shared/networks/network.js';
import { linkSchema, networkIdSchema } from '@shared/networks/nic.js';
import { forwardSchema } from '@shared/networks/forward.js';
import { transportNames } from '@shared/networks/transports/index.js';
import { helperSchema } from './helper-process.js';

/** A card of a machine that runs, as it was made. */
export const attachmentSchema = z.strictObject({
  unit: z.int(),
  mac: z.string(),
  transport: z.enum(transportNames),
  device: z.string(),
  /** Where it was led. */
  link: linkSchema,
  /** null for one that is on no network of Paddock's. */
  networkId: networkIdSchema.nullable(),
  /** Its tap in the namespace. */
  tap: z.string().nullable(),
  /** Which end of a cable it is. */
  side: z.union([z.literal(0), z.literal(1)]).nullable(),
  /** Its own helpers: a switch and a way into the internet. */
  helpers: z.array(helperSchema),
  forwards: z.array(
    z.strictObject({
      forward: forwardSchema,
      /** How slirp4netns knows it, and where it comes into the namespace. */
      slirpId: z.int().nullable(),
      entryPort: z.int().nullable(),
    }),
  ),
});
export type Attachment = z.infer<typeof attachmentSchema>;

/** A network that is on, as it was made. */
export const liveNetworkSchema = z.strictObject({
  carrier: z.enum([...carrierSchema.options, 'cable']),
  helpers: z.array(helperSchema),
  /** A cable's two UDP ports. */
  ports: z.tuple([z.int(), z.int()]).nullable(),
});
export type LiveNetwork = z.infer<typeof liveNetworkSchema>;

/** A capture that goes on; one by a VDE switch has no program of its own. */
export const liveCaptureSchema = z.strictObject({ id: captureIdSchema, helper: helperSchema.nullable() });

/** A link in the namespace that is made worse, and the wirefilter that does it. */
export const impairedLinkSchema = z.strictObject({
  /** Its own among them; names of taps have no room for more than a few letters. */
  key: z.string().regex(/^\d{1,8}$/),
  networkId: networkIdSchema,
  /** A card's tap, or the two ports of a cable. */
  tap: z.string().nullable(),
  ports: z.tuple([z.int(), z.int()]).nullable(),
  impairment: impairmentSchema,
  helper: helperSchema.nullable(),
});
export type ImpairedLink = z.infer<typeof impairedLinkSchema>;

/** All that runs for networks; kept in the runtime folder, for the host that comes after this one. */
export const networkRecordSchema = z.strictObject({
  holder: helperSchema.nullable(),
  uplink: helperSchema.nullable(),
  networks: z.record(z.string(), liveNetworkSchema),
  machines: z.record(z.string(), z.array(attachmentSchema)),
  captures: z.array(liveCaptureSchema).default([]),
  impaired: z.array(impairedLinkSchema).default([]),
});
export type NetworkRecord = z.infer<typeof networkRecordSchema>;

/** Nothing runs. */
export const emptyRecord = (): NetworkRecord => ({
  holder: null,
  uplink: null,
  networks: {},
  machines: {},
  captures: [],
  impaired: [],
});
