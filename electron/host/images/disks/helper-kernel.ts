import { failure } from '@shared/errors/paddock-error.js';
import type { KernelService } from '../../kernels/kernel-service.js';
import { runProgram } from '../../platform/run-program.js';

const CONFIG_LIMIT_MS = 5000;

/** File systems that a helper may have to mount, by the option that builds one into a kernel. */
const options = {
  ext4: 'EXT4_FS',
  xfs: 'XFS_FS',
  btrfs: 'BTRFS_FS',
} as const;

/** A file system that a helper can be asked to mount. */
export type HelperFilesystem = keyof typeof options;

/**
 * The newest kernel that a helper can be: its root is this computer's files by hostfs, and the file systems that it
 * mounts are built in, because it can't load modules of a kernel that isn't installed. Throws Failure `helper-kernel`.
 */
export async function helperKernel(
  kernels: KernelService,
  what: string,
  filesystems: readonly HelperFilesystem[],
): Promise<string> {
  const needed = [
    'MMU',
    'HOSTFS',
    'BLK_DEV_UBD',
    'TMPFS',
    'DEVTMPFS',
    ...filesystems.map((name) => options[name]),
  ];
  let why = 'there is none';
  for (const { path, version } of await kernels.newestFirst()) {
    const config = await runProgram([path, '--showconfig'], { timeoutMs: CONFIG_LIMIT_MS }).catch(() => '');
    const missing = needed.filter((option) => !config.includes(`\nCONFIG_${option}=y\n`));
    if (missing.length === 0) return path;
    why = `${version} was built without CONFIG_${missing.join(', CONFIG_')}`;
  }
  throw failure('helper-kernel', { what, why });
}
