import { useState } from 'react';
import { abilityChanges, abilityChangeText } from '@shared/kernels/abilities.js';
import { newestFirst, type Kernel } from '@shared/kernels/kernel.js';
import { runModeLacks } from '@shared/kernels/run-mode.js';
import type { NetworkView } from '@shared/networks/network.js';
import { translateNics } from '@shared/networks/translate.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { Button } from '../../ui/button.js';
import { Note } from '../../ui/note.js';
import { SelectField } from '../../ui/select-field.js';

/** What the kernel takes. */
interface KernelSettingProps {
  vm: VmView;
  kernels: Readonly<Record<string, Kernel>>;
  /** What carries them says by what its cards go. */
  networks: Readonly<Record<string, NetworkView>>;
  /** True when it was taken. */
  onSave: (path: string) => Promise<boolean>;
}

/** The kernel of a machine. What another one makes of its cards is told before it is saved. */
export function KernelSetting({ vm, kernels, networks, onSave }: KernelSettingProps) {
  const [wanted, setWanted] = useState<string | null>(null);
  const known = newestFirst(Object.values(kernels));
  const has = known.some(({ path }) => path === vm.kernelPath);
  const to = wanted === null ? undefined : kernels[wanted];
  const told = to
    ? translateNics(vm.nics, kernels[vm.kernelPath] ?? null, to, networks).flatMap(({ unit, text }) =>
        text === null ? [] : [{ unit, text }],
      )
    : [];
  const from = kernels[vm.kernelPath];
  const changes = to && from ? abilityChanges(from.answers, to.answers) : [];
  const lack = to ? runModeLacks(vm.runMode, to.answers) : null;
  const save = async (path: string): Promise<void> => {
    if (await onSave(path)) setWanted(null);
  };
  return (
    <>
      <SelectField
        label="Kernel"
        value={wanted ?? vm.kernelPath}
        reason={isLive(vm.state) ? 'It runs on this one. Shut it down to choose another.' : null}
        choices={[
          ...(has ? [] : [{ value: vm.kernelPath, title: vm.kernelPath, text: 'not there any more' }]),
          ...known.map(({ path, version }) => ({ value: path, title: version, text: path })),
        ]}
        onChange={(path) => setWanted(path === vm.kernelPath ? null : path)}
      />
      {wanted !== null && (
        <>
          <Note level={told.length > 0 || lack !== null ? 'warn' : 'plain'}>
            {told.length === 0 && 'Nothing of its network cards changes.'}
            <ul className="kerneltold">
              {told.map(({ unit, text }) => (
                <li key={unit}>
                  Card {unit}: {text}
                </li>
              ))}
              {lack && (
                <li>
                  {lack.what} can’t be had with it, and the machine won’t start with that. {lack.why}
                </li>
              )}
              {changes.map((change) => (
                <li key={change.id}>{abilityChangeText(change)}</li>
              ))}
            </ul>
          </Note>
          <div className="row">
            <Button variant="primary" onClick={() => void save(wanted)}>
              Use this kernel
            </Button>
            <Button variant="quiet" onClick={() => setWanted(null)}>
              Cancel
            </Button>
          </div>
        </>
      )}
    </>
  );
}
