import { useId, useState } from 'react';
import { callAddress, type Frame } from '@shared/debug/call-trace.js';
import type { KernelReport } from '@shared/debug/kernel-report.js';
import { reportWords } from '@shared/debug/kernel-report.js';
import type { SourceLine } from '@shared/debug/source-line.js';
import { bridge } from '../../lib/bridge.js';
import { visibleLine } from '../../lib/visible-text.js';
import { useAnswer } from '../../stores/use-answer.js';
import { LinkButton } from '../../ui/link-button.js';
import '../../ui/table.css';
import './debug.css';

/** What a report takes. */
interface KernelReportViewProps {
  report: KernelReport;
  /** The kernel that said it, whose file knows the source lines. */
  kernelPath: string;
}

/** A kernel's report as tables: its registers, and the calls that led to it, with their source lines where known. */
export function KernelReportView({ report, kernelPath }: KernelReportViewProps) {
  const { kind, title, task, registers, stacks } = report;
  return (
    <section className="kreport" aria-label={reportWords[kind]}>
      <p className="kreporttitle">
        <b>{reportWords[kind]}</b>
        {kind !== 'stack' && <span className="mono">{visibleLine(title)}</span>}
        {task && (
          <span className="sec">
            in {visibleLine(task.name)}, pid {task.pid}
          </span>
        )}
      </p>
      {registers.length > 0 && <Registers registers={registers} />}
      {stacks.map((stack, n) => (
        <Stack key={n} {...stack} kernelPath={kernelPath} />
      ))}
    </section>
  );
}

function Registers({ registers }: Pick<KernelReport, 'registers'>) {
  return (
    <dl className="kregisters mono" aria-label="Registers">
      {registers.map(({ name, value }) => (
        <div key={name}>
          <dt className="ter">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Stack({ title, frames, kernelPath }: KernelReport['stacks'][number] & { kernelPath: string }) {
  const [hasGuesses, setHasGuesses] = useState(false);
  const id = useId();
  const addresses = [...new Set(frames.flatMap((frame) => callAddress(frame) ?? []))];
  const answer = useAnswer(
    'debug.lines',
    addresses.length === 0 ? null : { kernelPath, addresses: addresses.slice(0, ADDRESSES_MAX) },
  );
  const found = answer?.ok ? answer.value : null;
  const lines = new Map(found?.lines.map((line) => [line.address, line]));
  const guesses = frames.filter(({ isGuess }) => isGuess).length;
  const shown = hasGuesses || guesses === frames.length ? frames : frames.filter(({ isGuess }) => !isGuess);
  return (
    <>
      <div className="kscroll">
        <table className="table ktrace" aria-labelledby={id}>
          <thead>
            <tr>
              <th id={id}>{title}</th>
              <th>{lines.size > 0 ? 'Source' : 'Address'}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((frame, n) => (
              <FrameRow key={n} frame={frame} line={lines.get(callAddress(frame) ?? '')} />
            ))}
          </tbody>
        </table>
      </div>
      {guesses > 0 && guesses < frames.length && (
        <p className="ter xs">
          <LinkButton onClick={() => setHasGuesses(!hasGuesses)} aria-expanded={hasGuesses}>
            {hasGuesses ? 'Only what was called' : `${guesses} more that merely lay on the stack`}
          </LinkButton>
        </p>
      )}
      {found?.why != null && <p className="ter xs">{found.why}</p>}
    </>
  );
}

/** As many as one question may have. */
const ADDRESSES_MAX = 256;

function FrameRow({ frame, line }: { frame: Frame; line: SourceLine | undefined }) {
  const place = line?.places.find(({ file }) => file !== null);
  return (
    <tr className={frame.isGuess ? 'guess' : undefined}>
      <td className="mono">
        {frame.symbol}
        {frame.offset !== null && <span className="ter">+0x{frame.offset.toString(16)}</span>}
        {frame.module !== null && <span className="ter"> [{frame.module}]</span>}
      </td>
      <td className="mono">
        {place ? (
          <LinkButton
            title="Copy this place"
            onClick={() => void bridge.clipboard.writeText(`${place.file}:${place.line}`)}
          >
            {shortPlace(`${place.file}:${place.line}`)}
          </LinkButton>
        ) : (
          <span className="ter">{frame.address ?? ''}</span>
        )}
      </td>
    </tr>
  );
}

/** Of a long path its end, which tells more. */
function shortPlace(place: string): string {
  const parts = visibleLine(place).split('/');
  return parts.length > 4 ? `…/${parts.slice(-3).join('/')}` : parts.join('/');
}
