import { useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { callHost } from '../../../stores/connection-store.js';
import { selectKernelRow } from '../../../stores/kernels-store.js';
import { Button } from '../../../ui/button.js';
import { ChevronDownIcon, PlayIcon, RestartIcon } from '../../../ui/icons.js';
import { Menu, MenuItem } from '../../../ui/menu.js';

/** What the buttons take. */
interface BuildAgainProps {
  kernel: Kernel;
  vms: readonly VmView[];
  onError: (error: PaddockError | null) => void;
}

/** Builds a kernel again with what changed in its source, and in the same go boots a machine with it. */
export function BuildAgain({ kernel, vms, onError }: BuildAgainProps) {
  const [isAsking, setIsAsking] = useState(false);
  const again = async (boot: VmView['id'] | null): Promise<void> => {
    setIsAsking(true);
    const outcome = await callHost('kernels.buildAgain', { path: kernel.path, boot });
    setIsAsking(false);
    onError(outcome.ok ? null : outcome.error);
    if (outcome.ok) selectKernelRow(`job:${outcome.value.jobId}`);
  };
  const reason = isAsking ? 'It is about to begin.' : null;
  // Who has this kernel already is meant first.
  const machines = vms
    .filter(({ state }) => state !== 'broken')
    .toSorted(
      (a, b) =>
        Number(b.kernelPath === kernel.path) - Number(a.kernelPath === kernel.path) ||
        a.name.localeCompare(b.name, 'en', { numeric: true }),
    );
  return (
    <>
      <Button icon={<RestartIcon />} reason={reason} onClick={() => void again(null)}>
        Build again
      </Button>
      {machines.length === 0 ? (
        <Button icon={<PlayIcon />} reason="There is no machine yet.">
          Build and boot
        </Button>
      ) : (
        <Menu
          trigger={
            <Button icon={<PlayIcon />} reason={reason}>
              Build and boot <ChevronDownIcon size="s" />
            </Button>
          }
        >
          {machines.map((vm) => (
            <MenuItem
              key={vm.id}
              title={vm.name}
              text={wordsFor(vm, vm.kernelPath === kernel.path)}
              onChoose={() => void again(vm.id)}
            />
          ))}
        </Menu>
      )}
    </>
  );
}

function wordsFor({ state }: VmView, hasIt: boolean): string {
  const how = isLive(state) ? 'is shut down and started' : 'is started';
  return hasIt ? `has this kernel; ${how}` : `gets this kernel; ${how}`;
}
