import { resolve } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import { guestDiskName, type Disk } from '@shared/layers/disk.js';
import { isLive } from '@shared/vms/vm-state.js';
import { checkLayer } from '../layers/layer-files.js';
import { fileLocks } from '../platform/file-locks.js';
import { statOrNull } from '../platform/files.js';
import { checkFileDisk } from './disk-file.js';
import type { VmRecord } from './vm-record.js';
import type { VmService } from './vm-service.js';

/**
 * Everything about a machine's disks that is known to make a start fail, or to destroy a disk, before it does; and the
 * links that UML needs for them. Throws Failure: layer-*, disk-*, base-has-layers, image-missing.
 */
export async function checkDisks(vms: VmService, vm: VmRecord): Promise<void> {
  await vms.disks.ensureLinks(vm.spec);
  for (const disk of vm.spec.disks) await checkDiskFree(vms, vm, disk);
}

/** The same for one disk. */
export async function checkDiskFree(vms: VmService, vm: VmRecord, disk: Disk): Promise<void> {
  const path = vms.files.disk(vm.spec, disk);
  if (disk.kind === 'layer') {
    // The kernel takes no base with it, and the guest would read the layer's header as its first sectors.
    if (disk.flags.asData)
      throw failure('disk-refused', {
        name: vm.spec.name,
        disk: diskName(disk.unit),
        why: 'with the flag d its layer would be read as plain data, without its base',
      });
    vms.disks.holds.check([path]);
    vms.disks.checkWhole(disk.basePath);
    await checkLayer(path, { free: true });
    return;
  }
  const file = await statOrNull(path);
  if (!file) throw failure('disk-path', { path, why: 'it is not there' });
  if (disk.kind === 'file') await checkFileDisk(path, disk.flags);
  const isWritten = !disk.flags.readOnly;
  if (isWritten) await checkNoBase(vms, path, file);
  // A lock keeps only other processes out: a machine has all its disks in one.
  const users = [...vms.records.values()].filter((other) => other === vm || isLive(other.state));
  for (const { spec } of users)
    for (const theirs of spec.disks) {
      if (spec.id === vm.spec.id && theirs.unit === disk.unit) continue;
      const there = await statOrNull(vms.files.disk(spec, theirs));
      if (there?.ino !== file.ino || there.dev !== file.dev) continue;
      // Both must say that they share it.
      const isShared = disk.flags.shared && theirs.flags.shared;
      if (!isShared && (isWritten || !theirs.flags.readOnly))
        throw failure('disk-shared', { path, other: spec.name });
    }
  if (disk.flags.shared) return;
  const lock = (await fileLocks(path)).find(({ kind }) => isWritten || kind === 'write');
  if (lock) throw failure('layer-locked', { path, pid: lock.pid });
}

/** A base is never attached writable while a layer stands on it. Throws Failure `base-has-layers`. */
async function checkNoBase(vms: VmService, path: string, file: { dev: number; ino: number }): Promise<void> {
  for (const { basePath, name } of vms.layersOnBases()) {
    const base = await statOrNull(basePath);
    if (base?.ino === file.ino && base.dev === file.dev)
      throw failure('base-has-layers', { path, layers: name });
  }
}

/** A disk that is plugged in by hand, `ubd1=/path`, must be no base either. Throws Failure `base-has-layers`. */
export async function checkUbdCommand(vms: VmService, argument: string): Promise<void> {
  const [, flags, path = '', backing] =
    /^ubd[0-9a-z]+?([rsdct]*)=([^,:]+)(?:[,:]([^,:]+))?/.exec(argument) ?? [];
  // Read-only, or itself a layer on what comes behind.
  if (path === '' || flags?.includes('r') || backing !== undefined) return;
  // A machine of ours is started in /.
  const file = await statOrNull(resolve('/', path));
  if (file) await checkNoBase(vms, path, file);
}

/** A disk as it is called to a person: `ubd1 (/dev/ubdb)`. */
export function diskName(unit: number): string {
  return `ubd${unit} (/dev/${guestDiskName(unit)})`;
}
