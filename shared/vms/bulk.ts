import { stopReasonText } from '../diagnostics/stop-reason-text.js';
import { describeError } from '../errors/paddock-error.js';
import { vmActionAllowance, type VmAction } from './vm-actions.js';
import { isLive } from './vm-state.js';
import type { VmView } from './vm-view.js';

/** What can be asked of many machines at once. */
export type Deed = Exclude<VmAction, 'control' | 'merge' | 'snapshot' | 'branch' | 'restore'>;

/** The deeds as verbs, before a name or a count. */
export const deedVerbs: Readonly<Record<Deed, string>> = {
  start: 'Start',
  shutdown: 'Shut down',
  restart: 'Restart',
  pause: 'Pause',
  resume: 'Resume',
  halt: 'Halt',
  force: 'Force off',
  delete: 'Delete',
};

/** Which of some machines a deed can be done to now, and when it is none, why. */
export function bulkPlan(
  deed: Deed,
  vms: readonly VmView[],
): { able: readonly VmView[]; reason: string | null } {
  const reasons = new Set<string>();
  const able = vms.filter((vm) => {
    const allowance = vmActionAllowance(deed, vm.state);
    if (!allowance.allowed) reasons.add(allowance.reason);
    return allowance.allowed;
  });
  if (able.length > 0) return { able, reason: null };
  if (vms.length === 0) return { able, reason: 'There is no machine to do it to.' };
  const [first = '', ...others] = reasons;
  if (vms.length === 1) return { able, reason: first };
  return {
    able,
    reason: others.length === 0 ? `None of them: ${first}` : 'None of them can, as they are now.',
  };
}

/** How far a deed has come with one machine. */
export type Progress =
  { state: 'going'; text: string } | { state: 'done'; text: string } | { state: 'failed'; text: string };

const going = (text: string): Progress => ({ state: 'going', text });
const done = (text: string): Progress => ({ state: 'done', text });
const failed = (text: string): Progress => ({ state: 'failed', text });

/**
 * How far an accepted deed has come: the host's yes only means that it is under way. `before` is the machine as it
 * was when it was asked, `now` as it is, undefined when it is gone.
 */
export function deedProgress(deed: Deed, before: VmView, now: VmView | undefined): Progress {
  if (deed === 'delete') return now ? going('deleting') : done('deleted');
  if (!now) return failed('It was deleted meanwhile.');
  const hasNewRun = now.runNumber > before.runNumber;
  switch (deed) {
    case 'start':
      if (now.waiting) return going(`waits for ${now.waiting.name}`);
      if (now.state === 'starting') return going('starting');
      if (hasNewRun && isLive(now.state)) return done('running');
      return failed(hasNewRun || now.problem ? whyNot(now) : 'Its start was taken back.');
    case 'restart':
      // For a moment, before it has its new run, too.
      if (now.state === 'starting') return going('starting');
      if (hasNewRun) return isLive(now.state) ? done('running') : failed(whyNot(now));
      if (now.restarting) return going('shutting down');
      if (now.problem) return failed(whyNot(now));
      if (now.state === 'stopping') return failed('It was stopped instead.');
      // Between its end and its next start it is off for a moment, and nothing else tells the two apart.
      return isLive(now.state) ? failed(stayed) : going('starting');
    case 'shutdown':
    case 'halt':
    case 'force':
      if (!isLive(now.state) || hasNewRun) return done('off');
      return now.state === 'stopping' ? going('stopping') : failed(stayed);
    case 'pause':
      return now.state === 'paused' ? done('paused') : failed('It is not paused.');
    case 'resume':
      return now.state === 'running' ? done('running') : failed('It is not running.');
  }
}

const stayed = 'The guest went on running.';

function whyNot(vm: VmView): string {
  if (vm.problem) return describeError(vm.problem).sentence;
  if (vm.lastEnd) return stopReasonText(vm.lastEnd.reason).sentence;
  return 'It is not running.';
}
