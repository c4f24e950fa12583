import { useState } from 'react';
import type { CheckFix, CheckResult } from '@shared/diagnostics/check.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { bridge } from '../../lib/bridge.js';
import { callHost } from '../../stores/connection-store.js';
import { Button } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { ErrorNote } from '../../ui/note.js';

/** Ways to mend what a check found, best first: a button for what Paddock does, a command for the rest. */
export function CheckFixes({ check }: { check: CheckResult }) {
  const [busyId, setBusyId] = useState<string | null>(null);
  const [error, setError] = useState<PaddockError | null>(null);
  if (check.fixes.length === 0) return null;
  const fix = async ({ id }: CheckFix): Promise<void> => {
    setBusyId(id);
    setError(null);
    const outcome = await callHost('diagnostics.fix', { check: check.id, fix: id });
    // When it helped, this check is replaced by one without the fix.
    setBusyId(null);
    if (!outcome.ok) setError(outcome.error);
  };
  return (
    <>
      <ul className="checkfixes">
        {check.fixes.map((way) => (
          <li key={way.id} className="row wrap">
            {way.runnable ? (
              <Button reason={busyId === null ? null : 'It is being mended.'} onClick={() => void fix(way)}>
                {busyId === way.id ? 'Mending…' : way.label}
              </Button>
            ) : (
              <span className="xs">{way.label}</span>
            )}
            {way.command !== null && (
              <span className="row fixcommand">
                <code className="hl xs">{way.command}</code>
                <CopyButton
                  aria-label={`Copy: ${way.command}`}
                  write={() => bridge.clipboard.writeText(way.command ?? '')}
                />
              </span>
            )}
          </li>
        ))}
      </ul>
      {error && <ErrorNote error={error} />}
    </>
  );
}
