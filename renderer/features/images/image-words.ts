import type { HostState } from '@shared/api/state.js';
import type { Image } from '@shared/images/image.js';
import { isJobActive, type Job } from '@shared/jobs/job.js';
import type { Layer } from '@shared/layers/layer.js';
import type { VmView } from '@shared/vms/vm-view.js';

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

/** "ext4 on the whole disk", "ext4 on partition 1 (ubda1)" */
export function rootWords({ filesystem, rootPartition }: Image): string {
  const what = filesystem === 'unknown' ? 'a file system that nobody looked at' : filesystem;
  return rootPartition === null
    ? `${what}, on the whole disk`
    : `${what}, on partition ${rootPartition} (/dev/ubda${rootPartition})`;
}

/** Who stands on an image. */
export interface ImageUsers {
  /** Its layers: of machines, free ones and snapshots. */
  layers: readonly Layer[];
  /** Machines with a layer on it, or with the file itself as a disk. */
  vms: readonly VmView[];
}

/** Who uses an image, as far as the state says. */
export function usersOf(state: Pick<HostState, 'layers' | 'vms' | 'bases'>, image: Image): ImageUsers {
  const baseIds = new Set(
    Object.values(state.bases).flatMap(({ id, imageId, path }) =>
      imageId === image.id || path === image.path ? [id] : [],
    ),
  );
  const layers = Object.values(state.layers).filter(
    ({ baseId, basePath }) => baseIds.has(baseId) || basePath === image.path,
  );
  const owners = new Set(layers.flatMap(({ role, vmId }) => (role === 'machine' && vmId ? [vmId] : [])));
  const vms = Object.values(state.vms).filter(
    (vm) => owners.has(vm.id) || vm.disks.some((disk) => 'path' in disk && disk.path === image.path),
  );
  return { layers, vms };
}

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

/** A free name for an image: the wish itself, or with the first number that is free. */
export function freeImageName(wish: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wish)) return wish;
  for (let n = 2; ; n += 1) if (!taken.has(`${wish}-${n}`)) return `${wish}-${n}`;
}

/** What of a text can stand in an image's name. */
export function nearestImageName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
}
