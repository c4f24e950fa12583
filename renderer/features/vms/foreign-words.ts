import type { Foreign } from '@shared/vms/foreign.js';
import type { VmState } from '@shared/vms/vm-state.js';

/** The state of a machine that isn't Paddock's, in words. */
export function foreignStateName(state: Foreign['state']): string {
  return state === 'silent' ? 'does not answer' : state;
}

/** The shape that stands for it: one that doesn't answer has a process all the same. */
export function foreignStateShape(state: Foreign['state']): VmState {
  return state === 'paused' ? 'paused' : 'running';
}
