import { RESCUE_CONSOLE, guestDevice } from '@shared/consoles/console-name.js';
import { isDebugTool } from '@shared/debug/debug-tool.js';
import { log } from '../platform/log.js';
import { mountShares } from '../vms/shares.js';
import type { VmFiles } from '../vms/vm-files.js';
import type { VmRecord } from '../vms/vm-record.js';
import { GuestTools } from './guest-tools.js';

/** Listens for the guest tools of a run that begins, and keeps in mind whether the guest has them. */
export function attachGuestTools(vm: VmRecord, files: VmFiles): GuestTools {
  const { process } = vm;
  // Consoles work by pipe from the next start on, or no more: what runs stays as it is.
  const expect = (guestTools: boolean): void => {
    if (vm.spec.guestTools === guestTools) return;
    vm.spec = { ...vm.spec, guestTools };
    files
      .saveSpec(vm.spec)
      .catch((error: Error) => log('error', 'spec not saved', { name: vm.spec.name, error: error.message }));
  };
  return new GuestTools({
    name: vm.spec.name,
    wire: (wire) => process?.guestTools(wire),
    nudge: () => process?.nudge(),
    sizes: () =>
      new Map(
        [...vm.sizes].flatMap(([console, size]) =>
          console === RESCUE_CONSOLE || isDebugTool(console) || process?.tellsSize(console) !== false
            ? []
            : [[guestDevice(console), size] as const],
        ),
      ),
    isPaused: () => vm.state === 'paused' || vm.debug.isStopped,
    becameReady: (version) => {
      expect(true);
      vm.note({ kind: 'ready', version });
      vm.announce();
      void mountShares(vm, vm.startedShares);
    },
    areMissing: () => {
      expect(false);
      vm.announce();
    },
    changed: () => vm.announce(),
  });
}
