import type { CallInput } from '@shared/api/calls.js';
import { tabConsoles } from '@shared/consoles/channel.js';
import { LINES_OF_A_KIND } from '@shared/consoles/console-name.js';
import { draftedLines, type LineDraft } from './line-draft.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { isVmName, nearestVmName } from '@shared/vms/vm-name.js';
import { MEMORY_MIN_MIB, MEMORY_SAFE_MIB } from '@shared/vms/vm-spec.js';

/** What stands in the fields of the New machine dialog, as typed. */
export interface MachineDraft {
  name: string;
  image: string;
  /** Path of a kernel, or OTHER_KERNEL with the path in `kernelFile`. */
  kernel: string;
  kernelFile: string;
  memory: string;
  /** How many tabs, or the lines in `lines` when these were chosen one by one. */
  consoles: string;
  lines: readonly LineDraft[] | null;
  start: boolean;
  /** Give the guest tools to an image that doesn't carry them. */
  addGuestTools: boolean;
}

/** Choice of the kernel field that asks for a path. */
export const OTHER_KERNEL = 'other';

/** What is wrong with each field; a field that is right is absent. */
export interface DraftFaults {
  name?: { text: string; nearest: string };
  kernelFile?: string;
  memory?: string;
  consoles?: string;
}

/** Everything that the host would refuse and that can be known here. */
export function draftFaults(draft: MachineDraft, takenNames: ReadonlySet<string>): DraftFaults {
  const faults: DraftFaults = {};
  const { name } = draft;
  if (name === '') faults.name = { text: 'It needs a name.', nearest: '' };
  else if (!isVmName(name))
    faults.name = {
      text: 'Only a to z, 0 to 9 and -, at most 40, not starting with -.',
      nearest: nearestVmName(name),
    };
  else if (takenNames.has(name))
    faults.name = { text: `There is a machine called ${name} already.`, nearest: '' };
  const memory = memoryFault(draft.memory);
  if (memory !== null) faults.memory = memory;
  const consoles = wholeNumber(draft.consoles);
  if (draft.lines !== null) {
    if (draftedLines(draft.lines) === null) faults.consoles = 'A line is not complete.';
  } else if (consoles === null || consoles < 1 || consoles > LINES_OF_A_KIND)
    faults.consoles = `1 to ${LINES_OF_A_KIND}.`;
  if (draft.kernel === OTHER_KERNEL && !draft.kernelFile.startsWith('/'))
    faults.kernelFile = 'The whole path, starting with /.';
  return faults;
}

/** What is wrong with an amount of memory that was typed, or null. */
export function memoryFault(typed: string): string | null {
  const memory = wholeNumber(typed);
  if (memory === null) return 'A whole number of MB.';
  return memory < MEMORY_MIN_MIB ? `No kernel boots with less than ${MEMORY_MIN_MIB} MB.` : null;
}

/** A remark on an amount of memory that is allowed but may not be enough. */
export function memoryWarning(typed: string): string | null {
  const memory = wholeNumber(typed);
  if (memory === null || memory < MEMORY_MIN_MIB || memory >= MEMORY_SAFE_MIB) return null;
  return `Some kernels don’t boot with less than ${MEMORY_SAFE_MIB} MB.`;
}

/** The call that makes the machine. */
export function createInput(draft: MachineDraft): CallInput<'vms.create'> {
  return {
    name: draft.name,
    image: draft.image,
    memoryMiB: Number(draft.memory),
    kernelPath: draft.kernel === OTHER_KERNEL ? draft.kernelFile : draft.kernel || null,
    consoles: draft.lines === null ? tabConsoles(Number(draft.consoles)) : (draftedLines(draft.lines) ?? []),
    start: draft.start,
    addGuestTools: draft.addGuestTools,
  };
}

/** Kernels with the newest version first. */
export function newestFirst(kernels: Readonly<Record<string, Kernel>>): Kernel[] {
  const collator = new Intl.Collator('en', { numeric: true });
  return Object.values(kernels).sort(
    (a, b) => collator.compare(b.version, a.version) || collator.compare(a.path, b.path),
  );
}

function wholeNumber(typed: string): number | null {
  return /^\d{1,7}$/.test(typed.trim()) ? Number(typed) : null;
}
