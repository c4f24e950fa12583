import { runModeWords } from '../kernels/run-mode.js';
import { diskWord, guestDiskName, type DiskArgument } from '../layers/disk.js';
import { bootWords } from './boot.js';
import type { VmSpec } from './vm-spec.js';
import { earlyOutputWords, loginDevices, wiring } from './wiring.js';

/** Where the sockets of a start are, as absolute paths. */
export interface SocketPaths {
  /** UML makes `<umlDir>/<umid>/{pid,mconsole}` here. */
  umlDir: string;
  /** The datagram socket that the kernel tells about its boot and its panics. */
  notifySocket: string;
}

/** And its disks, by the paths that UML is given. */
export interface CommandLinePaths extends SocketPaths {
  disks: readonly DiskArgument[];
  /** The arguments of its network cards. */
  nics: readonly string[];
  /** Its kernel has no MMU. */
  isNommu?: boolean;
}

/** The exact argv that starts a machine. */
export function commandLine(spec: VmSpec, paths: CommandLinePaths): string[] {
  const logins = loginDevices(spec);
  const swaps = spec.disks.flatMap((disk) =>
    disk.kind === 'own' && disk.use === 'swap' ? [guestDiskName(disk.unit)] : [],
  );
  return [
    spec.kernelPath,
    `umid=${spec.name}`,
    `uml_dir=${paths.umlDir}`,
    `mem=${spec.memoryMiB}M`,
    ...paths.disks.map(diskWord),
    ...bootWords(spec.boot, paths.disks[0]?.unit, paths.isNommu ?? false),
    ...paths.nics,
    ...wiring(spec).words,
    ...earlyOutputWords(spec),
    `mconsole=notify:${paths.notifySocket}`,
    // Not the kernel's: the tiny image's rcS reads them from /proc/cmdline.
    `paddock.hostname=${spec.name}`,
    `paddock.consoles=${logins.atOnce.join(',')}`,
    ...(logins.late.length === 0 ? [] : [`paddock.late=${logins.late.join(',')}`]),
    ...(swaps.length === 0 ? [] : [`paddock.swap=${swaps.join(',')}`]),
    // Last: what is behind `--` is the init's.
    ...runModeWords(spec.runMode),
  ];
}

/**
 * The argv of the next start of a machine that was taken over: what it was found with, but under its new name and
 * with consoles and sockets of Paddock's.
 */
export function takenCommandLine(spec: VmSpec, paths: SocketPaths): string[] {
  const kept = (spec.taken?.argv ?? [])
    .slice(1)
    .filter((word) => !/^(umid|uml_dir|mem|mconsole|con\d*|ssl\d*)=/.test(word));
  return [
    spec.kernelPath,
    `umid=${spec.name}`,
    `uml_dir=${paths.umlDir}`,
    `mem=${spec.memoryMiB}M`,
    ...kept,
    ...wiring(spec).words,
    ...earlyOutputWords(spec),
    `mconsole=notify:${paths.notifySocket}`,
    ...runModeWords(spec.runMode),
  ];
}

/** `argv` as it could be pasted into a shell; only what needs quotes gets them. */
export function shellText(argv: readonly string[]): string {
  return argv
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}
