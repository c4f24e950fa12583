import { useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { captureEndWords, type Capture } from '@shared/networks/capture.js';
import type { NetworkEnd, NetworkView } from '@shared/networks/network.js';
import { formatBytes, formatMoment } from '../../lib/format.js';
import { callHost } from '../../stores/connection-store.js';
import { useHost } from '../../stores/host-store.js';
import { Button } from '../../ui/button.js';
import { RecordIcon, StopIcon } from '../../ui/icons.js';
import { LinkButton } from '../../ui/link-button.js';
import { ErrorNote } from '../../ui/note.js';
import { SelectField } from '../../ui/select-field.js';
import { CaptureDialog } from './capture-dialog.js';

const MIB = 1024 * 1024;
const SIZES = [1, 16, 64, 256, 1024].map((size) => ({
  value: String(size * MIB),
  title: formatBytes(size * MIB),
}));
const TIMES = [
  { value: '', title: 'until it is full' },
  { value: '10', title: '10 seconds' },
  { value: '60', title: '1 minute' },
  { value: '600', title: '10 minutes' },
  { value: '3600', title: '1 hour' },
];

/** What the captures of a link take. */
interface LinkCapturesProps {
  network: NetworkView;
  end: NetworkEnd;
  name: string;
  isOn: boolean;
}

/** Begins and ends captures of a link, and lists those that there are. */
export function LinkCaptures({ network, end, name, isOn }: LinkCapturesProps) {
  const all = useHost((state) => state.captures);
  const [size, setSize] = useState(String(64 * MIB));
  const [seconds, setSeconds] = useState('');
  const [error, setError] = useState<PaddockError | null>(null);
  const [shownId, show] = useState<string | null>(null);
  const mine = Object.values(all)
    .filter((one) => one.networkId === network.id && one.vmId === end.vmId && one.unit === end.unit)
    .sort((a, b) => b.startedAt.localeCompare(a.startedAt));
  const running = mine.find(({ endedAt }) => endedAt === null);
  const shown = shownId === null ? undefined : all[shownId];
  const start = async (): Promise<void> => {
    const outcome = await callHost('captures.start', {
      networkId: network.id,
      vmId: end.vmId,
      unit: end.unit,
      limits: { bytes: Number(size), seconds: seconds === '' ? null : Number(seconds) },
    });
    setError(outcome.ok ? null : outcome.error);
  };
  const stop = async ({ id }: Capture): Promise<void> => {
    const outcome = await callHost('captures.stop', { id });
    setError(outcome.ok ? null : outcome.error);
    if (outcome.ok) show(id);
  };
  return (
    <div className="linkcaptures">
      {running ? (
        <div className="row wrap">
          <Button icon={<StopIcon />} onClick={() => void stop(running)}>
            Stop the capture
          </Button>
          <span className="xs sec" role="status">
            {formatBytes(running.bytes)} so far
          </span>
        </div>
      ) : (
        <>
          <div className="linklimits">
            <SelectField label="At most" value={size} choices={SIZES} onChange={setSize} />
            <SelectField label="For" value={seconds} choices={TIMES} onChange={setSeconds} />
          </div>
          <div className="row">
            <Button
              icon={<RecordIcon />}
              reason={isOn ? null : `${name} is off.`}
              onClick={() => void start()}
            >
              Capture
            </Button>
          </div>
        </>
      )}
      {error && <ErrorNote error={error} />}
      {mine.length > 0 && (
        <ul className="capturelist" aria-label="Captures">
          {mine.map((one) => (
            <li key={one.id}>
              <LinkButton onClick={() => show(one.id)}>{formatMoment(one.startedAt)}</LinkButton>
              <span className="xs sec">{one.ended === null ? 'goes on' : captureEndWords[one.ended]}</span>
              <span className="xs ter end">{formatBytes(one.bytes)}</span>
            </li>
          ))}
        </ul>
      )}
      {shown && <CaptureDialog capture={shown} onClose={() => show(null)} />}
    </div>
  );
}
