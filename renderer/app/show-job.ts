import { kernelJobKinds, type Job } from '@shared/jobs/job.js';
import { hostStore } from '../stores/host-store.js';
import { selectImageRow } from '../stores/images-store.js';
import { selectBenchmark, selectKernelRow, showTestRun } from '../stores/kernels-store.js';
import { showPlace } from '../stores/ui-store.js';

/** Shows a job in the place of what it is about. */
export function showJob({ id, kind }: Job): void {
  if (kind === 'benchmark') {
    // The one that goes on is the newest.
    selectBenchmark(null);
    return showPlace({ kind: 'kernels' });
  }
  if (kind === 'run-tests') {
    const run = Object.values(hostStore.getState().state.testRuns).find(({ jobId }) => jobId === id);
    showTestRun(run?.id ?? null);
    return showPlace({ kind: 'kernels' });
  }
  const isOfKernels = kernelJobKinds.some((one) => one === kind);
  if (isOfKernels) selectKernelRow(`job:${id}`);
  else selectImageRow(`job:${id}`);
  showPlace({ kind: isOfKernels ? 'kernels' : 'images' });
}
