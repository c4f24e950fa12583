import { useEffect, useRef, type ComponentType } from 'react';
import type { VmId } from '@shared/vms/vm-id.js';
import { bridge } from '../../lib/bridge.js';
import { Button } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { clearTranscript, transcriptText, useTranscript, type Exchange } from './transcript-store.js';

/** Draws what a kernel answered. */
export type AnswerView = ComponentType<{ text: string; kernelPath: string }>;

/** What the transcript takes. */
interface TranscriptProps {
  vmId: VmId;
  kernelPath: string;
  Answer: AnswerView;
}

/** What was said to a machine's management console and what it answered, the newest in sight. */
export function Transcript({ vmId, kernelPath, Answer }: TranscriptProps) {
  const exchanges = useTranscript(vmId);
  const log = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Of a long answer its beginning: the rest is read downwards.
    if (exchanges.length > 0) log.current?.lastElementChild?.scrollIntoView({ block: 'start' });
  }, [exchanges]);
  const isEmpty = exchanges.length === 0;
  return (
    <section className="transcript" aria-label="Answers">
      <header>
        <h3>Answers</h3>
        <span className="end row">
          <CopyButton
            reason={isEmpty ? 'Nothing was said yet.' : null}
            write={() => bridge.clipboard.writeText(transcriptText(exchanges))}
          />
          <Button
            variant="quiet"
            reason={isEmpty ? 'Nothing was said yet.' : null}
            onClick={() => clearTranscript(vmId)}
          >
            Clear
          </Button>
        </span>
      </header>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a long log must scroll by keyboard */}
      <div ref={log} className="exchanges" role="log" aria-label="Transcript" tabIndex={0}>
        {isEmpty && <p className="ter">What the kernel answers stands here until the window is closed.</p>}
        {exchanges.map((exchange) => (
          <Said key={exchange.number} exchange={exchange} kernelPath={kernelPath} Answer={Answer} />
        ))}
      </div>
    </section>
  );
}

function Said({
  exchange: { command, answer },
  kernelPath,
  Answer,
}: { exchange: Exchange } & Omit<TranscriptProps, 'vmId'>) {
  return (
    <div className="exchange">
      <div className="row">
        <span className="ter">&gt;</span>
        <span className="commandline">{command}</span>
        {answer?.tookMs != null && <span className="end ter took">{tookText(answer.tookMs)}</span>}
      </div>
      {answer === null ? (
        <p className="ter">…</p>
      ) : answer.ok ? (
        answer.text === '' ? (
          <p className="ter">Done; it answered nothing.</p>
        ) : (
          <Answer text={answer.text} kernelPath={kernelPath} />
        )
      ) : (
        <p className="refused">{answer.text}</p>
      )}
    </div>
  );
}

function tookText(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}
