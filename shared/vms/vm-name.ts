import { z } from 'zod';

/** Longest machine name. UML itself takes umids of up to 63 characters; shorter keeps socket paths under 108 bytes. */
export const VM_NAME_MAX_LENGTH = 40;

const pattern = /^[a-z0-9][a-z0-9-]*$/;

/**
 * A machine's name, which is also its umid: 1 to 40 of a-z, 0-9 and '-', not starting with '-'.
 * Nothing in it can end a kernel argument or begin another.
 */
export const vmNameSchema = z.string().min(1).max(VM_NAME_MAX_LENGTH).regex(pattern);

/** True when `name` may be given to a machine. */
export function isVmName(name: string): boolean {
  return vmNameSchema.safeParse(name).success;
}

/** The nearest allowed name to what somebody typed, or '' when nothing of it can stay. */
export function nearestVmName(typed: string): string {
  return typed
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, VM_NAME_MAX_LENGTH)
    .replace(/-+$/, '');
}

/** The first of `stem`, `stem-2`, `stem-3` ... that is not in `taken`. */
export function freeVmName(stem: string, taken: ReadonlySet<string>): string {
  if (!taken.has(stem)) return stem;
  for (let n = 2; ; n += 1) {
    const suffix = `-${n}`;
    const name = stem.slice(0, VM_NAME_MAX_LENGTH - suffix.length) + suffix;
    if (!taken.has(name)) return name;
  }
}
