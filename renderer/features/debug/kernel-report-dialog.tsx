import type { VmView } from '@shared/vms/vm-view.js';
import { useAnswer } from '../../stores/use-answer.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { ErrorNote } from '../../ui/note.js';
import { KernelReportView } from './kernel-report-view.js';

/** What the dialog takes. */
interface KernelReportDialogProps {
  vm: VmView;
  onClose: () => void;
}

/** What a machine's kernel reported of itself in its newest run, the newest first. */
export function KernelReportDialog({ vm, onClose }: KernelReportDialogProps) {
  const answer = useAnswer('debug.reports', { id: vm.id }, `${vm.eventCount}`);
  const reports = answer?.ok ? answer.value.reports.toReversed() : [];
  return (
    <Dialog
      title={`What the kernel of ${vm.name} reported`}
      text={`Run ${vm.runNumber}: panics, warnings and call traces from the end of con0, the newest first.`}
      onClose={onClose}
      footer={
        <span className="end row">
          <Button onClick={onClose}>Close</Button>
        </span>
      }
    >
      {answer?.ok === false && <ErrorNote error={answer.error} />}
      {answer?.ok && reports.length === 0 && <p className="sec">It has reported nothing.</p>}
      {reports.map((report, n) => (
        <KernelReportView key={n} report={report} kernelPath={vm.kernelPath} />
      ))}
    </Dialog>
  );
}
