import { channelSchema, type Channel, type ChannelKind, type ConsoleSpec } from '@shared/consoles/channel.js';
import { allLines, compareConsoles, type LineName } from '@shared/consoles/console-name.js';

/** A line as it stands in the editor: what was typed may not be right, or whole, yet. */
export interface LineDraft {
  line: LineName;
  kind: ChannelKind;
  /** The port, the terminal, or the file to read from. */
  first: string;
  /** The file to write to. */
  second: string;
}

/** A line as the editor shows it. */
export function lineDraft({ line, channel }: ConsoleSpec): LineDraft {
  const [first, second] = fieldsOf(channel);
  return { line, kind: channel.kind, first, second };
}

function fieldsOf(channel: Channel): [string, string] {
  switch (channel.kind) {
    case 'port':
      return [String(channel.port), ''];
    case 'tty':
      return [channel.device, ''];
    case 'fd':
      return [channel.input ?? '', channel.output ?? ''];
    case 'tab':
    case 'null':
    case 'pts':
    case 'xterm':
      return ['', ''];
  }
}

/** The line that a draft means; null while it is not whole or not right. */
export function draftedLine({ line, kind, first, second }: LineDraft): ConsoleSpec | null {
  const path = (text: string): string | null => (text.trim() === '' ? null : text.trim());
  const channel = channelSchema.safeParse(
    kind === 'port'
      ? { kind, port: /^\d{1,5}$/.test(first.trim()) ? Number(first) : 0 }
      : kind === 'tty'
        ? { kind, device: first.trim() }
        : kind === 'fd'
          ? { kind, input: path(first), output: path(second) }
          : { kind },
  );
  return channel.success ? { line, channel: channel.data } : null;
}

/** All lines that the drafts mean; null when one of them is not right yet. */
export function draftedLines(drafts: readonly LineDraft[]): ConsoleSpec[] | null {
  const lines = drafts.map(draftedLine);
  return lines.every((line) => line !== null)
    ? lines.toSorted((a, b) => compareConsoles(a.line, b.line))
    : null;
}

/** What is wrong with what was typed into a field; null also for one that is still empty. */
export function fieldFault(kind: ChannelKind, typed: string): string | null {
  const text = typed.trim();
  if (text === '') return null;
  if (kind === 'port') return /^\d+$/.test(text) && +text >= 1 && +text <= 65_535 ? null : '1 to 65535.';
  return /^\/[^\s,]*$/.test(text) ? null : 'The whole path, starting with /, without spaces and commas.';
}

/** The lines that nobody chose: the next console first, then the next serial line, then all others. */
export function freeLines(used: readonly { line: LineName }[]): LineName[] {
  const free = allLines.filter((line) => !used.some((other) => other.line === line));
  const next = (['con', 'ssl'] as const).flatMap((kind) => free.find((line) => line.startsWith(kind)) ?? []);
  return [...next, ...free.filter((line) => !next.includes(line))];
}
