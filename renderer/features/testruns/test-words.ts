import type { Outcome, TestNode } from '@shared/testruns/test-node.js';
import { flatten } from '@shared/testruns/test-node.js';
import type { TestRun, TestSpec } from '@shared/testruns/test-run.js';
import { formatDuration } from '../../lib/format.js';

/** "Linux 6.1.192", as far as it is known. */
export function kernelWords({ kernelVersion }: TestRun): string {
  return kernelVersion === null ? 'kernel not known yet' : `Linux ${kernelVersion}`;
}

/** What was run, in a few words. */
export function specWords(spec: TestSpec): string {
  switch (spec.kind) {
    case 'tree':
      return `kunit.py in ${spec.tree}`;
    case 'kernel':
      return spec.kernelPath;
    case 'guest':
      return spec.command;
  }
}

/** How a run ended, when not well; '' else. */
export function endWords({ ended, endedAt }: TestRun): string {
  if (endedAt === null) return 'running';
  const words = { cancelled: 'cancelled', time: 'out of time', failed: 'fell over', lost: 'lost', done: '' };
  return ended === null ? '' : words[ended];
}

/** "12 ms", "3.4 s"; '' when nobody knows. */
export function tookWords(tookMs: number | null): string {
  if (tookMs === null) return '';
  return tookMs < 1000 ? `${Math.round(tookMs)} ms` : formatDuration(tookMs);
}

/** "3 of 4" cases of a suite went well. */
export function suiteWords(test: TestNode): string {
  const cases = flatten(test.children).filter((one) => one.test.children.length === 0);
  const well = cases.filter(({ test: { outcome } }) => fine.includes(outcome)).length;
  return `${well} of ${Math.max(cases.length, test.planned ?? 0)}`;
}

const fine: readonly Outcome[] = ['passed', 'skipped', 'expected'];

/** What a file of a run is called. */
export function fileName({ title, startedAt }: TestRun, end: string): string {
  const words = title.replace(/[^\w.-]+/g, '-').replace(/^-|-$/g, '');
  return `tests-${words}-${startedAt.slice(0, 16).replace(/[:T]/g, '-')}.${end}`;
}
