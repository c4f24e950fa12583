import { layerNameSchema } from '@shared/layers/layer.js';
import { freeVmName, isVmName, VM_NAME_MAX_LENGTH } from '@shared/vms/vm-name.js';
import { OTHER_BASE } from './base-choices.js';

/** Most machines that are made at once. */
export const COUNT_MAX = 20;

/** Who gets the layer. */
export type LayerFor = 'machines' | 'disk' | 'free';

/** What stands in the fields of the New layer dialog, as typed. */
export interface LayerDraft {
  base: string;
  path: string;
  for: LayerFor;
  /** Name of the machine, or what the names of several begin with; null: as proposed. */
  vmName: string | null;
  count: string;
  /** The machine that gets one more disk. */
  vmId: string;
  name: string;
  note: string;
}

/** What is wrong with each field; a field that is right is absent. */
export interface LayerFaults {
  path?: string;
  vmName?: string;
  count?: string;
  vmId?: string;
  name?: string;
}

/** How many machines are asked for; null when that is no number of machines. */
export function countOf(typed: string): number | null {
  const count = /^\d{1,3}$/.test(typed.trim()) ? Number(typed) : 0;
  return count >= 1 && count <= COUNT_MAX ? count : null;
}

/** The names of the machines: one alone has the name as it is, several are NAME-1, NAME-2 ... as far as they are free. */
export function machineNames(stem: string, count: number, taken: ReadonlySet<string>): string[] {
  if (count === 1) return [stem];
  const names: string[] = [];
  for (let n = 1; names.length < count; n += 1) {
    const suffix = `-${n}`;
    const name = stem.slice(0, VM_NAME_MAX_LENGTH - suffix.length) + suffix;
    if (!taken.has(name)) names.push(name);
  }
  return names;
}

/** What stands in the field of the name: for one machine a name that is free. */
export function shownName({ vmName, count }: LayerDraft, stem: string, taken: ReadonlySet<string>): string {
  return vmName ?? ((countOf(count) ?? 1) > 1 ? stem : freeVmName(stem, taken));
}

/** Everything that the host would refuse and that can be known here. */
export function layerFaults(draft: LayerDraft, vmName: string, taken: ReadonlySet<string>): LayerFaults {
  const faults: LayerFaults = {};
  if (draft.base === OTHER_BASE && !draft.path.trim().startsWith('/'))
    faults.path = 'The whole path, starting with /.';
  if (draft.for === 'machines') {
    const count = countOf(draft.count);
    if (count === null) faults.count = `1 to ${COUNT_MAX}.`;
    if (!isVmName(vmName)) faults.vmName = 'Only a to z, 0 to 9 and -, at most 40, not starting with -.';
    else if (count === 1 && taken.has(vmName))
      faults.vmName = `There is a machine called ${vmName} already. ${freeVmName(vmName, taken)} is free.`;
  }
  if (draft.for === 'disk' && draft.vmId === '') faults.vmId = 'Choose a machine.';
  if (draft.for === 'free' && !layerNameSchema.safeParse(draft.name).success)
    faults.name = '1 to 80 characters, on one line.';
  return faults;
}
