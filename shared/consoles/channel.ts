import { z } from 'zod';
import { compareConsoles, lineNameSchema, allLines, type LineName } from './console-name.js';

/** A path among UML's arguments: a comma would end a channel, a space the argument. */
const channelPath = z
  .string()
  .max(4095)
  .regex(/^\/[^\s,\p{Cc}]*$/u, 'an absolute path without spaces and commas');

/**
 * Where a line of a machine leads (arch/um/drivers/chan_kern.c; "Console and serial lines" in the UML HowTo).
 * `tab` is Paddock's own: a tab in the window, a log on disk, a live size.
 */
export const channelSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tab') }),
  /** It exists, and nobody listens. */
  z.strictObject({ kind: z.literal('null') }),
  /** Files, pipes or devices of the host, opened by Paddock; null: /dev/null. */
  z.strictObject({ kind: z.literal('fd'), input: channelPath.nullable(), output: channelPath.nullable() }),
  /** A TCP port that UML itself listens on, at every address of this computer. */
  z.strictObject({ kind: z.literal('port'), port: z.int().min(1).max(65_535) }),
  /** A pseudo terminal that UML makes and the kernel's log names. */
  z.strictObject({ kind: z.literal('pts') }),
  /** A terminal of the host. */
  z.strictObject({ kind: z.literal('tty'), device: channelPath }),
  /** A window of a terminal emulator on the desktop. */
  z.strictObject({ kind: z.literal('xterm') }),
]);
export type Channel = z.infer<typeof channelSchema>;
export type ChannelKind = Channel['kind'];

/** One line of a machine and where it leads. */
export const consoleSpecSchema = z.strictObject({ line: lineNameSchema, channel: channelSchema });
export type ConsoleSpec = z.infer<typeof consoleSpecSchema>;

/** The lines of a machine, each once. All others lead nowhere. */
export const consolesSchema = z
  .array(consoleSpecSchema)
  .max(allLines.length)
  .refine((list) => new Set(list.map(({ line }) => line)).size === list.length, 'each line only once')
  .transform((list) => list.toSorted((a, b) => compareConsoles(a.line, b.line)));

/** The kernel's option without which it has no such channel; null: it always has it (arch/um/drivers/Makefile). */
export const channelOption: Readonly<Record<ChannelKind, string | null>> = {
  tab: null,
  fd: null,
  null: 'CONFIG_NULL_CHAN',
  port: 'CONFIG_PORT_CHAN',
  pts: 'CONFIG_PTY_CHAN',
  tty: 'CONFIG_TTY_CHAN',
  xterm: 'CONFIG_XTERM_CHAN',
};

/** The kernel's option without which it has no serial lines. */
export const SERIAL_OPTION = 'CONFIG_SSL';

/** Whether UML starts programs for some of them: in.telnetd, terminal emulators, port-helper. */
export function needHelpers(consoles: readonly ConsoleSpec[]): boolean {
  return consoles.some(({ channel }) => channel.kind === 'port' || channel.kind === 'xterm');
}

/** The lines con0 to con(count-1), each a tab. */
export function tabConsoles(count: number): ConsoleSpec[] {
  return allLines.slice(0, count).map((line) => ({ line, channel: { kind: 'tab' } }));
}

/** Those that are tabs of Paddock's. */
export function tabLines(consoles: readonly ConsoleSpec[]): LineName[] {
  return consoles.filter(({ channel }) => channel.kind === 'tab').map(({ line }) => line);
}
