import { stat, statfs } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import { imageNameSchema } from '@shared/images/image.js';
import { SECTOR_SIZE } from '@shared/layers/cow-header.js';
import type { Layer } from '@shared/layers/layer.js';
import type { MergeTarget } from '@shared/layers/merge-plan.js';
import { nearestVmName } from '@shared/vms/vm-name.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { ImageService } from '../images/image-service.js';
import { fileLocks } from '../platform/file-locks.js';
import { statOrNull } from '../platform/files.js';
import type { VmRecord } from '../vms/vm-record.js';
import type { VmService } from '../vms/vm-service.js';
import type { Holds } from './holds.js';
import { checkLayer } from './layer-files.js';
import type { MergeIntents } from './merge-intents.js';

const MIB = 1024 * 1024;
/** Room that must be left over after a merge. */
const SPARE_BYTES = 16 * MIB;

/** One thing that must be so before the first byte is written; `check` gives the evidence, or throws Failure. */
export interface Guard {
  title: string;
  check: () => Promise<string>;
}

/** What is merged, and who has it. */
export interface MergeWork {
  layer: Layer;
  /** The machine whose layer it is; null for one of the library. */
  vm: VmRecord | null;
  target: MergeTarget;
  targetPath: string;
  /** Twice as much room is needed when uml_moo makes a second one to compare. */
  copies: number;
  /** Machine and files are held already, by the merge that asks. */
  isHeld: boolean;
}

/** What the guards ask. */
export interface GuardParts {
  vms: VmService;
  images: ImageService;
  holds: Holds;
  intents: MergeIntents;
  /** True for an image that a merge is making. */
  isMaking: (path: string) => boolean;
}

/**
 * Everything that would make a merge destroy something or fail half way. uml_moo itself looks at none of it
 * (facts/images-and-cow B8).
 */
export function mergeGuards(parts: GuardParts, work: MergeWork): Guard[] {
  const { layer, vm, target, targetPath } = work;
  const who = vm ? `${vm.spec.name} is stopped` : 'No machine has it';
  const guards: Guard[] = [
    { title: `${who} and nothing holds the files`, check: () => checkFree(parts, work) },
    {
      title: 'The base is the one this layer was made on',
      check: async () => {
        const header = await checkLayer(layer.path, { free: false });
        if (header.backingSizeBytes % SECTOR_SIZE !== 0)
          throw failure('image-size-odd', { path: layer.basePath, size: header.backingSizeBytes });
        return 'time and size agree';
      },
    },
  ];
  if (target.kind === 'image')
    guards.push(
      { title: 'The result has a name of its own', check: () => checkName(parts, work, target.name) },
      { title: 'Enough room for a full copy', check: () => checkRoom(work) },
    );
  else
    guards.push({
      title: 'No machine runs on the base',
      check: async () => {
        await checkBaseFree(parts.vms, work);
        const file = await stat(targetPath);
        const uid = process.getuid?.() ?? 0;
        if (uid !== 0 && file.uid !== uid)
          throw failure('disk-path', {
            path: targetPath,
            why: 'it is somebody else’s, and only they may write to it',
          });
        return '0 locks';
      },
    });
  return guards;
}

async function checkFree(
  { vms, holds, intents }: GuardParts,
  { layer, vm, isHeld }: MergeWork,
): Promise<string> {
  if (!isHeld) {
    if (vm) vms.demand(vm, 'merge');
    holds.check([layer.path, layer.basePath]);
  }
  intents.check(layer.basePath);
  // What the layer's header names may be a link of ours.
  await vms.disks.links.ensure(layer.basePath);
  await checkLayer(layer.path, { free: true });
  const writers = (await fileLocks(layer.basePath)).filter(({ kind }) => kind === 'write');
  return `${(await fileLocks(layer.path)).length + writers.length} locks`;
}

/** That nobody reads the base, or is just beginning to: one that starts has no lock yet. Throws Failure. */
export async function checkBaseFree(
  vms: VmService,
  { vm, targetPath }: Pick<MergeWork, 'vm' | 'targetPath'>,
): Promise<void> {
  const [lock] = await fileLocks(targetPath);
  if (lock) throw failure('layer-locked', { path: targetPath, pid: lock.pid });
  const user = [...vms.records.values()].find(
    (other) =>
      other !== vm &&
      (isLive(other.state) || other.held !== null) &&
      other.spec.disks.some(
        (disk) => targetPath === (disk.kind === 'layer' ? disk.basePath : vms.files.disk(other.spec, disk)),
      ),
  );
  if (user)
    throw failure('layer-held', {
      path: targetPath,
      why: `${user.spec.name}, which uses it, is starting or being worked on`,
    });
}

async function checkName(
  { images, isMaking }: GuardParts,
  { layer, targetPath, isHeld }: MergeWork,
  name: string,
): Promise<string> {
  if (!imageNameSchema.safeParse(name).success)
    throw failure('merge-target-invalid', { name, nearest: nearestVmName(name) });
  if (images.isTaken(name)) throw failure('merge-target-exists', { path: name });
  const target = await statOrNull(targetPath);
  for (const source of [layer.path, layer.basePath]) {
    const file = await statOrNull(source);
    if (source === targetPath || (file && target && file.ino === target.ino && file.dev === target.dev))
      throw failure('merge-target-is-source', { path: targetPath });
  }
  if (target || (!isHeld && isMaking(targetPath))) throw failure('merge-target-exists', { path: targetPath });
  return `${basename(targetPath)} is new`;
}

async function checkRoom({ layer, targetPath, copies }: MergeWork): Promise<string> {
  const real = async (path: string): Promise<number> => ((await statOrNull(path))?.blocks ?? 0) * 512;
  const needed = ((await real(layer.basePath)) + (await real(layer.path))) * copies + SPARE_BYTES;
  const { bavail, bsize } = await statfs(dirname(targetPath));
  const free = bavail * bsize;
  const [neededMiB, freeMiB] = [Math.ceil(needed / MIB), Math.floor(free / MIB)];
  if (free < needed) throw failure('merge-no-space', { folder: dirname(targetPath), neededMiB, freeMiB });
  return `${sizeText(neededMiB)} of ${sizeText(freeMiB)} free`;
}

const sizeText = (mib: number): string => (mib < 1024 ? `${mib} MB` : `${(mib / 1024).toFixed(1)} GB`);
