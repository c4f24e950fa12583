import { dirname, join } from 'node:path';
import type { ConsoleSpec } from '@shared/consoles/channel.js';
import { channelWords } from '@shared/consoles/channel-words.js';
import { failure } from '@shared/errors/paddock-error.js';
import type { DiskArgument } from '@shared/layers/disk.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import type { HostRoot, Root } from '@shared/vms/boot.js';
import { nearestVmName } from '@shared/vms/vm-name.js';
import type { VmSpec } from '@shared/vms/vm-spec.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { Confinement, ShownFile } from './confinement.js';
import { checkFolderRoot } from './folder-root.js';
import { isConfined, type VmFiles } from './vm-files.js';
import type { VmRecord } from './vm-record.js';

/** What a machine boots from when that is no disk. */
export function hostRootOf(spec: VmSpec): HostRoot | null {
  return asHostRoot(spec.boot.root);
}

function asHostRoot(root: Root): HostRoot | null {
  return root.kind === 'disk' ? null : root;
}

/** A name for a machine that nobody gave one. */
export function nameForRoot(root: HostRoot | undefined): string {
  if (root === undefined) return 'tiny';
  if (root.kind === 'computer') return 'this-computer';
  return nearestVmName(root.path.replace(/\/+$/, '').split('/').at(-1) ?? '') || 'folder';
}

/** Everything that is known to keep a machine from booting files of this computer. Throws Failure: root-*. */
export async function checkHostRoot(
  root: HostRoot,
  { init, consoles }: { init: string | null; consoles: readonly ConsoleSpec[] },
  kernel: Kernel,
  files: VmFiles,
): Promise<void> {
  if (kernel.hostfs === false) throw failure('root-kernel', { path: kernel.path });
  checkConfinedLines(consoles);
  if (root.kind === 'folder')
    await checkFolderRoot(root.path, init, [dirname(files.vmsDir), dirname(files.umlDir)]);
}

/** A line that leads to a window, a device or a pseudo terminal leads out of its confinement. Throws Failure `root-line`. */
export function checkConfinedLines(consoles: readonly ConsoleSpec[]): void {
  for (const { line, channel } of consoles)
    if (channel.kind === 'xterm' || channel.kind === 'tty' || channel.kind === 'pts')
      throw failure('root-line', { line, channel: channelWords[channel.kind].title.toLowerCase() });
}

/** Two guests that write one folder know nothing of each other. Throws Failure `root-folder-in-use`. */
export function checkFolderFree(vm: VmRecord, all: Iterable<VmRecord>): void {
  const mine = hostRootOf(vm.spec);
  if (mine?.kind !== 'folder') return;
  for (const other of all) {
    const theirs = hostRootOf(other.spec);
    if (other === vm || !isLive(other.state) || theirs?.kind !== 'folder') continue;
    if (theirs.path === mine.path && !(theirs.readOnly && mine.readOnly))
      throw failure('root-folder-in-use', { path: mine.path, other: other.spec.name });
  }
}

/**
 * What a machine that is given files of this computer is confined with; null for one that isn't. `nics` are the arguments
 * of its network cards, as far as they are known; `kernelVersion` is its kernel's.
 */
export function confinementOf(
  spec: VmSpec,
  files: VmFiles,
  disks: readonly DiskArgument[],
  nics: readonly string[],
  kernelVersion: string,
): Confinement | null {
  if (!isConfined(spec, null)) return null;
  return {
    root: hostRootOf(spec),
    shares: spec.shares,
    own: files.ownFolder(spec.id),
    memoryMiB: spec.memoryMiB,
    kernel: { path: spec.kernelPath, version: kernelVersion },
    shown: [
      // Of a kernel that needs a newer C library than this computer has: it is fetched beside it.
      { path: join(dirname(spec.kernelPath), 'libc'), writable: false },
      ...disks.flatMap(diskFiles),
      ...nics.flatMap(socketFolders),
      ...(spec.nics.length > 0 ? networkFiles : []),
    ],
  };
}

function diskFiles({ path, base, flags }: DiskArgument): ShownFile[] {
  return [{ path, writable: !flags.readOnly }, ...(base === null ? [] : [{ path: base, writable: false }])];
}

/** Sockets, and folders of them, that a card's argument names (`vnl=vde:///run/...`, `daemon,,unix,/run/...`). */
function socketFolders(word: string): ShownFile[] {
  return [...word.matchAll(/(?:[=,]|vde:\/\/)(\/[^,]+)/g)].map(([, path = '']) => ({ path, writable: true }));
}

/** What a card on a tap opens, and what slirp asks for names with. */
const networkFiles: readonly ShownFile[] = [
  { path: '/dev/net/tun', writable: true },
  { path: '/etc/resolv.conf', writable: false },
  { path: '/etc/hosts', writable: false },
];
