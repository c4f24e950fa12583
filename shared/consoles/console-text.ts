import { channelSchema, type Channel, type ConsoleSpec } from './channel.js';
import { lineNameSchema, LINES_OF_A_KIND } from './console-name.js';

/** A line as it was written, or why it can't be meant. */
export type ReadConsole = { ok: true; console: ConsoleSpec } | { ok: false; why: string };

/**
 * A line and where it leads, as UML's arguments spell it: `ssl0=pts`, `con1=tty:/dev/tty8`, `con2=fd:/in,fd:/out`. Two
 * things are Paddock's: `con0=tab`, or only `con0`, and paths where UML has numbers of its own descriptors.
 */
export function consoleText({ line, channel }: ConsoleSpec): string {
  return `${line}=${channelText(channel)}`;
}

function channelText(channel: Channel): string {
  switch (channel.kind) {
    case 'fd':
      return channel.input !== null && channel.input === channel.output
        ? fileText(channel.input)
        : `${fileText(channel.input)},${fileText(channel.output)}`;
    case 'port':
      return `port:${channel.port}`;
    case 'tty':
      return `tty:${channel.device}`;
    case 'tab':
    case 'null':
    case 'pts':
    case 'xterm':
      return channel.kind;
  }
}

const fileText = (path: string | null): string => (path === null ? 'null' : `fd:${path}`);

/** Reads what `consoleText` writes, and what UML's own arguments say where that can be meant. */
export function readConsole(text: string): ReadConsole {
  const [, name = '', channel] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  if (name === 'con' || name === 'ssl')
    return refuse(`${name}= would set every line at once; say ${name}0, ${name}1 and so on`);
  const line = lineNameSchema.safeParse(name);
  if (!line.success) {
    const last = LINES_OF_A_KIND - 1;
    return refuse(`there is no line ${name || '“”'}; there are con0 to con${last} and ssl0 to ssl${last}`);
  }
  const read = readChannel(channel ?? 'tab');
  return typeof read === 'string' ? refuse(read) : { ok: true, console: { line: line.data, channel: read } };
}

const refuse = (why: string): ReadConsole => ({ ok: false, why });

/** A channel, or why it is none. */
function readChannel(text: string): Channel | string {
  const comma = text.indexOf(',');
  if (comma >= 0) return readPair(text.slice(0, comma), text.slice(comma + 1));
  const [, kind = '', , rest] = /^([^:]*)(:(.*))?$/s.exec(text) ?? [];
  switch (kind) {
    case 'tab':
    case 'null':
    case 'pts':
    case 'xterm':
      return rest === undefined ? { kind } : `nothing comes after ${kind}`;
    case 'port':
      return /^[1-9]\d{0,4}$/.test(rest ?? '')
        ? checked({ kind, port: Number(rest) }, 'a port is a number from 1 to 65535')
        : 'a port is a number from 1 to 65535, as in port:9000';
    case 'tty':
      return checked({ kind, device: rest ?? '' }, badPath(rest, 'tty:/dev/tty8'));
    case 'fd': {
      const path = readFile(text);
      return typeof path === 'object' ? checked({ kind, ...both(path.path) }, badPath(rest, FILE)) : path;
    }
    case 'none':
      return 'a line that leads nowhere is left out';
    case 'pty':
      return 'pty needs BSD terminals, which no computer has any more; use pts';
    default:
      return `there is no channel ${kind || '“”'}; there are tab, null, fd, port, pts, tty and xterm`;
  }
}

const FILE = 'fd:/tmp/in,fd:/tmp/out';
const both = (path: string | null) => ({ input: path, output: path });

/** Input and output apart: only files can be. */
function readPair(before: string, behind: string): Channel | string {
  if (behind.includes(',')) return 'a line has one input and one output';
  const input = readFile(before);
  const output = readFile(behind);
  if (typeof input === 'string') return input;
  if (typeof output === 'string') return output;
  return checked({ kind: 'fd', input: input.path, output: output.path }, badPath('', FILE));
}

function readFile(text: string): { path: string | null } | string {
  if (text === 'null') return { path: null };
  if (/^fd:\d*$/.test(text))
    return `a number of a descriptor means nothing to Paddock; name the file, as in ${FILE}`;
  return text.startsWith('fd:')
    ? { path: text.slice(3) }
    : `only fd: and null can stand beside a comma, as in ${FILE}`;
}

function checked(channel: Channel, why: string): Channel | string {
  const parsed = channelSchema.safeParse(channel);
  return parsed.success ? parsed.data : why;
}

const badPath = (path: string | undefined, example: string): string =>
  path === undefined
    ? `it needs a path, as in ${example}`
    : `a path starts with / and has no spaces and commas, as in ${example}`;
