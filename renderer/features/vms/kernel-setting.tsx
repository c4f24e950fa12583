import { useState } from 'react';
import type { Image } from '@shared/images/image.js';
import { abilityChanges, abilityChangeText } from '@shared/kernels/abilities.js';
import { newestFirst, type Kernel } from '@shared/kernels/kernel.js';
import { kernelChangeTexts } from '@shared/vms/kernel-change.js';
import type { NetworkView } from '@shared/networks/network.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { Button } from '../../ui/button.js';
import { Note } from '../../ui/note.js';
import { SelectField } from '../../ui/select-field.js';

/** What the kernel takes. */
interface KernelSettingProps {
  vm: VmView;
  /** What it boots from, if that is one. */
  image: Image | undefined;
  kernels: Readonly<Record<string, Kernel>>;
  /** What carries them says by what its cards go. */
  networks: Readonly<Record<string, NetworkView>>;
  /** True when it was taken. */
  onSave: (path: string) => Promise<boolean>;
}

/** The kernel of a machine. What becomes of it with another one is told before it is saved. */
export function KernelSetting({ vm, image, kernels, networks, onSave }: KernelSettingProps) {
  const [wanted, setWanted] = useState<string | null>(null);
  const known = newestFirst(Object.values(kernels));
  const has = known.some(({ path }) => path === vm.kernelPath);
  const to = wanted === null ? undefined : kernels[wanted];
  const from = kernels[vm.kernelPath];
  const told = to ? kernelChangeTexts(vm, { image, networks }, from ?? null, to) : [];
  const changes = to && from ? abilityChanges(from.answers, to.answers).map(abilityChangeText) : [];
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
          <Note level={told.length > 0 ? 'warn' : 'plain'}>
            {told.length === 0 && 'Nothing that it uses changes.'}
            <ul className="kerneltold">
              {[...told, ...changes.filter((text) => !told.includes(`${text}.`))].map((text) => (
                <li key={text}>{text}</li>
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
