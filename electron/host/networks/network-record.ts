import { z } from 'zod';
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

/** All that runs for networks; kept in the runtime folder, for the host that comes after this one. */
export const networkRecordSchema = z.strictObject({
  holder: helperSchema.nullable(),
  uplink: helperSchema.nullable(),
  networks: z.record(z.string(), liveNetworkSchema),
  machines: z.record(z.string(), z.array(attachmentSchema)),
});
export type NetworkRecord = z.infer<typeof networkRecordSchema>;

/** Nothing runs. */
export const emptyRecord = (): NetworkRecord => ({ holder: null, uplink: null, networks: {}, machines: {} });
