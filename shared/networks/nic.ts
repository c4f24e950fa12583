import { z } from 'zod';
import { forwardsSchema } from './forward.js';
import { macSchema } from './mac.js';
import { interfaceSchema } from './transports/transport.js';
import { transportNames, transports } from './transports/index.js';

/** So many network cards a machine has at most. */
export const NICS_MAX = 8;

/** Identifies a network for as long as it exists. */
export const networkIdSchema = z.string().regex(/^[a-z0-9]{8}$/);
export type NetworkId = z.infer<typeof networkIdSchema>;

const transportLink = z
  .strictObject({
    kind: z.literal('transport'),
    transport: z.enum(transportNames),
    options: z.record(z.string().max(20), z.string().max(255)),
  })
  .superRefine(({ transport, options }, context) => {
    const parsed = transports[transport].options.safeParse(options);
    for (const issue of parsed.error?.issues ?? [])
      context.addIssue({ code: 'custom', message: issue.message, path: ['options', ...issue.path] });
  });

/** Where a network card's cable goes. */
export const linkSchema = z.discriminatedUnion('kind', [
  /** Nowhere: the card is not there. */
  z.strictObject({ kind: z.literal('none') }),
  /** To the internet, alone: addresses by DHCP, this computer's name servers, nobody comes in but by forwards. */
  z.strictObject({ kind: z.literal('internet'), reachesHost: z.boolean(), forwards: forwardsSchema }),
  /** To a network of Paddock's, which may be a cable between two machines. */
  z.strictObject({ kind: z.literal('network'), networkId: networkIdSchema, forwards: forwardsSchema }),
  /** To a tap interface of this computer, which root made for this user. */
  z.strictObject({ kind: z.literal('tap'), ifname: interfaceSchema }),
  /** As somebody who knows UML's transports says. */
  transportLink,
]);
export type Link = z.infer<typeof linkSchema>;

/** True when two links lead to the same place, whatever their forwards are. */
export function isSameTarget(a: Link, b: Link): boolean {
  switch (a.kind) {
    case 'none':
      return b.kind === 'none';
    case 'internet':
      return b.kind === 'internet' && a.reachesHost === b.reachesHost;
    case 'network':
      return b.kind === 'network' && a.networkId === b.networkId;
    case 'tap':
      return b.kind === 'tap' && a.ifname === b.ifname;
    case 'transport':
      return (
        b.kind === 'transport' &&
        a.transport === b.transport &&
        Object.keys({ ...a.options, ...b.options }).every((name) => a.options[name] === b.options[name])
      );
  }
}

/** A network card of a machine. */
export const nicSchema = z.strictObject({
  /** The guest calls it vec0 or eth0, as its kernel does. */
  unit: z
    .int()
    .min(0)
    .max(NICS_MAX - 1),
  mac: macSchema,
  link: linkSchema,
});
export type Nic = z.infer<typeof nicSchema>;

/** A machine's network cards. */
export const nicsSchema = z
  .array(nicSchema)
  .max(NICS_MAX)
  .refine((list) => new Set(list.map(({ unit }) => unit)).size === list.length, 'each number only once')
  .refine((list) => new Set(list.map(({ mac }) => mac)).size === list.length, 'each address only once');

/** Network cards as they are asked for: one without an address gets one. */
export const wantedNicsSchema = z
  .array(nicSchema.partial({ mac: true }))
  .max(NICS_MAX)
  .refine((list) => new Set(list.map(({ unit }) => unit)).size === list.length, 'each number only once');
export type WantedNic = z.infer<typeof wantedNicsSchema>[number];

/** The first number that no card has; null when there are `NICS_MAX` of them. */
export function freeNicUnit(nics: readonly Pick<Nic, 'unit'>[]): number | null {
  const used = new Set(nics.map(({ unit }) => unit));
  for (let unit = 0; unit < NICS_MAX; unit += 1) if (!used.has(unit)) return unit;
  return null;
}
