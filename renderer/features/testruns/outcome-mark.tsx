import { outcomeWords } from '@shared/testruns/count-words.js';
import type { Outcome } from '@shared/testruns/test-node.js';
import { BadIcon, CheckIcon, LoadIcon, OkIcon, SkipIcon, WarnIcon } from '../../ui/icons.js';

/** How a test ended, as a shape. */
export function OutcomeMark({ outcome }: { outcome: Outcome }) {
  const { tone, icon } = marks[outcome];
  return (
    <span className={`mark ${tone}`} role="img" aria-label={outcomeWords[outcome]}>
      {icon}
    </span>
  );
}

const marks = {
  passed: { tone: 'ok', icon: <OkIcon /> },
  failed: { tone: 'err', icon: <BadIcon /> },
  broken: { tone: 'warn', icon: <WarnIcon /> },
  crashed: { tone: 'err', icon: <WarnIcon /> },
  skipped: { tone: 'skip', icon: <SkipIcon /> },
  expected: { tone: 'skip', icon: <CheckIcon /> },
  running: { tone: 'now', icon: <LoadIcon className="spin" /> },
} as const satisfies Record<Outcome, unknown>;
