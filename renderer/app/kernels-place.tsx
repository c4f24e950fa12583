import type { ReactNode } from 'react';
import type { Built } from '@shared/kernels/build-wish.js';
import { newestFirst } from '@shared/kernels/kernel.js';
import type { Job } from '@shared/jobs/job.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { BuildPage } from '../features/kernels/build/build-page.js';
import { fillBuildFrom } from '../features/kernels/build/build-draft.js';
import { BenchmarksPage } from '../features/benchmarks/benchmarks-page.js';
import { KernelsBar } from '../features/kernels/kernels-bar.js';
import { KernelsPage } from '../features/kernels/kernels-page.js';
import { kernelsSummary } from '../features/kernels/kernel-words.js';
import { JobMark, JobProgress } from '../features/jobs/job-progress.js';
import { TestRunsPage } from '../features/testruns/test-runs-page.js';
import { StateIcon } from '../features/vms/state-icon.js';
import { bridge } from '../lib/bridge.js';
import { plural } from '../lib/format.js';
import { useHost } from '../stores/host-store.js';
import {
  selectKernelRow,
  showKernelBuild,
  showKernelsView,
  showTestRun,
  useKernelsUi,
} from '../stores/kernels-store.js';
import { openDialog, selectMachine } from '../stores/ui-store.js';
import { Button } from '../ui/button.js';
import { PlayIcon } from '../ui/icons.js';
import { ViewTabs, viewPanelId, viewTabId } from '../ui/view-tabs.js';
import { KernelJobPage } from './kernel-job-page.js';

const stateIcon = (vm: VmView): ReactNode => <StateIcon state={vm.state} />;
const jobMark = (job: Job): ReactNode => <JobMark job={job} />;
const jobProgress = (job: Job): ReactNode => <JobProgress job={job} />;
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
const runTests = (): void => openDialog({ kind: 'run-tests' });

/** The place of kernels: they themselves, how their tests went, and what their system calls cost. */
export function KernelsPlace() {
  const kernels = useHost((state) => state.kernels);
  const vms = useHost((state) => state.vms);
  const jobs = useHost((state) => state.jobs);
  const isBuilding = useKernelsUi((ui) => ui.isBuilding);
  const benchmarks = useHost((state) => state.benchmarks);
  const testRuns = useHost((state) => state.testRuns);
  const view = useKernelsUi((ui) => ui.view);
  const testRun = useKernelsUi((ui) => ui.testRunId);
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
        summary={
          view === 'tests'
            ? plural(Object.keys(testRuns).length, 'run')
            : kernelsSummary(newestFirst(Object.values(kernels)))
        }
        tabs={
          <ViewTabs
            label="Kernels"
            value={view}
            tabs={[
              { value: 'library', title: 'Library' },
              { value: 'tests', title: 'Tests' },
              { value: 'benchmarks', title: 'Benchmarks' },
            ]}
            onChange={showKernelsView}
          />
        }
        onBuild={() => showKernelBuild(true)}
        onGet={() => openDialog({ kind: 'get-kernel', acceptsStale: false })}
      >
        {view === 'tests' && (
          <Button icon={<PlayIcon />} onClick={runTests}>
            Run tests…
          </Button>
        )}
      </KernelsBar>
      <div className="kernelspanel" role="tabpanel" id={viewPanelId(view)} aria-labelledby={viewTabId(view)}>
        {view === 'benchmarks' && (
          <BenchmarksPage benchmarks={benchmarks} kernels={kernels} jobs={jobs} jobProgress={jobProgress} />
        )}
        {view === 'tests' && (
          <TestRunsPage
            runs={testRuns}
            jobs={jobs}
            selected={testRun}
            onSelect={showTestRun}
            onStart={runTests}
          />
        )}
        {view === 'library' && (
          <KernelsPage
            kernels={kernels}
            vms={vms}
            jobs={jobs}
            stateIcon={stateIcon}
            jobMark={jobMark}
            jobPage={jobPage}
            deeds={deeds}
          />
        )}
      </div>
    </div>
  );
}
