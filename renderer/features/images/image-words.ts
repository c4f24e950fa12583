import type { Image } from '@shared/images/image.js';
import { isJobActive, type Job } from '@shared/jobs/job.js';
import type { ImageUsers } from '@shared/images/image-users.js';

/** What an image is, in a word or two. */
export const kindWords: Readonly<Record<Image['kind'], string>> = {
  tiny: 'Tiny',
  merged: 'Merged from layers',
  file: 'A file of yours',
  debian: 'Debian',
  tree: 'From a root file system',
  disk: 'From a disk',
  nommu: 'Without an MMU',
};

/** Why an image can't be read now, or null: a job works on it. Who stands on it doesn't mind. */
export const reasonAgainstRead = (job: Job | null): string | null =>
  job && isJobActive(job.state) ? `Wait: ${job.title}.` : null;

/** Why an image can't be changed now, or null: somebody stands on it, or a job works on it. */
export function reasonAgainstChange({ layers, vms }: ImageUsers, job: Job | null): string | null {
  const read = reasonAgainstRead(job);
  if (read !== null) return read;
  const [layer, ...more] = layers;
  if (layer) {
    const also = more.length === 0 ? '' : ` and ${more.length} more`;
    const what = layer.role === 'snapshot' ? `A snapshot, ${layer.name}` : `The layer of ${layer.name}`;
    return `${what}${also} ${more.length === 0 ? 'stands' : 'stand'} on it: make a layer and change that.`;
  }
  const [vm] = vms;
  return vm ? `The machine ${vm.name} has it as a disk.` : null;
}

/** Why an image can't be put away, or null. */
export function reasonAgainstTrash(users: ImageUsers, job: Job | null): string | null {
  const read = reasonAgainstRead(job);
  if (read !== null) return read;
  const count = users.layers.length;
  if (count > 0)
    return `${count === 1 ? 'A layer stands' : `${count} layers stand`} on it: put ${count === 1 ? 'that' : 'those'} away first.`;
  const [vm] = users.vms;
  return vm ? `The machine ${vm.name} has it as a disk.` : null;
}
