import { readFileSync } from 'node:fs';

/** How many processes Linux has killed for want of memory since it started, those of memory groups included (/proc/vmstat). */
export function oomKills(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
