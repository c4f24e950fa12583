import { useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { captureEndWords, type Capture } from '@shared/networks/capture.js';
import { whyWithout } from '@shared/networks/network-facts.js';
import type { CaptureSummary } from '@shared/networks/pcap/capture-summary.js';
import { bridge } from '../../lib/bridge.js';
import { formatBytes, formatDuration, plural } from '../../lib/format.js';
import { callHost } from '../../stores/connection-store.js';
import { useAnswer } from '../../stores/use-answer.js';
import { Button } from '../../ui/button.js';
import { ConfirmButton } from '../../ui/confirm-button.js';
import { Dialog } from '../../ui/dialog.js';
import { ExportIcon, PopOutIcon, TrashIcon } from '../../ui/icons.js';
import { ErrorNote, Note } from '../../ui/note.js';
import '../../ui/table.css';
import './link-panel.css';

/** So many packets are listed; who wants more has Wireshark. */
const LINES = 200;

/** What is in a capture, and what can be done with its file. */
export function CaptureDialog({ capture, onClose }: { capture: Capture; onClose: () => void }) {
  const [error, setError] = useState<PaddockError | null>(null);
  const [saved, setSaved] = useState<string | null>(null);
  const facts = useAnswer('networks.facts', {});
  // Looked at again when it has grown, and when it is over.
  const read = useAnswer(
    'captures.read',
    { id: capture.id, lines: LINES },
    `${capture.bytes} ${capture.endedAt}`,
  );
  const save = async (): Promise<void> => {
    const path = await bridge.files.askWhereToSave(capture.file);
    if (path === null) return;
    const outcome = await callHost('captures.save', { id: capture.id, path });
    setError(outcome.ok ? null : outcome.error);
    setSaved(outcome.ok ? outcome.value.path : null);
  };
  const open = async (): Promise<void> => {
    const outcome = await callHost('captures.open', { id: capture.id });
    setError(outcome.ok ? null : outcome.error);
  };
  const remove = async (): Promise<void> => {
    const outcome = await callHost('captures.delete', { id: capture.id });
    if (outcome.ok) onClose();
    else setError(outcome.error);
  };
  const goesOn = capture.ended === null;
  return (
    <Dialog
      title={`Capture of ${capture.vmName} on ${capture.networkName}`}
      text={<span className="mono xs">{capture.file}</span>}
      onClose={onClose}
      footer={
        <>
          <Button
            icon={<PopOutIcon />}
            reason={facts?.ok ? whyWithout(facts.value, ['wireshark']) : null}
            onClick={() => void open()}
          >
            Open in Wireshark
          </Button>
          <Button icon={<ExportIcon />} onClick={() => void save()}>
            Save as…
          </Button>
          <ConfirmButton
            variant="quiet"
            icon={<TrashIcon />}
            confirm="Delete this capture"
            reason={goesOn ? 'It goes on. Stop it first.' : null}
            onConfirmed={() => void remove()}
          >
            Delete
          </ConfirmButton>
          <Button variant="primary" className="end" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      <div className="capturebody">
        {error && <ErrorNote error={error} />}
        {saved !== null && (
          <Note>
            Written to <span className="mono">{saved}</span>.
          </Note>
        )}
        {capture.problem !== null && <Note level="warn">It ended early: {capture.problem}.</Note>}
        {read === null ? (
          <p className="sec">Reading…</p>
        ) : read.ok ? (
          <Summary capture={capture} summary={read.value} />
        ) : (
          <ErrorNote error={read.error} />
        )}
      </div>
    </Dialog>
  );
}

function Summary({ capture, summary }: { capture: Capture; summary: CaptureSummary }) {
  const most = summary.protocols[0]?.packets ?? 1;
  return (
    <>
      <p>
        {plural(summary.packets, 'packet')}, {formatBytes(summary.bytes)} in{' '}
        {formatDuration(summary.seconds * 1000)}
        {capture.ended !== null && `; ${captureEndWords[capture.ended]}`}
        {capture.dropped ? `; ${plural(capture.dropped, 'packet')} came too quickly and were missed` : ''}.
      </p>
      {capture.seenBy === 'switch' && (
        <p className="xs sec">A VDE switch writes down the first 96 bytes of each frame.</p>
      )}
      {summary.cut !== null && (
        <Note level="warn">
          {summary.cut === 'long'
            ? 'Only the first 256 MB were looked at.'
            : 'The file is damaged; what was before the damage is shown.'}
        </Note>
      )}
      {summary.packets > 0 && (
        <div className="capturetwo">
          <section aria-label="Protocols">
            <h3>Protocols</h3>
            <ul className="captureprotocols">
              {summary.protocols.slice(0, 8).map(({ name, packets }) => (
                <li key={name}>
                  <span className="mono xs">{name}</span>
                  <span className="capturepart">
                    <i style={{ width: `${(100 * packets) / most}%` }} />
                  </span>
                  <span className="xs r">{packets}</span>
                </li>
              ))}
            </ul>
          </section>
          <section aria-label="Conversations">
            <h3>Conversations</h3>
            <ul className="captureprotocols talks">
              {summary.conversations.map(({ a, b, bytes }) => (
                <li key={`${a} ${b}`}>
                  <span className="mono xs ell">
                    {a} – {b}
                  </span>
                  <span className="xs r">{formatBytes(bytes)}</span>
                </li>
              ))}
            </ul>
            {summary.conversationCount > summary.conversations.length && (
              <p className="xs ter">and {summary.conversationCount - summary.conversations.length} more</p>
            )}
          </section>
        </div>
      )}
      {summary.first.length > 0 && (
        <div
          className="capturepackets"
          role="region"
          aria-label="First packets"
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and the keyboard has to reach it
          tabIndex={0}
        >
          <table className="table" aria-label="Packets">
            <thead>
              <tr>
                <th className="r">Time</th>
                <th>Source</th>
                <th>Destination</th>
                <th>Protocol</th>
                <th className="r">Length</th>
                <th>Info</th>
              </tr>
            </thead>
            <tbody>
              {summary.first.map((one, n) => (
                <tr key={n} className="mono xs">
                  <td className="r">{one.time.toFixed(4)}</td>
                  <td>{one.source}</td>
                  <td>{one.destination}</td>
                  <td>{one.protocol}</td>
                  <td className="r">{one.length}</td>
                  <td>{one.info}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
