import { useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { MEMORY_DEFAULT_MIB } from '@shared/vms/vm-spec.js';
import { Button } from '../../ui/button.js';
import { PlayIcon } from '../../ui/icons.js';
import { ErrorNote } from '../../ui/note.js';
import { startTiny } from './start-tiny.js';
import './tiny-card.css';

/** The one big choice of the first start: a click, and seconds later a login prompt. */
export function TinyCard({ onStarted }: { onStarted: (vmId: string) => void }) {
  const [error, setError] = useState<PaddockError | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const start = async (): Promise<void> => {
    setIsBusy(true);
    setError(null);
    const outcome = await startTiny();
    setIsBusy(false);
    if (outcome.ok) onStarted(outcome.value.id);
    else setError(outcome.error);
  };
  return (
    <section className="card tinycard" aria-label="A tiny Linux">
      <div>
        <h2>A tiny Linux</h2>
        <p className="sec">
          BusyBox on a 16 MB disk, {MEMORY_DEFAULT_MIB} MB of memory. A login prompt in about two seconds, no
          network needed.
        </p>
      </div>
      <Button
        variant="primary"
        size="lg"
        icon={<PlayIcon />}
        reason={isBusy ? 'It is being made.' : null}
        onClick={() => void start()}
      >
        Start a tiny Linux
      </Button>
      {error && <ErrorNote error={error} />}
    </section>
  );
}
