import { z } from 'zod';
import { NOMMU_INIT } from '../kernels/nommu.js';
import { guestDiskName } from '../layers/disk.js';

/** Where the kernel sees the folder that its guest boots from (docs/decisions/0026). */
export const GUEST_ROOT = '/guest';
/** What a guest that boots this computer's own files runs first; it is put there for it. */
export const COMPUTER_INIT = '/run/paddock-init';
/** This computer's programs want more memory than BusyBox. */
export const COMPUTER_MEMORY_MIB = 256;

/** Absolute path of a folder of this computer, in whatever letters. */
const folderPath = z
  .string()
  .max(4000)
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  .regex(/^\/[^\u0000-\u001f\u007f]*$/u);

/** A partition of a disk as the kernel counts them: 1 for /dev/ubda1; null: the whole disk. */
export const partitionSchema = z.int().min(1).max(128).nullable();

/** Path of the first program in the guest; null: the kernel looks for it. One that can stand in an argument. */
export const initSchema = z
  .string()
  .startsWith('/')
  .max(255)
  .regex(/^[^\s,"'\p{Cc}]*$/u)
  .nullable();

const folderRootSchema = z.strictObject({
  kind: z.literal('folder'),
  path: folderPath,
  readOnly: z.boolean(),
});
const computerRootSchema = z.strictObject({ kind: z.literal('computer') });

/** A root that is no disk, as it is asked for. */
export const hostRootSchema = z.discriminatedUnion('kind', [folderRootSchema, computerRootSchema]);
export type HostRoot = z.infer<typeof hostRootSchema>;

/** What a machine's root file system is: its first disk, a folder, or this computer's own files. */
export const rootSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('disk'), partition: partitionSchema }),
  folderRootSchema,
  computerRootSchema,
]);
export type Root = z.infer<typeof rootSchema>;

/** How a machine boots. */
export const bootSchema = z.strictObject({ root: rootSchema, init: initSchema });
export type Boot = z.infer<typeof bootSchema>;

/** From its first disk, the whole of it, as nearly all machines do. */
export const diskBoot: Boot = { root: { kind: 'disk', partition: null }, init: null };

/** The guest's name of a disk's partition, or of the disk: ubda1, ubda. */
export const rootDevice = (unit: number, partition: number | null): string =>
  `${guestDiskName(unit)}${partition ?? ''}`;

/** The kernel's arguments that say what it boots from; `firstUnit` is the number of its first disk, if it has one. */
export function bootWords({ root, init }: Boot, firstUnit: number | undefined, isNommu: boolean): string[] {
  const first = root.kind === 'computer' ? COMPUTER_INIT : (init ?? (isNommu ? NOMMU_INIT : null));
  return [...rootWords(root, firstUnit, isNommu), ...(first === null ? [] : [`init=${first}`])];
}

function rootWords(root: Root, firstUnit: number | undefined, isNommu: boolean): string[] {
  // It takes ubd0 by itself (facts/nommu).
  if (root.kind === 'disk' && isNommu && firstUnit === 0 && root.partition === null) return ['rw'];
  if (root.kind === 'disk')
    return firstUnit === undefined ? [] : [`root=/dev/${rootDevice(firstUnit, root.partition)}`, 'rw'];
  const isReadOnly = root.kind === 'computer' || root.readOnly;
  return ['root=/dev/root', 'rootfstype=hostfs', `hostfs=${GUEST_ROOT}`, isReadOnly ? 'ro' : 'rw'];
}

/** What a machine boots from, for people; null for a disk, which is told elsewhere. */
export function rootText(root: Root): string | null {
  switch (root.kind) {
    case 'disk':
      return null;
    case 'folder':
      return `the folder ${root.path}${root.readOnly ? ', read-only' : ''}`;
    case 'computer':
      return 'this computer’s own files, read-only; what is changed is thrown away';
  }
}

/** Why a machine has no disks of Paddock's, or null for one that can have them. */
export function noDisksReason({ taken, boot }: { taken: boolean; boot: Boot }): string | null {
  if (taken) return 'It was started outside Paddock and has no layer of Paddock’s.';
  return boot.root.kind === 'disk' ? null : 'It boots from files of this computer and has no disks.';
}
