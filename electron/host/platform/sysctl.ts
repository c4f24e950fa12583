import { readFileSync } from 'node:fs';

/** A number among the settings of the host's kernel, null where it has none of that name. */
export function sysctl(name: string): number | null {
  try {
    return Number(readFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, 'utf8'));
  } catch {
    return null;
  }
}
