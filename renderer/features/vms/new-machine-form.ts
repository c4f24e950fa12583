import type { CallInput } from '@shared/api/calls.js';
import { tabConsoles } from '@shared/consoles/channel.js';
import { LINES_OF_A_KIND } from '@shared/consoles/console-name.js';
import { draftedLines, type LineDraft } from './line-draft.js';
import type { Link } from '@shared/networks/nic.js';
import type { NetworkChoice } from './machine-network.js';
import { isVmName, nearestVmName } from '@shared/vms/vm-name.js';
import { COMPUTER_MEMORY_MIB, type HostRoot } from '@shared/vms/boot.js';
import { MEMORY_DEFAULT_MIB, MEMORY_MIN_MIB, MEMORY_SAFE_MIB } from '@shared/vms/vm-spec.js';

/** What a new machine boots from. */
export type MachineSource = 'image' | HostRoot['kind'];

/** What stands in the fields of the New machine dialog, as typed. */
export interface MachineDraft {
  name: string;
  source: MachineSource;
  image: string;
  /** Of source `folder`. */
  folder: string;
  readOnly: boolean;
  /** Path of a kernel, or OTHER_KERNEL with the path in `kernelFile`. */
  kernel: string;
  kernelFile: string;
  memory: string;
  /** How many tabs, or the lines in `lines` when these were chosen one by one. */
  consoles: string;
  lines: readonly LineDraft[] | null;
  /** Where its network card leads. */
  network: NetworkChoice;
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
  folder?: string;
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
  if (draft.source === 'folder' && !draft.folder.startsWith('/'))
    faults.folder = draft.folder === '' ? 'It needs a folder.' : 'The whole path, starting with /.';
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
export function createInput(draft: MachineDraft, link: Link | null): CallInput<'vms.create'> {
  return {
    name: draft.name,
    image: draft.image,
    ...draftedRoot(draft),
    memoryMiB: Number(draft.memory),
    kernelPath: draft.kernel === OTHER_KERNEL ? draft.kernelFile : draft.kernel || null,
    consoles: draft.lines === null ? tabConsoles(Number(draft.consoles)) : (draftedLines(draft.lines) ?? []),
    nics: link === null ? [] : [{ unit: 0, link }],
    start: draft.start,
    addGuestTools: draft.source === 'image' && draft.addGuestTools,
  };
}

function draftedRoot({ source, folder, readOnly }: MachineDraft): { root?: HostRoot } {
  if (source === 'image') return {};
  return { root: source === 'folder' ? { kind: source, path: folder, readOnly } : { kind: source } };
}

/** Name and memory that a machine of this source begins with; `image` is the name of the image that was asked for. */
export function sourceDefaults(
  source: MachineSource,
  image: string | null,
): { name: string; memory: string } {
  switch (source) {
    case 'image':
      return { name: image ?? 'tiny', memory: String(MEMORY_DEFAULT_MIB) };
    case 'folder':
      return { name: 'folder', memory: String(MEMORY_DEFAULT_MIB) };
    case 'computer':
      return { name: 'this-computer', memory: String(COMPUTER_MEMORY_MIB) };
  }
}

function wholeNumber(typed: string): number | null {
  return /^\d{1,7}$/.test(typed.trim()) ? Number(typed) : null;
}
