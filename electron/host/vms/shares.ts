import { constants } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { mountSharesScript, parseMounted, type Share } from '@shared/vms/share.js';
import type { VmSpec } from '@shared/vms/vm-spec.js';
import { runScript } from '../guest-tools/run-script.js';
import { log } from '../platform/log.js';
import { givenFolder, isWithin, may } from './given-folder.js';
import { checkConfinedLines } from './host-root.js';
import type { VmFiles } from './vm-files.js';
import type { VmRecord } from './vm-record.js';

/** What the system is run by, or what holds the secrets of it: no guest is given these, nor anything in them. */
const systemFolders = ['/proc', '/sys', '/dev', '/run', '/boot', '/etc'];
/** What programs of this computer are run from: no guest writes there. */
const programFolders = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/opt', '/nix'];
/** So long a guest may take to mount all of them. */
const MOUNT_LIMIT_MS = 20_000;
/** What it may say meanwhile. */
const MOUNT_OUTPUT_MAX = 64 * 1024;

/**
 * Everything that is known to keep a machine's shares from working, or that would let its guest out. Throws Failure:
 * share-*, root-line, root-memory-folder.
 */
export async function checkShares(
  spec: Pick<VmSpec, 'name' | 'taken' | 'memoryFolder' | 'consoles' | 'shares'>,
  kernel: Kernel | null,
  files: VmFiles,
  /** Kernels that are run here, unconfined to be asked what they can. */
  kernelPaths: readonly string[],
): Promise<void> {
  if (spec.shares.length === 0) return;
  if (spec.taken !== null) throw failure('share-taken', { name: spec.name });
  if (kernel?.hostfs === false) throw failure('share-kernel', { path: kernel.path });
  if (spec.memoryFolder !== null) throw failure('root-memory-folder', { name: spec.name });
  checkConfinedLines(spec.consoles);
  const programs = await Promise.all(
    [...kernelPaths, process.execPath].map((path) => realpath(path).catch(() => path)),
  );
  for (const share of spec.shares) {
    const why = await shareFault(share, files, programs);
    if (why !== null) throw failure('share-folder', { path: share.path, why });
  }
}

async function shareFault(
  { path, readOnly }: Share,
  files: VmFiles,
  programs: readonly string[],
): Promise<string | null> {
  const given = await givenFolder(path, [dirname(files.vmsDir), dirname(files.umlDir)]);
  if ('why' in given) return given.why;
  const { real } = given;
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  if (/[\u0000-\u001f\u007f]/.test(real)) return 'there is a control character in its path';
  const system = systemFolders.find((folder) => isWithin(real, folder));
  if (system !== undefined) return `${system} belongs to the system`;
  if (readOnly) return null;
  if (!(await may(real, constants.W_OK))) return 'you may not write in it; it can be shared read-only';
  const folder = programFolders.find((one) => isWithin(real, one));
  if (folder !== undefined)
    return `this computer runs programs from ${folder}; it can only be shared read-only`;
  const program = programs.find((one) => isWithin(one, real));
  if (program !== undefined)
    return `Paddock runs ${program}, which is in it; it can only be shared read-only`;
  return null;
}

/** Has the guest mount its shares, and notes down what became of it. */
export async function mountShares(vm: VmRecord, shares: readonly Share[]): Promise<void> {
  if (shares.length === 0 || !vm.guestTools) return;
  const limits = { timeoutMs: MOUNT_LIMIT_MS, outputMax: MOUNT_OUTPUT_MAX };
  try {
    const { said } = await runScript(vm.guestTools, mountSharesScript(shares, vm.spec.boot), limits);
    vm.note({ kind: 'shares', shares: parseMounted(said.toString('utf8'), shares) });
    vm.announce();
  } catch (error) {
    log('warn', 'shares not mounted', { name: vm.spec.name, error: (error as Error).message });
  }
}
