import { useState } from 'react';
import type { CheckResult } from '@shared/diagnostics/check.js';
import { checksReport } from '@shared/diagnostics/report.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { bridge } from '../../lib/bridge.js';
import { callHost } from '../../stores/connection-store.js';
import { classNames } from '../../ui/class-names.js';
import { Button } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { BadIcon, OkIcon, RestartIcon, WarnIcon } from '../../ui/icons.js';
import { ErrorNote } from '../../ui/note.js';
import { CheckFixes } from './check-fixes.js';
import './check-list.css';

const marks = {
  ok: { icon: <OkIcon />, word: 'fine' },
  warn: { icon: <WarnIcon />, word: 'worth a look' },
  error: { icon: <BadIcon />, word: 'missing' },
} as const;

/** What was found on this computer, with the fixes for what is wrong. */
export function CheckList({ checks }: { checks: readonly CheckResult[] }) {
  const [error, setError] = useState<PaddockError | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const again = async (): Promise<void> => {
    setIsBusy(true);
    const outcome = await callHost('diagnostics.run', {});
    setIsBusy(false);
    setError(outcome.ok ? null : outcome.error);
  };
  return (
    <section aria-label="What was checked" aria-busy={isBusy}>
      <div className="row checkhead">
        <h2 className="checkshead">What was checked</h2>
        <span className="end row">
          <CopyButton write={() => bridge.clipboard.writeText(checksReport(checks, bridge.facts.version))}>
            Copy report
          </CopyButton>
          <Button
            variant="quiet"
            className="edge"
            icon={<RestartIcon className={isBusy ? 'spin' : ''} />}
            reason={isBusy ? 'It is being checked.' : null}
            onClick={() => void again()}
          >
            Check again
          </Button>
        </span>
      </div>
      {error && <ErrorNote error={error} />}
      <ul className="card list tight checks">
        {checks.map((check) => (
          <CheckRow key={check.id} check={check} />
        ))}
      </ul>
    </section>
  );
}

function CheckRow({ check }: { check: CheckResult }) {
  const { icon, word } = marks[check.level];
  const mark = (
    <span
      className={classNames('mark', check.level === 'error' ? 'err' : check.level)}
      role="img"
      aria-label={word}
    >
      {icon}
    </span>
  );
  if (check.level === 'ok')
    return (
      <li>
        {mark}
        <span className="med checktitle">{check.title}</span>
        <span className="sec ell" title={check.text}>
          {check.text}
        </span>
      </li>
    );
  return (
    <li className={check.level}>
      {mark}
      <div className="grow checksays">
        <div className="med">{check.title}</div>
        <div className="xs sec">{check.text}</div>
        <CheckFixes check={check} />
      </div>
    </li>
  );
}
