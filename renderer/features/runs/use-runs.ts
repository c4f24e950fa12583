import type { CallOutput } from '@shared/api/calls.js';
import type { Outcome } from '@shared/api/client.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { RunEvent } from '@shared/vms/run.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { useAnswer } from '../../stores/use-answer.js';

/** The kept runs of a machine, newest first, asked for again when one began, ended or was removed; null at first. */
export function useRuns(vm: VmView, removed = 0): Outcome<CallOutput<'runs.list'>> | null {
  return useAnswer('runs.list', { id: vm.id }, `${vm.runNumber} ${vm.state} ${vm.reboots} ${removed}`);
}

/** What happened in a run, oldest first, asked for again when `count` grows. */
export function useRunEvents(id: VmId, run: number, count: number): readonly RunEvent[] {
  const answer = useAnswer('runs.events', run === 0 ? null : { id, run }, String(count));
  return answer?.ok ? answer.value.events : [];
}
