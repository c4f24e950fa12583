import { median } from '@shared/benchmarks/statistics.js';

/** One line of a table: a name, and what was measured for it. */
export interface Row {
  name: string;
  values: readonly number[];
}

/** Prints medians and spread for people, and everything as one line of JSON for programs. */
export function report(
  title: string,
  unit: string,
  rows: readonly Row[],
  notes: Readonly<Record<string, number | string>>,
): void {
  const width = Math.max(...rows.map((row) => row.name.length));
  const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(2)).padStart(8);
  process.stdout.write(`\n${title}\n`);
  for (const { name, values } of rows) {
    const spread =
      values.length > 1
        ? `   ${number(Math.min(...values)).trim()} to ${number(Math.max(...values)).trim()}, n=${values.length}`
        : '';
    process.stdout.write(`  ${name.padEnd(width)} ${number(median(values))} ${unit}${spread}\n`);
  }
  for (const [name, value] of Object.entries(notes))
    process.stdout.write(`  ${name}: ${typeof value === 'number' ? value.toFixed(2) : value}\n`);
  const medians = Object.fromEntries(rows.map((row) => [row.name, median(row.values)]));
  process.stdout.write(`${JSON.stringify({ bench: title, unit, medians, ...notes })}\n`);
}
