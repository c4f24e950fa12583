import { useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { isUnimpaired, unimpaired, type Impairment } from '@shared/networks/impairment.js';
import type { NetworkEnd, NetworkView } from '@shared/networks/network.js';
import { callHost } from '../../stores/connection-store.js';
import { Button } from '../../ui/button.js';
import { ErrorNote } from '../../ui/note.js';
import { SliderField } from '../../ui/slider-field.js';

const DELAYS = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const JITTERS = [0, 1, 2, 5, 10, 20, 50, 100];
const LOSSES = [0, 0.1, 0.5, 1, 2, 5, 10, 20, 50, 100];
const RATES = [0.1, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, null];

/** How a link is made worse, each way; what is changed counts at once. */
export function LinkImpairment({ network, end }: { network: NetworkView; end: NetworkEnd }) {
  const [error, setError] = useState<PaddockError | null>(null);
  const [isLater, setIsLater] = useState(false);
  const now = end.impairment ?? unimpaired;
  const change = async (part: Partial<Impairment>): Promise<void> => {
    const next = { ...now, ...part };
    // Less delay leaves less room for jitter.
    const wanted = { ...next, jitterMs: Math.min(next.jitterMs, next.delayMs) };
    const outcome = await callHost('links.impair', {
      networkId: network.id,
      vmId: end.vmId,
      unit: end.unit,
      impairment: isUnimpaired(wanted) ? null : wanted,
    });
    setError(outcome.ok ? null : outcome.error);
    setIsLater(outcome.ok && !outcome.value.now);
  };
  return (
    <div className="linkimpairment">
      <SliderField
        label="Delay"
        unit="ms"
        value={now.delayMs}
        stops={DELAYS}
        min={0}
        max={10_000}
        onCommit={(delayMs) => void change({ delayMs: delayMs ?? 0 })}
      />
      {now.delayMs > 0 && (
        <SliderField
          label="Jitter"
          unit="ms"
          value={now.jitterMs}
          stops={JITTERS.filter((stop) => stop <= now.delayMs)}
          min={0}
          max={now.delayMs}
          onCommit={(jitterMs) => void change({ jitterMs: jitterMs ?? 0 })}
        />
      )}
      <SliderField
        label="Loss"
        unit="%"
        value={now.lossPercent}
        stops={LOSSES}
        min={0}
        max={100}
        onCommit={(lossPercent) => void change({ lossPercent: lossPercent ?? 0 })}
      />
      <SliderField
        label="Rate"
        unit="Mbit/s"
        value={now.rateBits === null ? null : now.rateBits / 1e6}
        stops={RATES}
        min={0.008}
        max={10_000}
        noneText="any"
        onCommit={(megabits) =>
          void change({ rateBits: megabits === null ? null : Math.round(megabits * 1e6) })
        }
      />
      <div className="row wrap">
        <span className="xs ter grow">
          Each way. {isLater && 'It counts from the machine’s next start on.'}
        </span>
        {end.impairment !== null && (
          <Button variant="quiet" onClick={() => void change(unimpaired)}>
            As good as it can be
          </Button>
        )}
      </div>
      {error && <ErrorNote error={error} />}
    </div>
  );
}
