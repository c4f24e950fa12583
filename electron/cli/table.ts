import { visibleControls } from '@shared/consoles/visible-controls.js';

/** Rows as aligned columns, for people; programs use --json. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [head, ...rows].map((row) => row.map(oneLine));
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  for (const row of all) {
    process.stdout.write(
      `${row
        .map((cell, n) => cell.padEnd(widths[n] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
}

/** What is said of one thing, a line each. */
export function printFacts(facts: readonly { what: string; text: string }[]): void {
  const width = Math.max(...facts.map(({ what }) => what.length)) + 2;
  for (const { what, text } of facts) process.stdout.write(`${`${what}:`.padEnd(width)}${oneLine(text)}\n`);
}

/** Whatever a guest says, it stays one line, and does nothing to the terminal. */
export function oneLine(text: string): string {
  return visibleControls(text).replaceAll('\n', ' ');
}

/** A value as JSON, for programs; it does nothing to a terminal either. */
export function printJson(value: unknown): void {
  const json = JSON.stringify(value, null, 2);
  process.stdout.write(
    `${json.replace(/[\u007f-\u009f]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)}\n`,
  );
}
