import { z } from 'zod';
import { debugTools, isDebugTool, type DebugTool } from '../debug/debug-tool.js';

/** con0 to con15 and ssl0 to ssl15 can be chosen: UML has 16 consoles (`MAX_TTYS`, arch/um/drivers/stdio_console.c). */
export const LINES_OF_A_KIND = 16;

type LineNumber = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15;
/** A console (`con`) or a serial line (`ssl`) of UML, as its arguments name it. */
export type LineName = `${'con' | 'ssl'}${LineNumber}`;
/** What a tab shows: a line, the spare console of a machine whose own were lost, or a program that debugs its kernel. */
export type ConsoleName = LineName | typeof RESCUE_CONSOLE | DebugTool;
/** The spare console behind the machine's own: see rescue-console. */
export const RESCUE_CONSOLE = 'rescue';

const isLineName = (text: unknown): boolean =>
  typeof text === 'string' && /^(?:con|ssl)(?:\d|1[0-5])$/.test(text);

export const lineNameSchema = z.custom<LineName>(isLineName, 'con0 to con15 or ssl0 to ssl15');
export const consoleNameSchema = z.custom<ConsoleName>(
  (text) => text === RESCUE_CONSOLE || isLineName(text) || (typeof text === 'string' && isDebugTool(text)),
  'con0 to con15, ssl0 to ssl15, rescue, gdb or strace',
);

/** All lines: con0, con1 ... con15, ssl0 ... ssl15. */
export const allLines: readonly LineName[] = (['con', 'ssl'] as const).flatMap((kind) =>
  Array.from({ length: LINES_OF_A_KIND }, (_, number) => `${kind}${number}` as LineName),
);

/** Every console that a machine may have a log of. */
export const allConsoles: readonly ConsoleName[] = [...allLines, RESCUE_CONSOLE, ...debugTools];

/** The order of tabs: con0, con1 ... ssl0 ... rescue, gdb, strace. */
export function compareConsoles(a: ConsoleName, b: ConsoleName): number {
  return allConsoles.indexOf(a) - allConsoles.indexOf(b);
}

/** Kind and number of a line. */
export function lineParts(line: LineName): { kind: 'con' | 'ssl'; number: number } {
  return { kind: line.startsWith('con') ? 'con' : 'ssl', number: Number(line.slice(3)) };
}

/** What the guest calls a line: `tty0` for con0, `ttyS0` for ssl0. */
export function guestDevice(line: LineName): string {
  const { kind, number } = lineParts(line);
  return `${kind === 'con' ? 'tty' : 'ttyS'}${number}`;
}
