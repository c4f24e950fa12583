import { readFileSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { NOMMU_INIT, whyNotNommuInit } from '@shared/kernels/nommu.js';
import type { VmSpec } from '@shared/vms/vm-spec.js';
import { isExt } from '../images/disks/disk-parts.js';
import { ExtBrowser } from '../images/disks/ext-browser.js';
import { withPlainPath } from '../images/disks/ext-tools.js';
import { rootPart } from '../images/disks/find-root.js';
import type { KernelService } from '../kernels/kernel-service.js';
import { runBlockTask } from '../blocks/run-block-task.js';
import { elfFacts } from '../platform/elf-file.js';
import { log } from '../platform/log.js';
import type { VmFiles } from './vm-files.js';
import type { VmRecord } from './vm-record.js';

/** More than any init has; what is larger is not looked into. */
const INIT_BYTES_MAX = 64 * 1024 * 1024;

/**
 * That the first program of a machine is one that a kernel without an MMU can run. Looked at before its first start on a
 * kernel: later a guest that runs says by itself what is wrong with it. What can't be looked into passes. Throws Failure
 * nommu-init.
 */
export async function checkNommuInit(
  { spec, run }: VmRecord,
  kernels: KernelService,
  files: VmFiles,
): Promise<void> {
  const [disk] = spec.disks;
  const { root } = spec.boot;
  if (disk?.kind !== 'layer' || root.kind !== 'disk' || run?.argv[0] === spec.kernelPath) return;
  const { partition } = root;
  const why = await whyNotInit(spec, { path: disk.basePath, rootPartition: partition }, kernels);
  if (why === null) return;
  if (run === null) throw failure('nommu-init', { name: spec.name, path: initOf(spec), why });
  // On another kernel its guest may have put one there that can be run: only base and layer together say. Slower than the base
  // alone, which is why that is looked at first.
  const whole = join(files.folder(spec.id), 'looked-into.partial');
  try {
    await rm(whole, { force: true });
    await runBlockTask({ kind: 'merge', base: disk.basePath, layer: files.disk(spec, disk), target: whole });
    const still = await whyNotInit(spec, { path: whole, rootPartition: partition }, kernels);
    if (still !== null) throw failure('nommu-init', { name: spec.name, path: initOf(spec), why: still });
  } catch (error) {
    if (error instanceof Failure && error.error.code === 'nommu-init') throw error;
    log('warn', 'layer not looked into', { name: spec.name, error: (error as Error).message });
  } finally {
    await rm(whole, { force: true });
  }
}

const initOf = ({ boot }: Pick<VmSpec, 'boot'>): string => boot.init ?? NOMMU_INIT;

/** Why the first program on a disk can't be run without an MMU, as a clause; null when it can, or can't be looked at. */
async function whyNotInit(
  spec: Pick<VmSpec, 'name' | 'boot'>,
  disk: { path: string; rootPartition: number | null },
  kernels: KernelService,
): Promise<string | null> {
  const part = await rootPart(disk, kernels);
  if (!isExt(part.filesystem)) return null;
  const folder = await mkdtemp(join(tmpdir(), 'paddock-init-'));
  try {
    return await withPlainPath(disk.path, async (plain) => {
      const browser = new ExtBrowser(plain, part, spec.name);
      const found = await browser.file(initOf(spec)).catch((error: unknown) => {
        if (error instanceof Failure && error.error.code === 'image-unfit') return null;
        throw error;
      });
      if (found === null) return 'is not there';
      if (found.bytes > INIT_BYTES_MAX) return null;
      const copy = await open(join(folder, 'init'), 'wx', 0o600);
      await browser.read(found, copy).finally(() => copy.close());
      return whyNotNommuInit(await elfFacts(join(folder, 'init')));
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** That a kernel which needs address 0 can have it; root's can everywhere (CAP_SYS_RAWIO). Throws Failure address-zero. */
export function checkAddress0({ spec }: VmRecord, { needsAddress0 }: Kernel): void {
  if (!needsAddress0 || process.getuid?.() === 0) return;
  const least = Number(readFileSync('/proc/sys/vm/mmap_min_addr', 'utf8'));
  if (least > 0) throw failure('address-zero', { name: spec.name, least });
}
