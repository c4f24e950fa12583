import type { IBufferRange, ILink, Terminal } from '@xterm/xterm';
import { claimsOther, findAddresses, openableAddress } from '@shared/consoles/link-address.js';
import { ask } from './console-questions.js';

/** Rows joined to look for an address that was wrapped; 40 rows of 80 are more than the longest. */
const ROWS_MAX = 40;

/** The links of a terminal: addresses in its text, and those that its guest put behind text (OSC 8). */
export class TerminalLinks {
  /** The address under the pointer. */
  hovered: string | null = null;

  constructor(private readonly terminal: Terminal) {
    terminal.registerLinkProvider({
      provideLinks: (row, give) => give(this.linksIn(row)),
    });
    terminal.options.linkHandler = {
      activate: (event, address, range) => askToOpen(event, address, textOf(terminal, range)),
      hover: (_event, address) => (this.hovered = address),
      leave: () => (this.hovered = null),
    };
  }

  private isStillThere(row: number, address: string): boolean {
    return findAddresses(lineAround(this.terminal, row - 1).text).some((found) => found.address === address);
  }

  private linksIn(row: number): ILink[] {
    const { text, cells } = lineAround(this.terminal, row - 1);
    return findAddresses(text).flatMap(({ at, length, address }) => {
      const start = cells[at];
      const end = cells[at + length - 1];
      if (!start || !end) return [];
      return {
        range: { start, end },
        text: address,
        activate: (event: MouseEvent) => {
          // xterm keeps the links of a row while the pointer rests on it, also when the row's text has gone.
          if (this.isStillThere(row, address)) askToOpen(event, address, address);
        },
        hover: () => (this.hovered = address),
        leave: () => (this.hovered = null),
      };
    });
  }
}

/** Asks whether an address is opened. Nothing is opened by a click alone, and nothing that may not be. */
function askToOpen(event: MouseEvent, address: string, text: string): void {
  if (event.button !== 0) return;
  const found = openableAddress(address);
  if (!found) return;
  const warnings = claimsOther(text, found.host)
    ? [...found.warnings, 'text-differs' as const]
    : found.warnings;
  ask({ kind: 'link', address: { ...found, warnings }, text });
}

interface Place {
  x: number;
  y: number;
}

/** The line that a row is part of, unwrapped, and the cell of each of its UTF-16 units, counted from 1. */
function lineAround({ buffer: { active }, cols }: Terminal, row: number): { text: string; cells: Place[] } {
  let first = row;
  while (first > 0 && row - first < ROWS_MAX && active.getLine(first)?.isWrapped) first -= 1;
  let text = '';
  const cells: Place[] = [];
  for (let at = first; at < first + ROWS_MAX * 2; at += 1) {
    const line = active.getLine(at);
    if (!line || (at > first && !line.isWrapped)) break;
    for (let x = 0; x < cols; x += 1) {
      const cell = line.getCell(x);
      // The second half of a wide character.
      if (!cell || cell.getWidth() === 0) continue;
      const letters = cell.getChars() || ' ';
      text += letters;
      for (let n = 0; n < letters.length; n += 1) cells.push({ x: x + 1, y: at + 1 });
    }
  }
  return { text, cells };
}

function textOf({ buffer: { active } }: Terminal, { start, end }: IBufferRange): string {
  let text = '';
  for (let y = start.y; y <= Math.min(end.y, start.y + ROWS_MAX); y += 1)
    text +=
      active
        .getLine(y - 1)
        ?.translateToString(false, y === start.y ? start.x - 1 : 0, y === end.y ? end.x : undefined) ?? '';
  return text.trim();
}
