import { useState } from 'react';
import { describeError } from '@shared/errors/paddock-error.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { callHost } from '../../stores/connection-store.js';
import { TextSetting } from './text-setting.js';

/** Memory that is taken from a guest while it runs, at once. */
export function MemoryTaken({ vm }: { vm: VmView }) {
  const [error, setError] = useState<string | null>(null);
  const take = async (typed: string): Promise<boolean> => {
    const outcome = await callHost('vms.takeMemory', { id: vm.id, takenMiB: Number(typed) });
    setError(outcome.ok ? null : describeError(outcome.error).sentence);
    return outcome.ok;
  };
  return (
    <div className="memorytaken">
      <TextSetting
        label="Taken from the guest now"
        unit="MB"
        inputMode="numeric"
        value={String(vm.memoryTakenMiB)}
        fault={(typed) =>
          /^\d{1,7}$/.test(typed.trim()) ? null : 'A whole number of MB; 0 gives all of it back.'
        }
        onType={() => setError(null)}
        onSave={take}
      />
      <p className={error === null ? 'hint' : 'hint err'} role={error === null ? undefined : 'alert'}>
        {error ?? 'Given back to this computer at once, as far as the guest has it to spare.'}
      </p>
    </div>
  );
}
