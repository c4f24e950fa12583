import { useRef, useState } from 'react';
import { describeError } from '@shared/errors/paddock-error.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { VmChanges } from '@shared/vms/vm-spec.js';
import { callHost } from '../../stores/connection-store.js';

/** A setting of a machine. */
export type SettingName = keyof VmChanges;

/** Saving settings one by one, and what became of each. */
export interface Settings {
  /** True when the host took it. */
  save: <N extends SettingName>(name: N, value: NonNullable<VmChanges[N]> | null) => Promise<boolean>;
  /** Why the host refused the last change of it. */
  errorOf: (name: SettingName) => string | null;
  /** A person types again: what was wrong before is no longer of interest. */
  forget: (name: SettingName) => void;
  /** What was saved last. */
  saved: SettingName | null;
}

/** The settings of a machine are saved as soon as each is changed. */
export function useSettings(id: VmId): Settings {
  const [errors, setErrors] = useState<Partial<Record<SettingName, string>>>({});
  const [saved, setSaved] = useState<SettingName | null>(null);
  // One after the other: the host takes a change against what it has at that moment.
  const last = useRef<Promise<unknown>>(Promise.resolve());
  const setError = (name: SettingName, text: string): void =>
    setErrors((before) => ({ ...before, [name]: text }));
  return {
    save: async (name, value) => {
      const changes = { [name]: value } as VmChanges;
      const call = last.current.then(() => callHost('vms.configure', { id, changes }));
      last.current = call;
      const outcome = await call;
      if (outcome.ok) {
        setError(name, '');
        setSaved(name);
        return true;
      }
      const { sentence, fix } = describeError(outcome.error);
      setError(name, `${sentence} ${fix}`.trim());
      setSaved(null);
      return false;
    },
    errorOf: (name) => errors[name] || null,
    forget: (name) => {
      setError(name, '');
      setSaved(null);
    },
    saved,
  };
}
