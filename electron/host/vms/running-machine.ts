import { failure } from '@shared/errors/paddock-error.js';
import { runScript } from '../guest-tools/run-script.js';
import type { KernelService } from '../kernels/kernel-service.js';
import type { RunningMachine } from '../networks/live-plug.js';
import { log } from '../platform/log.js';
import type { VmRecord } from './vm-record.js';

/** So long a guest may take to bring a card up or down. */
const SCRIPT_LIMIT_MS = 15_000;

/** A machine that runs, as networks want it; null when it has no process. */
export async function runningMachine(vm: VmRecord, kernels: KernelService): Promise<RunningMachine | null> {
  const pid = vm.run?.pid ?? null;
  if (pid === null) return null;
  const { spec } = vm;
  return {
    spec,
    pid,
    kernel: await kernels.probe(spec.kernelPath),
    say: (command) => {
      if (vm.mconsole === null)
        throw failure('mconsole-failed', { name: spec.name, command, why: 'its kernel does not answer yet' });
      return vm.mconsole.call(command);
    },
    run: (script) => inGuest(vm, script),
    startsHelpers: () => vm.process?.startsHelpers(),
  };
}

/** Runs a script in the guest; its exit code, or null where no guest tools answer. */
async function inGuest(vm: VmRecord, script: string): Promise<number | null> {
  if (!vm.guestTools?.isReady) return null;
  try {
    const limits = { timeoutMs: SCRIPT_LIMIT_MS, outputMax: 64 * 1024 };
    return (await runScript(vm.guestTools, script, limits)).end.exitCode;
  } catch (error) {
    log('warn', 'the guest was not asked', { vm: vm.spec.name, error: (error as Error).message });
    return null;
  }
}
