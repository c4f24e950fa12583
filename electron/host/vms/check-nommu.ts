import { readFileSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { NOMMU_INIT, whyNotNommuInit } from '@shared/kernels/nommu.js';
import { isExt } from '../images/disks/disk-parts.js';
import { ExtBrowser } from '../images/disks/ext-browser.js';
import { withPlainPath } from '../images/disks/ext-tools.js';
import { rootPart } from '../images/disks/find-root.js';
import type { KernelService } from '../kernels/kernel-service.js';
import { elfFacts } from '../platform/elf-file.js';
import type { VmRecord } from './vm-record.js';

/** More than any init has; what is larger is not looked into. */
const INIT_BYTES_MAX = 64 * 1024 * 1024;

/**
 * That the first program of a machine's image is one that a kernel without an MMU can run. Looked at before its first
 * start only: later its layer may hold another one. What can't be looked into passes. Throws Failure nommu-init.
 */
export async function checkNommuInit({ spec, run }: VmRecord, kernels: KernelService): Promise<void> {
  const [disk] = spec.disks;
  const { root, init } = spec.boot;
  if (run !== null || disk?.kind !== 'layer' || root.kind !== 'disk') return;
  const part = await rootPart({ path: disk.basePath, rootPartition: root.partition }, kernels);
  if (!isExt(part.filesystem)) return;
  const path = init ?? NOMMU_INIT;
  const refuse = (why: string): Failure => failure('nommu-init', { name: spec.name, path, why });
  const folder = await mkdtemp(join(tmpdir(), 'paddock-init-'));
  try {
    await withPlainPath(disk.basePath, async (plain) => {
      const browser = new ExtBrowser(plain, part, spec.name);
      const found = await browser.file(path).catch((error: unknown) => {
        throw error instanceof Failure && error.error.code === 'image-unfit' ? refuse('is not there') : error;
      });
      if (found.bytes > INIT_BYTES_MAX) return;
      const copy = await open(join(folder, 'init'), 'wx', 0o600);
      await browser.read(found, copy).finally(() => copy.close());
      const why = whyNotNommuInit(await elfFacts(join(folder, 'init')));
      if (why !== null) throw refuse(why);
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
