import type { HostState } from '@shared/api/state.js';
import type { Base } from '@shared/layers/layer.js';
import { baseStateText } from '@shared/layers/layer-state-text.js';
import { formatBytes } from '../../lib/format.js';
import type { Choice } from '../../ui/select-field.js';

/** The choice of a disk that is no image of the library. */
export const OTHER_BASE = 'other';
/** The choice of the tiny Linux while it isn't made. */
export const TINY = 'tiny';

/** Why a base can't be used, in a word or two: for a layer on it, or for a full copy of it. */
export function reasonAgainstBase(base: Base, use: 'layer' | 'copy'): string | null {
  // What can't carry layers can still be copied.
  if (base.state.kind === 'ok' || (use === 'copy' && base.state.kind === 'unfit')) return null;
  return baseStateText(base.state).sentence;
}

/** What can be chosen as a base: every one that is known, the tiny Linux, any file. Bad ones stay, with the reason. */
export function baseChoices({ bases }: Pick<HostState, 'bases'>, use: 'layer' | 'copy'): Choice[] {
  const known = Object.values(bases).sort((a, b) => a.name.localeCompare(b.name));
  const hasTiny = known.some(({ imageId }) => imageId?.startsWith('tiny'));
  return [
    ...(hasTiny ? [] : [{ value: TINY, title: 'Tiny Linux', text: 'BusyBox, made here in a moment' }]),
    ...known.map((base) => ({
      value: base.id,
      title: base.name,
      text: formatBytes(base.sizeBytes),
      reason: reasonAgainstBase(base, use),
    })),
    { value: OTHER_BASE, title: 'A file…', text: 'any disk of this computer' },
  ];
}

/** How the host is told which base is meant: an image's id, a path, or the tiny Linux. */
export function imageOf({ bases }: Pick<HostState, 'bases'>, choice: string, path: string): string {
  if (choice === OTHER_BASE) return path.trim();
  const base = bases[choice];
  return base ? (base.imageId ?? base.path) : choice;
}
