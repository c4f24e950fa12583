import { formatDuration } from '@shared/amounts.js';

export { formatBytes, formatDuration } from '@shared/amounts.js';

/** Time between two moments. */
export function formatBetween(from: string, to: string): string {
  return formatDuration(Date.parse(to) - Date.parse(from));
}

/** A moment: the time when it was today, else the day as well. */
export function formatMoment(iso: string, now: Date = new Date()): string {
  const date = new Date(iso);
  const time = date.toLocaleTimeString('en-GB');
  if (date.toDateString() === now.toDateString()) return time;
  const day = date.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' }),
  });
  return `${day} ${time}`;
}

/** A count with its noun: "1 machine", "2 machines". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
