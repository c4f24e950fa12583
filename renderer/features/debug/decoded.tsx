import { useMemo, useState } from 'react';
import { parseKernelReports } from '@shared/debug/kernel-report.js';
import { LinkButton } from '../../ui/link-button.js';
import { KernelReportView } from './kernel-report-view.js';

/** What a kernel answered: as tables where it is a stack, registers or tasks, and always as it came. */
export function Decoded({ text, kernelPath }: { text: string; kernelPath: string }) {
  const reports = useMemo(() => parseKernelReports(text), [text]);
  const [isRaw, setIsRaw] = useState(false);
  if (reports.length === 0) return <pre>{text}</pre>;
  return (
    <>
      {isRaw ? (
        <pre>{text}</pre>
      ) : (
        reports.map((report, n) => <KernelReportView key={n} report={report} kernelPath={kernelPath} />)
      )}
      <p className="xs">
        <LinkButton onClick={() => setIsRaw(!isRaw)}>{isRaw ? 'As a table' : 'As it came'}</LinkButton>
      </p>
    </>
  );
}
