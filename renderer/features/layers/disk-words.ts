import { guestDiskName, type DiskFlags, type DiskView } from '@shared/layers/disk.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { fileName } from '../../lib/format.js';

/** A flag of a disk in words. */
export interface FlagWords {
  flag: keyof DiskFlags;
  /** As UML takes it. */
  letter: string;
  title: string;
  text: string;
}

/** The flags of UML's disks, each with one plain sentence. */
export const flagWords: readonly FlagWords[] = [
  { flag: 'readOnly', letter: 'r', title: 'Read-only', text: 'The guest can read it and not write to it.' },
  {
    flag: 'sync',
    letter: 's',
    title: 'Write through',
    text: 'The guest goes on only when a write is on this computer’s disk. Slower, and nothing is lost with the power.',
  },
  {
    flag: 'asData',
    letter: 'd',
    title: 'Take a layer as plain data',
    text: 'The guest sees a copy-on-write file as the bytes it is, header and all, and not the disk in it.',
  },
  {
    flag: 'shared',
    letter: 'c',
    title: 'Shared, without a lock',
    text: 'Others may have it open at the same time. A file system that isn’t made for that is destroyed by it.',
  },
  {
    flag: 'noTrim',
    letter: 't',
    title: 'No discard',
    text: 'What the guest frees stays on this computer’s disk.',
  },
];

/** What a disk is, in a few words: "layer on tiny.img". */
export function diskKind(disk: DiskView): string {
  if (disk.kind === 'layer') return `layer on ${disk.basePath === null ? 'a base' : fileName(disk.basePath)}`;
  if (disk.kind === 'file') return 'a file of yours';
  return disk.use === 'swap' ? 'swap' : disk.origin;
}

/** Where a disk is in the guest: "/dev/ubdb". */
export function guestPath({ unit }: Pick<DiskView, 'unit'>): string {
  return `/dev/${guestDiskName(unit)}`;
}

/** Whether the machine that runs has it; null when it is off, where every disk is from the next start on. */
export function pluggedText(vm: VmView, disk: DiskView): string | null {
  if (!isLive(vm.state)) return null;
  return disk.isPlugged ? 'in the machine now' : 'from the next start on';
}

/** What becomes of a disk that is removed. */
export function removalText(disk: DiskView): string {
  if (disk.kind === 'layer')
    return 'Its layer becomes free, with all that is in it: it can be given to a machine again.';
  if (disk.kind === 'own') return 'Its file goes to the trash, and can be put back from there.';
  return 'The file stays where it is.';
}
