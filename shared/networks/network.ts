import { z } from 'zod';
import { paddockErrorSchema } from '../errors/paddock-error.js';
import { vmIdSchema } from '../vms/vm-id.js';
import { impairmentSchema } from './impairment.js';
import { ipv4Schema, parseSubnet, subnetSize } from './ipv4.js';
import { macSchema } from './mac.js';
import { MEASUREMENTS_MAX, measurementSchema } from './measurement.js';
import { networkIdSchema } from './nic.js';
import { transportNames } from './transports/index.js';

/** A network's name: as people like it, but short, on one line and without control characters. */
export const networkNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u);

/** A name that no network has: the wanted one, or with a number behind it. */
export function freeNetworkName(wanted: string, networks: readonly { name: string }[]): string {
  const taken = new Set(networks.map(({ name }) => name));
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? wanted : `${wanted} ${n}`;
    if (!taken.has(name)) return name;
  }
}

/** The range of a network: large enough for a gateway and a few guests, small enough to count through. */
export const subnetSchema = z.string().refine((text) => {
  const subnet = parseSubnet(text);
  return subnet !== null && subnet.prefix >= 16 && subnetSize(subnet) >= 16;
}, 'it must be a range such as 10.77.1.0/24, of 16 to 65536 addresses');

/** What carries the frames of a network. */
export const carrierSchema = z.enum([
  /** A bridge and taps in a network namespace of the user's own: quick, and with DHCP by name. */
  'namespace',
  /** vde_switch: where namespaces or /dev/net/tun are not to be had. */
  'vde',
]);
export type Carrier = z.infer<typeof carrierSchema>;

const common = {
  id: networkIdSchema,
  name: networkNameSchema,
  note: z.string().max(2000),
  createdAt: z.iso.datetime(),
  /** Links that are made worse, by the address of the card; a cable has one, by `CABLE`. */
  impairments: z.record(z.string(), impairmentSchema).default({}),
  /** How quick it was between two of its machines, the newest last. */
  measurements: z.array(measurementSchema).max(MEASUREMENTS_MAX).default([]),
};

/** What stands for both ends of a cable: what is between them is one link. */
const CABLE = 'cable';

/** By what an impairment of a link is kept. */
export const impairmentKey = (kind: 'switch' | 'cable', mac: string): string =>
  kind === 'cable' ? CABLE : mac;

/** A network as it is kept on disk. */
export const networkSpecSchema = z.discriminatedUnion('kind', [
  /** A switch for any number of machines. */
  z.strictObject({
    version: z.literal(1),
    kind: z.literal('switch'),
    ...common,
    /** Its machines reach the internet, by way of this computer. */
    internet: z.boolean(),
    /** Its machines reach programs of this computer that listen on 127.0.0.1, at an address of the network's own. */
    reachesHost: z.boolean(),
    subnet: subnetSchema,
    /** false: this computer is not on it and gives out nothing; whoever is on it does that. */
    dhcp: z.boolean().default(true),
    /** null: the best that there is here. */
    carrier: carrierSchema.nullable(),
    /** Which card gets which address; kept, so that a guest has the same one for ever. */
    addresses: z.record(macSchema, ipv4Schema),
  }),
  /** A cable between two machines: nothing else is on it, no DHCP either. */
  z.strictObject({ version: z.literal(1), kind: z.literal('cable'), ...common }),
]);
export type NetworkSpec = z.infer<typeof networkSpecSchema>;
export type SwitchSpec = Extract<NetworkSpec, { kind: 'switch' }>;

/** A card that is led to a network. */
export const networkEndSchema = z.strictObject({
  vmId: vmIdSchema,
  unit: z.int(),
  mac: macSchema,
  /** The address that DHCP gives it; null on a cable. */
  address: ipv4Schema.nullable(),
  /** The transport of the run that goes on; null when it is off. */
  transport: z.enum(transportNames).nullable(),
  /** What the kernel calls it. */
  device: z.string().nullable(),
  /** How it is made worse, by whoever wanted that; null: it isn't. */
  impairment: impairmentSchema.nullable(),
});
export type NetworkEnd = z.infer<typeof networkEndSchema>;

/** A network as everybody but the host sees it. */
export const networkViewSchema = z.strictObject({
  id: networkIdSchema,
  name: z.string(),
  note: z.string(),
  createdAt: z.string(),
  kind: z.enum(['switch', 'cable']),
  internet: z.boolean(),
  reachesHost: z.boolean(),
  /** Addresses are given out by this computer. */
  dhcp: z.boolean(),
  /** null for a cable, and where this computer gives out nothing. */
  subnet: z.string().nullable(),
  /** The address by which this computer is on it, and which guests get as their gateway; null for a cable. */
  gateway: z.string().nullable(),
  /** Where its machines find programs of this computer; null when they don't. */
  hostAddress: z.string().nullable(),
  /** What was chosen; null: the best that there is. */
  wantedCarrier: carrierSchema.nullable(),
  /** What carries it now; null while it is off. */
  carrier: z.enum([...carrierSchema.options, 'cable']).nullable(),
  state: z.enum(['off', 'starting', 'on', 'failed']),
  problem: paddockErrorSchema.nullable(),
  ends: z.array(networkEndSchema),
  measurements: z.array(measurementSchema),
  /** Its helpers that run: what each is, and its pid. */
  helpers: z.array(z.strictObject({ name: z.string(), pid: z.int() })),
});
export type NetworkView = z.infer<typeof networkViewSchema>;
