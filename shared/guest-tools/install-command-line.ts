import { diskWord, type DiskArgument } from '../layers/disk.js';
import { rootDevice } from '../vms/boot.js';

/** What the helper that installs guest tools is started with. */
export interface InstallPaths {
  kernelPath: string;
  umid: string;
  umlDir: string;
  memoryMiB: number;
  /** Its root disk. */
  disks: readonly DiskArgument[];
  /** The partition of it that holds the root file system; null: the whole disk. */
  partition: number | null;
  /** The folder of this computer that the guest sees, and nothing else of it. */
  toolsFolder: string;
  /** A word that only host and helper know, for its verdict. */
  token: string;
}

/**
 * Boots a disk with a shell in the place of its init (the kernel hands it what stands behind `--`, and double quotes
 * keep a script one word: next_arg, lib/cmdline.c). It ends by sysrq, because the programs that power off want an init.
 */
export function installCommandLine(paths: InstallPaths): [string, ...string[]] {
  const script = [
    'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
    'mount -t proc proc /proc',
    'mkdir -p /mnt',
    'mount -t hostfs -o ro none /mnt && sh /mnt/install.sh',
    'result=$?',
    'umount /mnt',
    'sync',
    'mount -o remount,ro /',
    `echo paddock-install-${paths.token} $result $?`,
    'echo o > /proc/sysrq-trigger',
    'sleep 10',
  ].join('; ');
  return [
    paths.kernelPath,
    `umid=${paths.umid}`,
    `uml_dir=${paths.umlDir}`,
    `mem=${paths.memoryMiB}M`,
    ...paths.disks.map(diskWord),
    `root=/dev/${rootDevice(paths.disks[0]?.unit ?? 0, paths.partition)}`,
    'rw',
    'con=null',
    'ssl=null',
    'con0=null,fd:1',
    `hostfs=${paths.toolsFolder}`,
    'panic=1',
    'init=/bin/sh',
    '--',
    '-c',
    `"${script}"`,
  ];
}

/** Whether the helper did it, from all that it said. */
export function installVerdict(said: string, token: string): { ok: true } | { ok: false; why: string } {
  const [, result, clean] =
    new RegExp(`^paddock-install-${token} (\\d{1,3}) (\\d{1,3})\\r?$`, 'm').exec(said) ?? [];
  if (result === undefined) return { ok: false, why: 'its guest didn’t come to the end of it' };
  if (result !== '0') return { ok: false, why: `the installation failed (${result})` };
  if (clean !== '0') return { ok: false, why: 'its file system could not be closed' };
  return { ok: true };
}
