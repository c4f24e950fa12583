import { LINES_OF_A_KIND } from '../consoles/console-name.js';
import { MEMORY_DEFAULT_MIB, MEMORY_MIN_MIB } from './vm-spec.js';

const units: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** The memory that a UML command line asks for, in MB; what UML takes by itself (32 MB) is below what is safe. */
export function memoryOfArgv(argv: readonly string[]): number {
  // The last one counts, as it does for the kernel (memparse, lib/cmdline.c).
  const [, digits = '', unit = ''] =
    argv.map((word) => /^mem=(\d{1,12})([kKmMgG]?)$/.exec(word)).findLast((match) => match !== null) ?? [];
  if (digits === '') return MEMORY_DEFAULT_MIB;
  const mib = Math.ceil((Number(digits) * (units[unit.toLowerCase()] ?? 1)) / 2 ** 20);
  return Math.max(MEMORY_MIN_MIB, mib);
}

/** How many consoles a UML command line has a use for: con0 up to the highest that leads somewhere. */
export function consolesOfArgv(argv: readonly string[]): number {
  const highest = argv.reduce((most, word) => {
    const [, number, channel] = /^con(\d{1,2})=(\S+)$/.exec(word) ?? [];
    return number === undefined || channel === 'null' || channel === 'none'
      ? most
      : Math.max(most, Number(number));
  }, 0);
  return Math.min(LINES_OF_A_KIND, highest + 1);
}
