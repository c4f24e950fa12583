import type { ReactNode } from 'react';
import type { Built } from '@shared/kernels/build-wish.js';
import { newestFirst } from '@shared/kernels/kernel.js';
import type { Job } from '@shared/jobs/job.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { BuildPage } from '../features/kernels/build/build-page.js';
import { fillBuildFrom } from '../features/kernels/build/build-draft.js';
import { KernelsBar } from '../features/kernels/kernels-bar.js';
import { KernelsPage } from '../features/kernels/kernels-page.js';
import { kernelsSummary } from '../features/kernels/kernel-words.js';
import { JobMark } from '../features/jobs/job-progress.js';
import { StateIcon } from '../features/vms/state-icon.js';
import { bridge } from '../lib/bridge.js';
import { useHost } from '../stores/host-store.js';
import { selectKernelRow, showKernelBuild, useKernelsUi } from '../stores/kernels-store.js';
import { openDialog, selectMachine } from '../stores/ui-store.js';
import { KernelJobPage } from './kernel-job-page.js';

const stateIcon = (vm: VmView): ReactNode => <StateIcon state={vm.state} />;
const jobMark = (job: Job): ReactNode => <JobMark job={job} />;
const jobPage = (job: Job): ReactNode => <KernelJobPage key={job.id} job={job} />;
const deeds = {
  newMachine: ({ path }: { path: string }): void =>
    openDialog({ kind: 'new-machine', image: null, kernelPath: path }),
  showMachine: (vmId: string): void => selectMachine(vmId, 'overview'),
  copy: (text: string): Promise<void> => bridge.clipboard.writeText(text),
  buildLike: (how: Built): void => {
    fillBuildFrom(how);
    showKernelBuild(true);
  },
};

/** The place of kernels. */
export function KernelsPlace() {
  const kernels = useHost((state) => state.kernels);
  const vms = useHost((state) => state.vms);
  const jobs = useHost((state) => state.jobs);
  const isBuilding = useKernelsUi((ui) => ui.isBuilding);
  if (isBuilding)
    return (
      <BuildPage
        copy={deeds.copy}
        onClose={() => showKernelBuild(false)}
        onStarted={(jobId) => {
          showKernelBuild(false);
          selectKernelRow(`job:${jobId}`);
        }}
      />
    );
  return (
    <div className="kernels">
      <KernelsBar
        summary={kernelsSummary(newestFirst(Object.values(kernels)))}
        onBuild={() => showKernelBuild(true)}
        onGet={() => openDialog({ kind: 'get-kernel', acceptsStale: false })}
      />
      <KernelsPage
        kernels={kernels}
        vms={vms}
        jobs={jobs}
        stateIcon={stateIcon}
        jobMark={jobMark}
        jobPage={jobPage}
        deeds={deeds}
      />
    </div>
  );
}
