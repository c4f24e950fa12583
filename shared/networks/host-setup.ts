import { z } from 'zod';
import { ipv4Schema, parseSubnet, subnetOf, type Subnet } from './ipv4.js';

/**
 * An interface of this computer in a list that root carries out: narrower than what its kernel takes, so that none of
 * them is ever an option of ip(8) or anything to a shell.
 */
export const hostInterfaceSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/);

/** An address with the range that it is in: 192.168.77.1/24. */
export const hostAddressSchema = z.string().refine((text) => {
  const [address = '', prefix = ''] = text.split('/');
  return ipv4Schema.safeParse(address).success && /^([89]|[12]\d|30)$/.test(prefix);
}, 'it must be an address with its range, such as 192.168.77.1/24');

/** Something of this computer that only root can make. */
export const hostSetupSchema = z.discriminatedUnion('kind', [
  /** A tap that belongs to this user: a card reaches this computer by it. */
  z.strictObject({
    kind: z.literal('tap'),
    name: hostInterfaceSchema,
    address: hostAddressSchema.nullable(),
  }),
  /** A tap in a bridge: a card is on the wire of an interface, as this computer is. `uplink` null: that bridge is there. */
  z.strictObject({
    kind: z.literal('bridge'),
    name: hostInterfaceSchema,
    bridge: hostInterfaceSchema,
    uplink: hostInterfaceSchema.nullable(),
  }),
  /** Two ends of a wire; the raw transport sits on the second. */
  z.strictObject({
    kind: z.literal('veth'),
    name: hostInterfaceSchema,
    peer: hostInterfaceSchema,
    address: hostAddressSchema.nullable(),
  }),
  /** A private copy of a kernel that may open raw sockets. */
  z.strictObject({
    kind: z.literal('kernel'),
    name: hostInterfaceSchema,
    kernelPath: z.string().startsWith('/').max(4000),
  }),
]);
export type HostSetup = z.infer<typeof hostSetupSchema>;

/** One command of a list. */
export const hostCommandSchema = z.strictObject({
  argv: z.tuple([z.string()], z.string()),
  /** What it does, in one sentence. */
  why: z.string(),
});
export type HostCommand = z.infer<typeof hostCommandSchema>;

/** What is carried out, and what takes it back. */
export const hostPlanSchema = z.strictObject({
  make: z.array(hostCommandSchema),
  undo: z.array(hostCommandSchema),
});
export type HostPlan = z.infer<typeof hostPlanSchema>;

/** For whom it is made. */
interface SetupOwner {
  uid: number;
  /** Where the copy of a kernel is; made by the user, before root gives it its rights. */
  copyPath: string;
}

/** The list of one, with a sentence to each command. */
export function hostPlan(setup: HostSetup, { uid, copyPath }: SetupOwner): HostPlan {
  const { name } = setup;
  const tap: HostCommand = {
    argv: ['ip', 'tuntap', 'add', 'dev', name, 'mode', 'tap', 'user', String(uid)],
    why: `Makes the tap ${name}, which only the user ${uid} may open.`,
  };
  const up = (ifname: string): HostCommand => ({
    argv: ['ip', 'link', 'set', 'dev', ifname, 'up'],
    why: `Switches ${ifname} on.`,
  });
  const address = (text: string | null): HostCommand[] =>
    text === null
      ? []
      : [
          {
            argv: ['ip', 'address', 'add', text, 'dev', name],
            why: `Gives this computer the address ${text} on it; guests get others of that range.`,
          },
        ];
  const gone = (ifname: string, why: string): HostCommand => ({
    argv: ['ip', 'link', 'delete', 'dev', ifname],
    why,
  });
  switch (setup.kind) {
    case 'tap':
      return {
        make: [tap, ...address(setup.address), up(name)],
        undo: [gone(name, `Takes ${name} away, with its address.`)],
      };
    case 'bridge': {
      const { bridge, uplink } = setup;
      const join = (ifname: string): HostCommand => ({
        argv: ['ip', 'link', 'set', 'dev', ifname, 'master', bridge],
        why: `Puts ${ifname} into ${bridge}.`,
      });
      const made: HostCommand[] =
        uplink === null
          ? []
          : [
              {
                argv: ['ip', 'link', 'add', 'name', bridge, 'type', 'bridge', 'forward_delay', '0'],
                why: `Makes the bridge ${bridge}, which is a switch.`,
              },
              join(uplink),
              up(uplink),
              up(bridge),
            ];
      return {
        make: [...made, tap, join(name), up(name)],
        undo: [
          gone(name, `Takes ${name} away.`),
          ...(uplink === null
            ? []
            : [gone(bridge, `Takes ${bridge} away; ${uplink} stays, in no bridge, as it was.`)]),
        ],
      };
    }
    case 'veth':
      return {
        make: [
          {
            argv: ['ip', 'link', 'add', 'name', name, 'type', 'veth', 'peer', 'name', setup.peer],
            why: `Makes a wire: ${name} is this computer’s end, ${setup.peer} the machine’s.`,
          },
          ...address(setup.address),
          up(name),
          up(setup.peer),
        ],
        undo: [gone(name, `Takes ${name} away, and ${setup.peer} with it.`)],
      };
    case 'kernel':
      return {
        make: [
          {
            argv: ['setcap', 'cap_net_admin,cap_net_raw+ep', copyPath],
            why: 'Lets this copy of the kernel, which only its owner can run, open raw sockets and set up interfaces.',
          },
        ],
        undo: [{ argv: ['setcap', '-r', copyPath], why: 'Takes the rights away again.' }],
      };
  }
}

/** What a shell takes as it stands. */
const plainWord = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** True when every word of a list means itself to a shell, so that what is shown is what is run. */
export const isPlain = (commands: readonly HostCommand[]): boolean =>
  commands.every(({ argv }) => argv.every((word) => plainWord.test(word)));

/** A list as people copy it, and as one shell of root's carries it out: it stops at the first that fails. */
export function hostScript(commands: readonly HostCommand[]): string {
  if (!isPlain(commands)) throw new Error('a word of the list is not plain');
  return commands.map(({ argv }) => argv.join(' ')).join('\n');
}

/** The interfaces that must not be there before one is made. */
export function newInterfaces(setup: HostSetup): string[] {
  switch (setup.kind) {
    case 'tap':
      return [setup.name];
    case 'bridge':
      return setup.uplink === null ? [setup.name] : [setup.name, setup.bridge];
    case 'veth':
      return [setup.name, setup.peer];
    case 'kernel':
      return [];
  }
}

/** The range that an address of `hostAddressSchema` is in. */
export function rangeOf(text: string): Subnet {
  const [address = '', prefix = '24'] = text.split('/');
  const bits = 2 ** 32 - 2 ** (32 - Number(prefix));
  const mask = [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.');
  return parseSubnet(text) ?? subnetOf(address, mask);
}

/** One that was made, as it is kept on disk. */
export const hostSetupRecordSchema = z.strictObject({
  setup: hostSetupSchema,
  madeAt: z.iso.datetime(),
  /** This computer's start that it was made in: interfaces don't outlive it. */
  bootId: z.string().max(40),
});
export type HostSetupRecord = z.infer<typeof hostSetupRecordSchema>;

/** One that was made, and how it is now. */
export const hostSetupViewSchema = hostSetupRecordSchema.omit({ bootId: true }).extend({
  state: z.enum([
    'there',
    /** This computer was started anew since; the same list makes it again. */
    'gone-with-restart',
    /** Somebody took it away. */
    'gone',
  ]),
  /** What a machine is told: the tap, the end of a wire, or the copy's path. */
  use: z.string(),
});
export type HostSetupView = z.infer<typeof hostSetupViewSchema>;

/** A tap of this computer. */
export const hostTapSchema = z.strictObject({
  ifname: z.string(),
  owner: z.enum(['you', 'other', 'nobody']),
  /** A program has it open. */
  isBusy: z.boolean(),
  isUp: z.boolean(),
  addresses: z.array(z.string()),
  /** The bridge that it is in. */
  bridge: z.string().nullable(),
});
export type HostTap = z.infer<typeof hostTapSchema>;

/** How such a tap is, in a few words. */
export function tapText({ owner, isBusy, addresses, bridge }: HostTap): string {
  const whose = { you: 'yours', other: 'another user’s', nobody: 'nobody’s, so that every user can take it' };
  return [whose[owner], isBusy ? 'in use' : 'free', ...addresses, ...(bridge ? [`in ${bridge}`] : [])].join(
    ', ',
  );
}
