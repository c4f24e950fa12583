import { rm, stat } from 'node:fs/promises';
import { failure } from '@shared/errors/paddock-error.js';
import { runBlockTask } from '../blocks/run-block-task.js';
import type { JobReporter } from '../jobs/job-service.js';
import type { ControlService } from '../vms/control-service.js';
import type { VmRecord } from '../vms/vm-record.js';
import { onDisk, watched } from './merge-engines.js';
import { syncGuest } from './sync-guest.js';

/** A copy of a layer that changed under it is made again; a kernel that stands still has few writes on their way. */
const COPIES_MAX = 5;

/** A layer, and the file that its copy becomes. */
interface Copy {
  from: string;
  to: string;
}

/** Copies of layers of a machine as they are at one moment, whether it runs or not. */
export class StillCopies {
  constructor(private readonly control: ControlService) {}

  /** The steps of a job that `make` goes through. */
  steps(isOff: boolean, what: string): string[] {
    return isOff ? [`Copy ${what}`] : ['Sync its disks', 'Copy while it stands still'];
  }

  /**
   * Makes them. A machine that runs is synced, paused, copied and resumed; one that is paused already stays as it is, and
   * nothing is asked of its guest. `isOff`: as it was when the job began. Resolves to how long it stood still, null when it did anyway. Throws Failure
   * `snapshot-failed`; half-made copies stay.
   */
  async make(
    vm: VmRecord,
    isOff: boolean,
    copies: readonly Copy[],
    report: JobReporter,
  ): Promise<number | null> {
    const copyAll = async (): Promise<void> => {
      for (const one of copies) await copyQuiet(vm, one, report);
    };
    if (!isOff) report.nextStep();
    if (vm.state === 'running') {
      await syncGuest(vm);
      report.nextStep();
      return this.whilePaused(vm, copyAll);
    }
    report.nextStep();
    await copyAll();
    return null;
  }

  /** Pauses a running machine for some work; however that ends, it goes on. Returns how long it stood still. */
  private async whilePaused(vm: VmRecord, work: () => Promise<void>): Promise<number> {
    await this.control.pause(vm.spec.id);
    const startedAt = performance.now();
    let pausedMs = 0;
    try {
      await work();
    } finally {
      // Somebody may have ended it meanwhile, or let it go on.
      if (vm.state === 'paused') await this.control.resume(vm.spec.id);
      pausedMs = Math.round(performance.now() - startedAt);
    }
    if (vm.state !== 'running')
      throw failure('snapshot-failed', { name: vm.spec.name, why: 'it ended while it was copied' });
    return pausedMs;
  }
}

/**
 * Copies a layer that nobody writes to. A guest that stands still may have a few writes with its I/O thread: then the
 * file's time moves while it is copied, and it is copied again.
 */
async function copyQuiet(vm: VmRecord, { from, to }: Copy, report: JobReporter): Promise<void> {
  for (let n = 0; n < COPIES_MAX; n += 1) {
    const before = (await stat(from, { bigint: true })).mtimeNs;
    await rm(to, { force: true });
    await onDisk(to, runBlockTask({ kind: 'copy', from, to }, watched(report)));
    if ((await stat(from, { bigint: true })).mtimeNs === before) return;
  }
  throw failure('snapshot-failed', { name: vm.spec.name, why: 'its disk was written to all the time' });
}
