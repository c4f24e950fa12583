/** A short time for people, of three digits: "143 ns", "15.0 µs", "1.59 ms". */
export function timeText(ns: number): string {
  const units = [
    ['ns', 1],
    ['µs', 1e3],
    ['ms', 1e6],
    ['s', 1e9],
  ] as const;
  const [unit, size] = units.findLast(([, least]) => ns >= least * 0.9995) ?? units[0];
  return `${digits(ns / size)} ${unit}`;
}

/** A ratio for people: "× 105", "× 4.3". */
export function timesText(ratio: number): string {
  return `× ${digits(ratio)}`;
}

function digits(value: number): string {
  if (value >= 99.95) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(value >= 9.995 ? 1 : 2);
}
