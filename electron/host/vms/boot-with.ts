import { failure } from '@shared/errors/paddock-error.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { ControlService } from './control-service.js';
import type { StartService } from './start-service.js';
import type { VmRecord } from './vm-record.js';
import type { VmService } from './vm-service.js';

/** Longer than the whole ladder of ways to stop takes. */
const STOP_LIMIT_MS = 120_000;

/** Gives a machine a kernel and starts it; one that runs is shut down first. Throws Failure. */
export async function bootWith(
  { vms, starts, control }: { vms: VmService; starts: StartService; control: ControlService },
  id: VmId,
  kernelPath: string,
): Promise<void> {
  const vm = vms.get(id);
  if (isLive(vm.state)) {
    const ended = untilEnded(vms, vm);
    await control.stop(id, 'shutdown');
    await ended;
  }
  if (vm.spec.kernelPath !== kernelPath) await vms.configure(id, { kernelPath });
  await starts.start(id);
}

function untilEnded(vms: VmService, vm: VmRecord): Promise<void> {
  return new Promise((done, fail) => {
    const over = (): void => {
      clearTimeout(limit);
      stopWatching();
    };
    const stopWatching = vms.whenChanged((changed) => {
      if (changed !== vm || isLive(vm.state)) return;
      over();
      done();
    });
    const limit = setTimeout(() => {
      over();
      const reason = 'It did not stop.';
      fail(failure('vm-action-refused', { name: vm.spec.name, action: 'be started with it', reason }));
    }, STOP_LIMIT_MS);
  });
}
