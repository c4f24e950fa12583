import { stopReasonText } from '@shared/diagnostics/stop-reason-text.js';
import { describeError } from '@shared/errors/paddock-error.js';
import type { StopRung, VmView } from '@shared/vms/vm-view.js';

/** The one thing said at the right of a machine's row, or null when its state says all. */
export function rowReason(vm: VmView): { text: string; isError: boolean } | null {
  switch (vm.state) {
    case 'defined':
      return { text: 'never started', isError: false };
    case 'starting':
    case 'stopping':
    case 'paused':
      return { text: vm.state, isError: false };
    case 'crashed':
      return { text: vm.lastEnd ? stopReasonText(vm.lastEnd.reason).short : 'crashed', isError: true };
    case 'broken':
      return { text: vm.problem ? shortProblem(vm) : 'broken', isError: false };
    case 'running':
      return vm.debug.isStopped ? { text: 'stopped by gdb', isError: false } : null;
    case 'stopped':
      return null;
  }
}

const problemWords: Readonly<Record<string, string>> = {
  'layer-base-changed': 'base changed',
  'layer-base-resized': 'base changed',
  'layer-base-missing': 'base missing',
  'layer-missing': 'layer missing',
  'layer-damaged': 'layer damaged',
  'image-missing': 'image missing',
  'kernel-missing': 'kernel missing',
};

function shortProblem(vm: VmView): string {
  return (vm.problem && problemWords[vm.problem.code]) ?? 'broken';
}

/** What is being done to end a machine. */
export function rungText(rung: StopRung): string {
  switch (rung) {
    case 'shutdown':
      return 'Shutting down';
    case 'halt':
      return 'Halting its kernel';
    case 'terminate':
      return 'Ending its processes';
    case 'kill':
      return 'Killing its processes';
  }
}

/** What comes when a rung of the ladder doesn't help. */
export function nextRungText(rung: StopRung): string {
  switch (rung) {
    case 'shutdown':
      return 'halt';
    case 'halt':
      return 'end its processes';
    case 'terminate':
    case 'kill':
      return 'kill';
  }
}

/** Why a machine crashed, is broken, or couldn't start; null when there is nothing to explain. */
export function explanation(vm: VmView): { headline: string; text: string } | null {
  if (vm.problem) {
    const { sentence, fix } = describeError(vm.problem);
    return { headline: asHeadline(sentence, vm.name), text: fix };
  }
  if (vm.state === 'crashed' && vm.lastEnd) {
    const { sentence, fix } = stopReasonText(vm.lastEnd.reason);
    return { headline: asHeadline(sentence, vm.name), text: fix };
  }
  return null;
}

/** A sentence as a headline: about the machine by name, and without a full stop. */
function asHeadline(sentence: string, name: string): string {
  return sentence.replace(/^It /, `${name} `).replace(/\.$/, '');
}
