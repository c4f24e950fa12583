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

/** How long ago something is still called "now". */
const NOW_MS = 60_000;

/** A moment as short as a list needs it: "now", "14:03", "yesterday", "9 Nov", "Nov 2019". */
export function formatDay(iso: string, now: Date = new Date()): string {
  const date = new Date(iso);
  const ago = now.getTime() - date.getTime();
  if (ago >= 0 && ago < NOW_MS) return 'now';
  if (date.toDateString() === now.toDateString())
    return date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (date.toDateString() === yesterday.toDateString()) return 'yesterday';
  return date.toLocaleDateString(
    'en-GB',
    date.getFullYear() === now.getFullYear()
      ? { day: 'numeric', month: 'short' }
      : { month: 'short', year: 'numeric' },
  );
}

/** A count with its noun: "1 machine", "2 machines". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
