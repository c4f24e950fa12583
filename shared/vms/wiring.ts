import { tabLines, type Channel, type ConsoleSpec } from '../consoles/channel.js';
import { allLines, guestDevice, type LineName } from '../consoles/console-name.js';
import type { VmSpec } from './vm-spec.js';

/** First file descriptor that is handed to UML for a line: 0 to 2 are the usual three. */
export const FIRST_WIRE_FD = 3;

/**
 * The serial lines of the guest tools: far behind those that a person can choose, and within the 64 that UML has
 * (`NR_PORTS`, arch/um/drivers/ssl.c; tried on 6.1.176).
 */
export const GUEST_TOOLS_LINES = {
  /** Lines of text, both ways. */
  control: 63,
  /** What a command prints, and what it complains of. */
  output: 62,
  errors: 61,
  /** What a command reads; each byte comes back once it is in the command's pipe. */
  input: 60,
} as const;
export type GuestToolsWire = keyof typeof GUEST_TOOLS_LINES;

/** What a file descriptor that UML is started with has to be. */
export type Wire =
  /** The slave of a pty: keys and size, and output, too, unless that has a pipe. */
  | { use: 'tab'; line: LineName }
  /** The writing end of a pipe for a tab's output. */
  | { use: 'tab-output'; line: LineName }
  /** A file of the host; null: /dev/null. */
  | { use: 'file'; path: string | null; direction: 'input' | 'output' }
  /** One end of a socket pair to the guest tools. */
  | { use: 'guest-tools'; wire: GuestToolsWire };

/** How a machine's lines are wired: UML's arguments, and what each descriptor from `FIRST_WIRE_FD` on is. */
export interface Wiring {
  words: string[];
  wires: Wire[];
}

/**
 * Wires the lines of a machine. All that nobody chose lead nowhere (`null`): the default, pty, spams con0 with "no
 * usable host pty devices", and `none` prints a line for each. The general `con=` and `ssl=` go first, because a
 * later general setting would undo the particular ones.
 *
 * A tab is `fd:N,fd:N` on the slave of a pty of the host's: of the channels tried only these and xterm take a live
 * resize (facts/consoles-and-lifecycle 1). Where the guest tools are expected to tell the guest its sizes, output goes
 * by a pipe, which never stalls and is faster (docs/decisions/0015).
 */
export function wiring(spec: Pick<VmSpec, 'consoles' | 'guestTools'>): Wiring {
  const wires: Wire[] = [];
  const add = (wire: Wire): string => `fd:${FIRST_WIRE_FD + wires.push(wire) - 1}`;
  const words = spec.consoles.map(({ line, channel }) => {
    switch (channel.kind) {
      case 'tab': {
        const input = add({ use: 'tab', line });
        return `${line}=${input},${spec.guestTools ? add({ use: 'tab-output', line }) : input}`;
      }
      case 'fd': {
        const input = add({ use: 'file', path: channel.input, direction: 'input' });
        return `${line}=${input},${add({ use: 'file', path: channel.output, direction: 'output' })}`;
      }
      case 'port':
        return `${line}=port:${channel.port}`;
      case 'tty':
        return `${line}=tty:${channel.device}`;
      case 'null':
      case 'pts':
      case 'xterm':
        return `${line}=${channel.kind}`;
    }
  });
  const spare = spareConsole(spec);
  if (spare !== null) words.push(`${spare}=pts`);
  for (const [wire, number] of Object.entries(GUEST_TOOLS_LINES)) {
    const end = add({ use: 'guest-tools', wire: wire as GuestToolsWire });
    words.push(`ssl${number}=${end},${end}`);
  }
  return { words: ['con=null', 'ssl=null', ...words], wires };
}

/**
 * The first console that nobody chose, which is a `pts`: the only kind that somebody who comes later can open, and so
 * the way back in when the host that held the others is gone (facts/consoles-and-lifecycle 3). Null when all 16 are
 * the machine's own.
 */
export function spareConsole({ consoles }: { consoles: readonly ConsoleSpec[] }): LineName | null {
  const used = new Set(consoles.map(({ line }) => line));
  return allLines.find((line) => line.startsWith('con') && !used.has(line)) ?? null;
}

/**
 * The first line that nothing uses in a run, for a tab more; con0, which the kernel itself has open, and the spare console
 * are left aside. Null when there is none.
 */
export function lineToPlug(wired: readonly ConsoleSpec[]): LineName | null {
  const used = new Set<LineName | null>([
    'con0',
    spareConsole({ consoles: wired }),
    ...wired.map(({ line }) => line),
  ]);
  return allLines.find((line) => !used.has(line)) ?? null;
}

/**
 * What the guest calls the lines on which it is to offer a login: those on which somebody can type. `late` are those
 * that open when somebody has come (a connection, a window) or not at all; a boot must not wait for them.
 */
export function loginDevices(spec: Pick<VmSpec, 'consoles'>): { atOnce: string[]; late: string[] } {
  const devices = (late: boolean): string[] =>
    spec.consoles
      .filter(({ channel }) => canBeTypedInto(channel) && opensLate(channel) === late)
      .map(({ line }) => guestDevice(line));
  const spare = spareConsole(spec);
  return {
    atOnce: [...devices(false), ...(spare === null ? [] : [guestDevice(spare)])],
    late: devices(true),
  };
}

const canBeTypedInto = (channel: Channel): boolean =>
  channel.kind !== 'null' && !(channel.kind === 'fd' && channel.input === null);
const opensLate = ({ kind }: Channel): boolean => kind === 'port' || kind === 'xterm' || kind === 'tty';

/**
 * Words that let a kernel print its log on its stdout, too, all the time. For a machine whose con0 is no tab: without
 * them nobody could say why it stopped. (`stderr=1` was tried on 6.1.176 and prints nothing.)
 */
export function earlyOutputWords({ consoles }: { consoles: readonly ConsoleSpec[] }): string[] {
  return tabLines(consoles).includes('con0') ? [] : ['earlyprintk', 'keep_bootcon'];
}
