import { createReadStream } from 'node:fs';
import { chmod, link, open, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { MergeCheck, MergePlan } from '@shared/api/calls.js';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import { imageNameSchema } from '@shared/images/image.js';
import { nearestVmName } from '@shared/vms/vm-name.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { describe, type ImageService } from '../images/image-service.js';
import type { JobReporter, JobService } from '../jobs/job-service.js';
import { fileLocks } from '../platform/file-locks.js';
import { statOrNull } from '../platform/files.js';
import { runProgram } from '../platform/run-program.js';
import type { VmRecord } from '../vms/vm-record.js';
import type { VmService } from '../vms/vm-service.js';
import { checkLayer, layerView } from './layer-files.js';

const MIB = 1024 * 1024;
/** uml_moo takes 40 s for 8 GB on a busy machine; this only ends one that hangs. */
const MERGE_LIMIT_MS = 6 * 60 * 60 * 1000;
/** uml_moo says nothing while it works: the size of what it writes is looked at so often. */
const PROGRESS_MS = 100;
/** Room that must be left over after a merge. */
const SPARE_BYTES = 16 * MIB;

/**
 * Merges a machine's layer and its base into a new image with uml_moo. uml_moo itself empties a base that is named
 * as its target, merges running machines and overwrites what is there (facts/images-and-cow B8): it runs only behind
 * these checks, and only into NAME.partial.
 */
export class MergeService {
  /** Images that are being made. */
  private readonly targets = new Set<string>();

  constructor(
    private readonly vms: VmService,
    private readonly images: ImageService,
    private readonly jobs: JobService,
  ) {}

  /** What the merge would do, each guard with its evidence. Nothing is changed. */
  async plan(vmId: VmId, imageName: string): Promise<MergePlan> {
    const vm = this.vms.get(vmId);
    const { basePath } = diskOf(vm);
    const layerPath = this.vms.files.layer(vm.spec);
    const targetPath = this.images.pathOf(imageName);
    const guards = this.guards(vm, imageName, layerPath, targetPath, false);
    const checks: MergeCheck[] = [];
    for (const { title, check } of guards) {
      try {
        checks.push({ title, ok: true, text: await check() });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        checks.push({ title, ok: false, text: error.message });
      }
    }
    const view = await layerView(layerPath).catch(() => null);
    return {
      basePath: view?.basePath ?? basePath,
      layerPath,
      targetPath,
      sizeBytes: (await statOrNull(basePath))?.size ?? 0,
      changedBytes: view?.changedBytes ?? 0,
      command: ['uml_moo', layerPath, `${targetPath}.partial`],
      checks,
    };
  }

  /** Starts the merge as a job. Throws the Failure of the first guard that says no. */
  async merge(vmId: VmId, imageName: string): Promise<string> {
    const vm = this.vms.get(vmId);
    const layerPath = this.vms.files.layer(vm.spec);
    const targetPath = this.images.pathOf(imageName);
    this.vms.demand(vm, 'merge');
    if (this.targets.has(targetPath)) throw failure('merge-target-exists', { path: targetPath });
    // Taken at once, before anything is awaited: two merges must not meet in one machine or one file.
    this.vms.hold(vm, 'Its layer is being merged.');
    this.targets.add(targetPath);
    const giveBack = (): void => {
      this.vms.release(vm);
      this.targets.delete(targetPath);
      // Who waits for it to start looks again: nobody starts it now.
      vm.announce();
    };
    try {
      for (const { check } of this.guards(vm, imageName, layerPath, targetPath, true)) await check();
    } catch (error) {
      giveBack();
      throw error;
    }
    return this.jobs.start(
      {
        kind: 'merge-layer',
        title: `Merging ${vm.spec.name} into ${imageName}`,
        vmId,
        steps: ['Merge with uml_moo', 'Flush to disk', 'Check the result', 'Put it in place'],
      },
      async (report) => {
        try {
          await this.run(vm, imageName, layerPath, targetPath, report);
          return imageName;
        } finally {
          giveBack();
        }
      },
    );
  }

  /** True for an image that a merge is making, and for its partial. */
  isMaking(path: string): boolean {
    return this.targets.has(path.replace(/\.partial$/, ''));
  }

  private guards(
    vm: VmRecord,
    imageName: string,
    layerPath: string,
    targetPath: string,
    /** Machine and target are held already, by the merge that asks. */
    isHeld: boolean,
  ): { title: string; check: () => Promise<string> }[] {
    return [
      {
        title: `${vm.spec.name} is stopped and nothing holds the files`,
        check: async () => {
          if (!isHeld) this.vms.demand(vm, 'merge');
          const header = await checkLayer(layerPath, { free: true });
          return `${(await fileLocks(layerPath)).length + (await fileLocks(header.backingPath)).filter((l) => l.kind === 'write').length} locks`;
        },
      },
      {
        title: 'The base is the one this layer was made on',
        check: async () => {
          await checkLayer(layerPath, { free: false });
          return 'time and size agree';
        },
      },
      {
        title: 'The result has a name of its own',
        check: async () => {
          if (!imageNameSchema.safeParse(imageName).success)
            throw failure('merge-target-invalid', { name: imageName, nearest: nearestVmName(imageName) });
          if (this.images.isTaken(imageName)) throw failure('merge-target-exists', { path: imageName });
          const target = await statOrNull(targetPath);
          for (const source of [layerPath, diskOf(vm).basePath]) {
            const file = await statOrNull(source);
            if (
              source === targetPath ||
              (file && target && file.ino === target.ino && file.dev === target.dev)
            )
              throw failure('merge-target-is-source', { path: targetPath });
          }
          if (target || (!isHeld && this.targets.has(targetPath)))
            throw failure('merge-target-exists', { path: targetPath });
          return `${basename(targetPath)} is new`;
        },
      },
      {
        title: 'Enough room for a full copy',
        check: async () => {
          const needed = (await realBytes(diskOf(vm).basePath)) + (await realBytes(layerPath)) + SPARE_BYTES;
          const { bavail, bsize } = await statfs(dirname(targetPath));
          const free = bavail * bsize;
          const [neededMiB, freeMiB] = [Math.ceil(needed / MIB), Math.floor(free / MIB)];
          if (free < needed)
            throw failure('merge-no-space', { folder: dirname(targetPath), neededMiB, freeMiB });
          return `${sizeText(neededMiB)} of ${sizeText(freeMiB)} free`;
        },
      },
    ];
  }

  private async run(
    vm: VmRecord,
    imageName: string,
    layerPath: string,
    targetPath: string,
    report: JobReporter,
  ): Promise<void> {
    const partial = `${targetPath}.partial`;
    const { backingSizeBytes } = await checkLayer(layerPath, { free: true });
    await rm(partial, { force: true });
    try {
      report.nextStep();
      const timer = setInterval(() => void reportSize(partial, backingSizeBytes, report), PROGRESS_MS);
      try {
        await runProgram(['uml_moo', layerPath, partial], {
          timeoutMs: MERGE_LIMIT_MS,
          signal: report.signal,
        });
      } finally {
        clearInterval(timer);
      }
      report.nextStep();
      const file = await open(partial, 'r+');
      try {
        await file.sync();
      } finally {
        await file.close();
      }
      report.nextStep();
      const { size } = await stat(partial);
      if (size !== backingSizeBytes) {
        const why = `it has ${size} bytes instead of ${backingSizeBytes}`;
        throw failure('merge-result-wrong', { path: targetPath, why });
      }
      await readThrough(partial, size, report);
      // The layer and its base must be what they were when the merge began.
      await checkLayer(layerPath, { free: true });
      report.nextStep();
      await chmod(partial, 0o444);
      // A link, not a rename: it refuses to take the place of a file that appeared meanwhile.
      await link(partial, targetPath).catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'EEXIST' ? failure('merge-target-exists', { path: targetPath }) : error;
      });
      const origin = `${vm.spec.name} merged by uml_moo`;
      try {
        const image = await describe(imageName, imageName, 'merged', targetPath, origin);
        await this.images.add({ ...image, guestTools: vm.spec.guestTools });
      } catch (error) {
        // An image that the library doesn't know would only be in the way.
        await rm(targetPath, { force: true });
        throw error;
      }
    } finally {
      await rm(partial, { force: true });
    }
  }
}

const sizeText = (mib: number): string => (mib < 1024 ? `${mib} MB` : `${(mib / 1024).toFixed(1)} GB`);

async function realBytes(path: string): Promise<number> {
  const file = await statOrNull(path);
  return (file?.blocks ?? 0) * 512;
}

async function reportSize(path: string, total: number, report: JobReporter): Promise<void> {
  const file = await statOrNull(path);
  if (!file) return;
  const mb = (bytes: number): string => Math.round(bytes / MIB).toLocaleString('en');
  report.progress(Math.min(1, file.size / total), `${mb(file.size)} of ${mb(total)} MB`);
}

/** Reads the result once: a disk that can't give back what it took is noticed now, not at the next boot. */
async function readThrough(path: string, size: number, report: JobReporter): Promise<void> {
  let read = 0;
  for await (const bytes of createReadStream(path, { highWaterMark: MIB })) {
    if (report.signal.aborted) throw failure('cancelled', {});
    read += (bytes as Buffer).length;
    report.progress(read / size, '');
  }
}

/** The layer's place. Throws Failure `layer-none` for a machine that was taken over. */
function diskOf(vm: VmRecord): NonNullable<VmRecord['spec']['disk']> {
  if (vm.spec.disk === null) throw failure('layer-none', { name: vm.spec.name });
  return vm.spec.disk;
}
