import { useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { VmAction } from '@shared/vms/vm-actions.js';
import { vmActionAllowance } from '@shared/vms/vm-actions.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { callHost } from '../../stores/connection-store.js';

/** What a machine can be asked directly; the others ask in a dialog first. */
export type DirectAction =
  | Exclude<VmAction, 'delete' | 'merge' | 'control' | 'snapshot' | 'branch' | 'restore'>
  | 'stopWaiting'
  | 'waitLonger';

/** What “Wait longer” gives a guest that shuts down. */
const LONGER_S = 60;

/** Asking a machine for something, and what became of it. */
export interface MachineAction {
  ask: (action: DirectAction) => void;
  /** What the last call was refused with. */
  error: PaddockError | null;
  /** Why an action can't be asked for now, or null. */
  reasonAgainst: (action: VmAction) => string | null;
}

/**
 * The actions of a machine. One that was asked for stays pending until the host's state moves on, never longer.
 * `onStart`: a start was accepted.
 */
export function useMachineAction(vm: VmView, onStart: () => void): MachineAction {
  // What was asked in an earlier state, or of another machine, is settled.
  const moment = `${vm.id} ${vm.stateSince} ${vm.waiting?.vmId ?? ''}`;
  const [pending, setPending] = useState<{ action: DirectAction; moment: string } | null>(null);
  const [refusal, setRefusal] = useState<{ error: PaddockError; moment: string } | null>(null);

  const ask = async (action: DirectAction): Promise<void> => {
    setRefusal(null);
    setPending({ action, moment });
    const outcome =
      action === 'shutdown' || action === 'halt' || action === 'force'
        ? await callHost('vms.stop', { id: vm.id, how: action })
        : action === 'waitLonger'
          ? await callHost('vms.waitLonger', { id: vm.id, seconds: LONGER_S })
          : await callHost(`vms.${action}`, { id: vm.id });
    if (outcome.ok) {
      if (action === 'start') onStart();
      return;
    }
    setPending(null);
    setRefusal({ error: outcome.error, moment });
  };
  return {
    ask: (action) => void ask(action),
    error: refusal?.moment === moment ? refusal.error : null,
    reasonAgainst: (action) => {
      const allowance = vmActionAllowance(action, vm.state);
      if (!allowance.allowed) return allowance.reason;
      return pending?.action === action && pending.moment === moment
        ? 'It was asked for a moment ago.'
        : null;
    },
  };
}
