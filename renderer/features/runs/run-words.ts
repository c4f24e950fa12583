import { isOrderlyStop } from '@shared/diagnostics/stop-reason.js';
import { stopReasonText } from '@shared/diagnostics/stop-reason-text.js';
import type { RunSummary } from '@shared/vms/run.js';
import { formatDuration } from '../../lib/format.js';

/** How a run ended, in two words, and whether it was a crash. */
export function runEndWords(run: RunSummary): { text: string; isBad: boolean } {
  if (!run.end) return { text: 'goes on', isBad: false };
  const { reason } = run.end;
  const { short } = stopReasonText(reason);
  const text = reason.code === 'panic' && reason.text !== '' ? `${short}: ${reason.text}` : short;
  return { text, isBad: !isOrderlyStop(reason) };
}

/** How long a run went on, or goes on already. */
export function runLength(run: RunSummary, now: number): string {
  const to = run.end ? Date.parse(run.end.at) : now;
  const passed = to - Date.parse(run.startedAt);
  // A running clock in whole seconds is calmer.
  return formatDuration(run.end ? passed : Math.floor(passed / 1000) * 1000);
}
