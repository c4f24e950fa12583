import { z } from 'zod';
import { parseForward } from '../networks/forward.js';
import { networkNameSchema, subnetSchema } from '../networks/network.js';
import { NICS_MAX } from '../networks/nic.js';
import { MEMORY_MAX_MIB, MEMORY_MIN_MIB } from '../vms/vm-spec.js';
import { vmNameSchema } from '../vms/vm-name.js';

/** More is not one laptop's lab. */
export const LAB_MACHINES_MAX = 100;
const LAB_NETWORKS_MAX = 100;

const forwardText = z
  .string()
  .max(60)
  .refine((text) => parseForward(text) !== null, {
    message: 'a forward is [udp:][ADDRESS:]PORT:GUESTPORT',
  });

/** An address with the length of its network, such as 10.1.0.1/24. */
const interfaceAddress = z.string().refine((text) => {
  const [address = '', prefix = '', rest] = text.split('/');
  return z.ipv4().safeParse(address).success && /^([1-9]|[12]\d|3[0-2])$/.test(prefix) && rest === undefined;
}, 'an address such as 10.1.0.1/24');

/** A range that a route leads to. */
const range = z.union([z.literal('default'), z.cidrv4()]);

const cardSchema = z
  .strictObject({
    /** A network of the lab. */
    network: networkNameSchema.optional(),
    /** Straight to the internet, alone. */
    internet: z.literal(true).optional(),
    /** It reaches programs of this computer, at 10.0.2.2. */
    'reach-host': z.boolean().default(false),
    /** dhcp: as its guest does by itself. */
    address: z.union([z.literal('dhcp'), z.literal('none'), interfaceAddress]).default('dhcp'),
    forwards: z.array(forwardText).max(32).default([]),
  })
  .refine(
    ({ network, internet }) => (network === undefined) !== (internet === undefined),
    'a card has either a network, or internet: true',
  )
  .refine((card) => card.internet === true || !card['reach-host'], 'reach-host goes with internet');
export type LabCard = z.infer<typeof cardSchema>;

/** A card in short: the name of a network, or `internet`. */
const shortCard = z.preprocess(
  (value) =>
    value === 'internet' ? { internet: true } : typeof value === 'string' ? { network: value } : value,
  cardSchema,
);

/** Text files of the guest, by their paths. */
const filesSchema = z
  .record(
    z
      .string()
      .startsWith('/')
      .max(200)
      // It stands in a script between quotes.
      .regex(/^[^'\p{Cc}]+$/u, 'a path without quotes and control characters')
      .refine((path) => !path.split('/').includes('..'), 'a path without ..'),
    z.string().max(64 * 1024),
  )
  .refine((files) => Object.keys(files).length <= 50, 'at most 50 files');

const machineSchema = z.strictObject({
  /** tiny, the name of an image of Paddock's, or that of a recipe; one that isn't there is built from it. */
  image: z.string().min(1).max(80).default('tiny'),
  /** The kernel's modules go into an image that is built for it. */
  modules: z.boolean().default(false),
  memory: z.int().min(MEMORY_MIN_MIB).max(MEMORY_MAX_MIB).default(64),
  cards: z.array(shortCard).max(NICS_MAX).default([]),
  /** It hands on packets between its cards. */
  forwarding: z.boolean().default(false),
  routes: z
    .array(z.strictObject({ to: range, via: z.ipv4() }))
    .max(100)
    .default([]),
  files: filesSchema.default({}),
  /** Lines for the guest's sh, as root, at each of its starts; its cards are $CARD0, $CARD1 and so on. */
  run: z
    .string()
    .max(64 * 1024)
    .default(''),
  /** Cards are called eth0, eth1 in the guest, as labs from elsewhere have it. */
  eth: z.boolean().default(false),
  /** Started when these are set up. */
  after: z.array(vmNameSchema).max(32).default([]),
  note: z.string().max(2000).default(''),
});
export type LabMachine = z.infer<typeof machineSchema>;

const networkSchema = z
  .strictObject({
    kind: z.enum(['switch', 'cable']).default('switch'),
    internet: z.boolean().default(false),
    /** Its machines reach programs of this computer. */
    'reach-host': z.boolean().default(false),
    /** false: nobody gives out addresses but its own machines. */
    dhcp: z.boolean().default(true),
    subnet: subnetSchema.nullable().default(null),
    note: z.string().max(2000).default(''),
  })
  .refine(({ kind, internet }) => kind === 'switch' || !internet, 'a cable has no internet')
  .refine((network) => network.internet || !network['reach-host'], 'reach-host goes with internet')
  .refine(({ internet, dhcp }) => dhcp || !internet, 'a network with internet gives out addresses');
export type LabNetwork = z.infer<typeof networkSchema>;

/** A lab as it is written down (docs/labs.md). Raise the version with what an older Paddock can't read. */
export const labFileSchema = z
  .strictObject({
    'paddock-lab': z.literal(1),
    name: networkNameSchema,
    note: z.string().max(8000).default(''),
    networks: z
      .record(networkNameSchema, networkSchema)
      .refine((all) => Object.keys(all).length <= LAB_NETWORKS_MAX, `at most ${LAB_NETWORKS_MAX} networks`)
      .default({}),
    machines: z
      .record(vmNameSchema, machineSchema)
      .refine(
        (all) => Object.keys(all).length > 0 && Object.keys(all).length <= LAB_MACHINES_MAX,
        `1 to ${LAB_MACHINES_MAX} machines`,
      ),
  })
  .superRefine(({ networks, machines }, context) => {
    const say = (path: (string | number)[], message: string): void => {
      context.addIssue({ code: 'custom', path, message });
    };
    const plugs = new Map<string, number>();
    for (const [name, { cards, after }] of Object.entries(machines)) {
      for (const [index, { network }] of cards.entries()) {
        if (network === undefined) continue;
        if (!Object.hasOwn(networks, network))
          say(['machines', name, 'cards', index], `there is no network ${network} in this lab`);
        const count = (plugs.get(network) ?? 0) + 1;
        plugs.set(network, count);
        if (networks[network]?.kind === 'cable' && count > 2)
          say(['machines', name, 'cards', index], `the cable ${network} has two ends, and both are taken`);
      }
      for (const other of after)
        if (!Object.hasOwn(machines, other)) say(['machines', name, 'after'], `there is no machine ${other}`);
    }
    const circle = circleOf(machines);
    if (circle) say(['machines', circle, 'after'], 'machines wait for each other in a circle');
  });
export type LabFile = z.infer<typeof labFileSchema>;

/** The names of the machines in an order in which each comes after those that it waits for. */
export function startOrder(machines: Readonly<Record<string, Pick<LabMachine, 'after'>>>): string[] {
  const order: string[] = [];
  const visit = (name: string): void => {
    if (order.includes(name)) return;
    for (const other of machines[name]?.after ?? []) visit(other);
    order.push(name);
  };
  for (const name of Object.keys(machines)) visit(name);
  return order;
}

/** A machine that waits, by others, for itself; null when none does. */
function circleOf(machines: Readonly<Record<string, Pick<LabMachine, 'after'>>>): string | null {
  const done = new Set<string>();
  const onTheWay = new Set<string>();
  const visit = (name: string): string | null => {
    if (onTheWay.has(name)) return name;
    if (done.has(name)) return null;
    onTheWay.add(name);
    for (const other of machines[name]?.after ?? []) {
      const found = visit(other);
      if (found) return found;
    }
    onTheWay.delete(name);
    done.add(name);
    return null;
  };
  for (const name of Object.keys(machines)) {
    const found = visit(name);
    if (found) return found;
  }
  return null;
}
