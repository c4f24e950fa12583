import type { CallInput } from '@shared/api/calls.js';
import type { MergeEngine } from '@shared/layers/merge-plan.js';

/** The merge of a machine's first layer into a new image. */
export function mergeOf(
  vmId: string,
  imageName: string,
  engine: MergeEngine = 'uml_moo',
): CallInput<'layers.merge'> {
  return { ...planOf(vmId, imageName, engine), verify: false, confirm: null };
}

/** What is asked for the plan of it. */
export function planOf(
  vmId: string,
  imageName: string,
  engine: MergeEngine = 'uml_moo',
): CallInput<'layers.planMerge'> {
  return { layerId: `${vmId}.0`, target: { kind: 'image', name: imageName }, engine };
}
