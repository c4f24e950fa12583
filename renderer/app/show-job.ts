import { kernelJobKinds, type Job } from '@shared/jobs/job.js';
import { selectImageRow } from '../stores/images-store.js';
import { selectKernelRow } from '../stores/kernels-store.js';
import { showPlace } from '../stores/ui-store.js';

/** Shows a job in the place of what it is about. */
export function showJob({ id, kind }: Job): void {
  const isOfKernels = kernelJobKinds.some((one) => one === kind);
  if (isOfKernels) selectKernelRow(`job:${id}`);
  else selectImageRow(`job:${id}`);
  showPlace({ kind: isOfKernels ? 'kernels' : 'images' });
}
