import { formatBytes, plural } from '../../../lib/format.js';
import { classNames } from '../../../ui/class-names.js';
import { CheckIcon, WarnIcon } from '../../../ui/icons.js';
import { faultOfStep, wizardSteps, type DraftFaults, type WizardStep } from './draft-faults.js';
import { linesOf, wordsOf, type ImageDraft } from './image-draft.js';

const labels: Readonly<Record<WizardStep, string>> = {
  source: 'Source',
  contents: 'Contents',
  disk: 'Disk',
  access: 'Access',
  review: 'Review',
};

/** What the rail takes. */
interface WizardRailProps {
  draft: ImageDraft;
  step: WizardStep;
  seen: readonly WizardStep[];
  faults: DraftFaults;
  /** Every password that is asked for was typed. */
  hasPasswords: boolean;
  onGo: (step: WizardStep) => void;
}

/** The steps with the answer under each, so that the list is the summary; each is a way to its step. */
export function WizardRail({ draft, step, seen, faults, hasPasswords, onGo }: WizardRailProps) {
  return (
    <nav className="steps" aria-label="Steps">
      <ol>
        {wizardSteps.map((one, n) => {
          const isSeen = seen.includes(one);
          const isBad = isSeen && (faultOfStep(faults, one) !== null || (one === 'access' && !hasPasswords));
          const isDone = isSeen && !isBad && one !== step && one !== 'review';
          return (
            <li key={one}>
              <button
                type="button"
                className={classNames('step', isDone && 'done', isBad && one !== step && 'bad')}
                aria-current={one === step ? 'step' : undefined}
                onClick={() => onGo(one)}
              >
                <span className="num" aria-hidden="true">
                  {isDone ? <CheckIcon size="s" /> : isBad && one !== step ? <WarnIcon size="s" /> : n + 1}
                </span>
                <span className="lab">{labels[one]}</span>
                {one !== 'review' && (
                  <span className="sum ell">
                    {isBad && one !== step ? 'needs a look' : isSeen ? summaryOf(draft, one) : ''}
                  </span>
                )}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

/** What a step comes to, in a few words. */
function summaryOf(draft: ImageDraft, step: WizardStep): string {
  if (draft.kind === 'disk' && step !== 'source') return 'as it is on the disk';
  switch (step) {
    case 'source':
      return sourceWords(draft);
    case 'contents': {
      const packages = draft.kind === 'debian' ? wordsOf(draft.packages).length : 0;
      return [
        draft.hostname.trim() || draft.name,
        packages > 0 ? plural(packages, 'package') : '',
        draft.files.length > 0 ? plural(draft.files.length, 'file') : '',
        draft.network === 'none' ? '' : draft.network,
      ]
        .filter(Boolean)
        .join(', ');
    }
    case 'disk': {
      const size = Number(draft.size);
      const room = draft.size.trim() === '' ? 'as large as it needs' : formatBytes(size * 1024 * 1024);
      return `${draft.filesystem}, ${room}`;
    }
    case 'access': {
      const keys = linesOf(draft.sshKeys).length;
      return [
        {
          none: 'root, no password',
          locked: 'root locked',
          password: 'root, password',
          hash: 'root, password',
        }[draft.root],
        draft.users.length > 0 ? plural(draft.users.length, 'user') : '',
        keys > 0 ? plural(keys, 'SSH key') : '',
      ]
        .filter(Boolean)
        .join(', ');
    }
    case 'review':
      return '';
  }
}

/** The source in a few words: "Debian bookworm, systemd". */
export function sourceWords(draft: ImageDraft): string {
  const file = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  switch (draft.kind) {
    case 'tiny':
      return 'Tiny Linux';
    case 'debian':
      return `Debian ${draft.suite}, ${draft.init}`;
    case 'tree':
      return file(draft.treePath) || 'a root file system';
    case 'disk':
      return file(draft.diskPath) || 'a disk';
    case 'nommu':
      return file(draft.nommuPath) || 'Alpine without an MMU';
  }
}
