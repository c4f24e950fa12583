import { useRef, useState } from 'react';
import type { TrashEntry } from '@shared/api/layer-calls.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { formatBytes, formatMoment, plural } from '../../lib/format.js';
import { callHost } from '../../stores/connection-store.js';
import { useAnswer } from '../../stores/use-answer.js';
import { Button } from '../../ui/button.js';
import { ConfirmButton } from '../../ui/confirm-button.js';
import { Dialog } from '../../ui/dialog.js';
import { Empty } from '../../ui/empty.js';
import { BackIcon, TrashIcon } from '../../ui/icons.js';
import { ErrorNote } from '../../ui/note.js';
import './layer-dialogs.css';

/** Layers and disks that were put away: had back, or removed for good. */
export function TrashDialog({ onClose }: { onClose: () => void }) {
  const [round, setRound] = useState(0);
  const [error, setError] = useState<PaddockError | null>(null);
  const [said, setSaid] = useState('');
  const close = useRef<HTMLButtonElement>(null);
  const answer = useAnswer('trash.list', {}, String(round));
  const entries = answer?.ok
    ? [...answer.value.entries].sort((a, b) => b.putAwayAt.localeCompare(a.putAwayAt))
    : [];
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);

  const restore = async ({ id, name }: TrashEntry): Promise<void> => {
    const outcome = await callHost('trash.restore', { id });
    setError(outcome.ok ? null : outcome.error);
    setSaid(outcome.ok ? `${name} is back in ${outcome.value.path}.` : '');
    setRound((before) => before + 1);
    // The button that was pressed is gone with its row.
    if (outcome.ok) close.current?.focus();
  };
  const empty = async (id: string | null): Promise<void> => {
    const outcome = await callHost('trash.empty', { id });
    setError(outcome.ok ? null : outcome.error);
    setSaid(outcome.ok ? 'Removed.' : '');
    setRound((before) => before + 1);
    if (outcome.ok) close.current?.focus();
  };
  return (
    <Dialog
      title="Trash"
      text={
        <p>
          {entries.length === 0
            ? 'Layers and disks that are put away come here, and stay until you empty it.'
            : `${plural(entries.length, 'file')}, ${formatBytes(bytes)} on disk. They stay until you empty it.`}
        </p>
      }
      onClose={onClose}
      footer={
        <>
          <span className="xs sec grow" role="status">
            {said}
          </span>
          <ConfirmButton
            icon={<TrashIcon />}
            reason={entries.length === 0 ? 'The trash is empty.' : null}
            confirm={`Remove ${plural(entries.length, 'file')} for good`}
            onConfirmed={() => void empty(null)}
          >
            Empty the trash
          </ConfirmButton>
          <Button ref={close} onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      {answer && !answer.ok && <ErrorNote error={answer.error} />}
      {error && <ErrorNote error={error} />}
      {answer?.ok && entries.length === 0 && (
        <Empty level={3} title="The trash is empty">
          <p className="xs">Nothing waits to be removed for good.</p>
        </Empty>
      )}
      {entries.length > 0 && (
        <ul className="card list trashlist" aria-label="In the trash">
          {entries.map((entry) => (
            <li key={entry.id}>
              <div className="grow">
                <div className="row">
                  <span className="med ell">{entry.name}</span>
                  <span className="num sec xs end">{formatBytes(entry.bytes)}</span>
                </div>
                <div className="xs sec">
                  {entry.why}, {formatMoment(entry.putAwayAt)}
                </div>
                <div className="xs ter mono">{entry.path}</div>
              </div>
              <Button
                icon={<BackIcon />}
                aria-label={`Put ${entry.name} back`}
                onClick={() => void restore(entry)}
              >
                Put back
              </Button>
              <ConfirmButton
                variant="quiet"
                className="icon"
                aria-label={`Remove ${entry.name}`}
                title="Remove for good"
                icon={<TrashIcon />}
                confirm={`Remove ${entry.name} for good`}
                onConfirmed={() => void empty(entry.id)}
              />
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
