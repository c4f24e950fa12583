import { useEffect, useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { VmAction } from '@shared/vms/vm-actions.js';
import { vmActionAllowance } from '@shared/vms/vm-actions.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { callHost } from '../../stores/connection-store.js';

/** What a machine can be asked directly; delete and merge ask in a dialog first. */
export type DirectAction = Exclude<VmAction, 'delete' | 'merge'>;

/** Asking a machine for something, and what became of it. */
export interface MachineAction {
  ask: (action: DirectAction) => void;
  /** What the last call was refused with. */
  error: PaddockError | null;
  /** Why an action can't be asked for now, or null. */
  reasonAgainst: (action: VmAction) => string | null;
}

/** The actions of a machine. One that was asked for stays pending until the host's state moves on, never longer. */
export function useMachineAction(vm: VmView): MachineAction {
  const [pending, setPending] = useState<{ action: DirectAction; since: string } | null>(null);
  const [error, setError] = useState<PaddockError | null>(null);
  useEffect(() => {
    setPending(null);
    setError(null);
  }, [vm.id, vm.stateSince]);

  const ask = async (action: DirectAction): Promise<void> => {
    setError(null);
    setPending({ action, since: vm.stateSince });
    const outcome =
      action === 'start'
        ? await callHost('vms.start', { id: vm.id })
        : await callHost('vms.stop', { id: vm.id, how: action });
    if (outcome.ok) return;
    setPending(null);
    setError(outcome.error);
  };
  return {
    ask: (action) => void ask(action),
    error,
    reasonAgainst: (action) => {
      const allowance = vmActionAllowance(action, vm.state);
      if (!allowance.allowed) return allowance.reason;
      return pending?.action === action && pending.since === vm.stateSince
        ? 'It was asked for a moment ago.'
        : null;
    },
  };
}
