import { chmod, link, open, rm, stat, utimes } from 'node:fs/promises';
import { basename } from 'node:path';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import { firstLayer } from '@shared/layers/disk.js';
import { isLayerUsable, type Layer } from '@shared/layers/layer.js';
import type { MergeCheck, MergeEngine, MergePlan, MergeTarget } from '@shared/layers/merge-plan.js';
import { runBlockTask } from '../blocks/run-block-task.js';
import { describe, type ImageService } from '../images/image-service.js';
import type { JobReporter, JobService } from '../jobs/job-service.js';
import { fileLocks } from '../platform/file-locks.js';
import { statOrNull } from '../platform/files.js';
import type { VmRecord } from '../vms/vm-record.js';
import type { VmService } from '../vms/vm-service.js';
import type { BaseHashes } from './base-hashes.js';
import type { LayerCatalog } from './layer-catalog.js';
import { checkLayer, mtimeSeconds } from './layer-files.js';
import type { LayerLibrary } from './layer-library.js';
import {
  mergeIntoBase,
  mergeToFile,
  mergeUnderWay,
  onDisk,
  paddockMergeCommand,
  umlMooCommand,
  watched,
  type MergeFiles,
} from './merge-engines.js';
import { checkBaseFree, mergeGuards, type Guard, type MergeWork } from './merge-guards.js';
import type { MergeIntents } from './merge-intents.js';
import { giveNewTime } from './new-base-time.js';
import { renewLayer } from './renew-layer.js';

/** Two things at once: see flushedAnd. */
const FLUSH_STEP = 'Flush to disk and check the result';
/** Why a merge into a base goes on to its end. */
const HALF_DONE = 'Half done, the base would be neither old nor new.';

/** What is asked of a merge. */
export interface MergeRequest {
  layerId: string;
  target: MergeTarget;
  engine: MergeEngine;
  /** Lets uml_moo make the same, and compares. */
  verify: boolean;
  /** The base's name, for a merge into it. */
  confirm: string | null;
}

/** What a merge into a base is about. */
type IntoBase = { layer: Layer; vm: VmRecord | null; engine: MergeEngine };

/**
 * Merges a layer and its base into a new image, or into the base. uml_moo itself empties a base that is named as its
 * target, merges running machines and overwrites what is there (facts/images-and-cow B8): it, and the fast engine, run
 * only behind the guards, and a new image only into NAME.partial.
 */
export class MergeService {
  /** Images that are being made. */
  private readonly targets = new Set<string>();

  constructor(
    private readonly vms: VmService,
    private readonly images: ImageService,
    private readonly jobs: JobService,
    private readonly catalog: LayerCatalog,
    private readonly library: LayerLibrary,
    private readonly hashes: BaseHashes,
    private readonly intents: MergeIntents,
  ) {}

  /** What a merge would do, each guard with its evidence. Nothing is changed. */
  async plan({
    layerId,
    target,
    engine,
  }: Pick<MergeRequest, 'layerId' | 'target' | 'engine'>): Promise<MergePlan> {
    const work = this.workOf(layerId, target, 1, false);
    const { layer, targetPath } = work;
    const checks: MergeCheck[] = [];
    for (const { title, check } of this.guards(work)) {
      try {
        checks.push({ title, ok: true, text: await check() });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        checks.push({ title, ok: false, text: error.message });
      }
    }
    return {
      basePath: layer.basePath,
      layerPath: layer.path,
      targetPath,
      sizeBytes: layer.sizeBytes,
      changedBytes: layer.changedBytes,
      command: this.commandOf(work, engine),
      checks,
      breaks: target.kind === 'base' ? this.siblings(layer).map(({ id, name }) => ({ id, name })) : [],
      confirmation: this.nameOfBase(layer),
    };
  }

  /** Starts the merge as a job; its result is the image's name or, into a base, the base's. Throws Failure. */
  async merge({ layerId, target, engine, verify, confirm }: MergeRequest): Promise<string> {
    const isVerified = verify && engine === 'fast' && target.kind === 'image';
    const work = this.workOf(layerId, target, isVerified ? 2 : 1, true);
    const { layer, vm, targetPath } = work;
    if (target.kind === 'base' && confirm !== this.nameOfBase(layer))
      throw failure('merge-confirmation', { name: this.nameOfBase(layer) });
    const giveBack = this.take(work);
    try {
      for (const { check } of this.guards(work)) await check();
    } catch (error) {
      giveBack();
      throw error;
    }
    const into = target.kind === 'base' ? this.nameOfBase(layer) : target.name;
    const engineStep = engine === 'uml_moo' ? 'Merge with uml_moo' : 'Merge';
    return this.jobs.start(
      {
        kind: 'merge-layer',
        title: `Merging ${layer.name} into ${into}`,
        vmId: vm?.spec.id ?? null,
        whyUncancellable: target.kind === 'base' ? HALF_DONE : null,
        steps:
          target.kind === 'base'
            ? intoBaseSteps(engineStep)
            : [
                engineStep,
                FLUSH_STEP,
                ...(isVerified ? ['Make the same with uml_moo', 'Compare the two'] : []),
                'Put it in place',
              ],
      },
      async (report) => {
        try {
          if (target.kind === 'base') await this.runIntoBase({ layer, vm, engine }, report);
          else await this.runToImage({ ...work, target }, engine, isVerified, targetPath, report);
          return into;
        } finally {
          giveBack();
          await this.catalog.look();
        }
      },
    );
  }

  /** Takes up an interrupted merge into a base again, as a job. Throws Failure `mend-refused`. */
  async resume(layerId: string): Promise<string> {
    const layer = this.catalog.get(layerId);
    const intent = this.intents.of(layer.basePath);
    if (intent?.layerPath !== layer.path)
      throw failure('mend-refused', { name: layer.name, why: 'no merge of it was interrupted' });
    const vm = layer.role === 'machine' && layer.vmId !== null ? this.vms.get(layer.vmId) : null;
    const work: MergeWork = {
      layer,
      vm,
      target: { kind: 'base' },
      targetPath: layer.basePath,
      copies: 1,
      isHeld: true,
    };
    const giveBack = this.take(work);
    try {
      // A machine that an earlier host left running may be on it.
      await checkBaseFree(this.vms, work);
      const [lock] = await fileLocks(layer.path);
      if (lock) throw failure('layer-locked', { path: layer.path, pid: lock.pid });
      const leftover = mergeUnderWay(layer.path);
      if (leftover !== null)
        throw failure('layer-held', {
          path: layer.basePath,
          why: `uml_moo, process ${leftover}, was begun before and still writes to it`,
        });
    } catch (error) {
      giveBack();
      throw error;
    }
    return this.jobs.start(
      {
        kind: 'mend-layer',
        title: `Resuming the merge of ${layer.name} into ${this.nameOfBase(layer)}`,
        vmId: vm?.spec.id ?? null,
        whyUncancellable: HALF_DONE,
        steps: intoBaseSteps(intent.engine === 'uml_moo' ? 'Merge with uml_moo' : 'Merge'),
      },
      async (report) => {
        try {
          await this.runIntoBase({ layer, vm, engine: intent.engine }, report, intent.mtimeSeconds);
          return this.nameOfBase(layer);
        } finally {
          giveBack();
          await this.catalog.look();
        }
      },
    );
  }

  /** True for an image that a merge is making, and for its partials. */
  isMaking(path: string): boolean {
    return this.targets.has(path.replace(/(\.check)?\.partial$/, ''));
  }

  private commandOf({ layer, vm, target, targetPath }: MergeWork, engine: MergeEngine): string[] {
    if (engine === 'uml_moo')
      return umlMooCommand(
        { base: layer.basePath, layer: layer.path },
        target.kind === 'base' ? null : `${targetPath}.partial`,
      );
    return paddockMergeCommand(layerWord(layer, vm), target, this.nameOfBase(layer));
  }

  private workOf(layerId: string, target: MergeTarget, copies: number, isHeld: boolean): MergeWork {
    const layer = this.catalog.get(layerId);
    const vm = layer.role === 'machine' && layer.vmId !== null ? this.vms.get(layer.vmId) : null;
    const targetPath = target.kind === 'base' ? layer.basePath : this.images.pathOf(target.name);
    return { layer, vm, target, targetPath, copies, isHeld };
  }

  private guards(work: MergeWork): Guard[] {
    const { vms, images, intents } = this;
    return mergeGuards(
      { vms, images, intents, holds: vms.disks.holds, isMaking: (path) => this.isMaking(path) },
      work,
    );
  }

  /** Takes machine, files and target, at once: two merges must not meet in one of them. Returns how to give them back. */
  private take({ layer, vm, target, targetPath }: MergeWork): () => void {
    if (vm) this.vms.demand(vm, 'merge');
    if (target.kind === 'image' && this.targets.has(targetPath))
      throw failure('merge-target-exists', { path: targetPath });
    const why = `${layer.name} is being merged`;
    const release = this.vms.disks.holds.take(
      target.kind === 'base' ? [layer.path, layer.basePath] : [layer.path],
      why,
    );
    if (vm) this.vms.hold(vm, 'Its layer is being merged.');
    if (target.kind === 'image') this.targets.add(targetPath);
    return () => {
      release();
      this.targets.delete(targetPath);
      if (!vm) return;
      this.vms.release(vm);
      // Who waits for it to start looks again: nobody starts it now.
      vm.announce();
    };
  }

  private async runToImage(
    { layer, vm, target }: MergeWork & { target: { kind: 'image'; name: string } },
    engine: MergeEngine,
    isVerified: boolean,
    targetPath: string,
    report: JobReporter,
  ): Promise<void> {
    const partial = `${targetPath}.partial`;
    const second = `${targetPath}.check.partial`;
    const files = await this.filesOf(layer);
    await rm(partial, { force: true });
    try {
      report.nextStep();
      await mergeToFile(engine, files, partial, report);
      report.nextStep();
      await flushedAnd(partial, this.checkResult(files, partial, report));
      // The layer and its base must be what they were when the merge began.
      await checkLayer(layer.path, { free: true });
      if (isVerified) {
        report.nextStep();
        await rm(second, { force: true });
        await mergeToFile('uml_moo', files, second, report);
        report.nextStep();
        const { difference } = await runBlockTask(
          { kind: 'compare', a: partial, b: second },
          watched(report),
        );
        if (difference !== null) throw failure('merge-differs', { offset: difference });
        await rm(second, { force: true });
      }
      report.nextStep();
      await chmod(partial, 0o444);
      // A link, not a rename: it refuses to take the place of a file that appeared meanwhile.
      await link(partial, targetPath).catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'EEXIST' ? failure('merge-target-exists', { path: targetPath }) : error;
      });
      const origin = `${layer.name} merged by ${engine === 'uml_moo' ? 'uml_moo' : 'Paddock'}${isVerified ? ', the same by uml_moo' : ''}`;
      try {
        const image = await describe(target.name, target.name, 'merged', targetPath, origin);
        await this.images.add({ ...image, guestTools: vm?.spec.guestTools ?? this.hasTools(layer) });
      } catch (error) {
        // An image that the library doesn't know would only be in the way.
        await rm(targetPath, { force: true });
        throw error;
      }
    } finally {
      await rm(partial, { force: true });
      await rm(second, { force: true });
    }
  }

  /** Size, and every byte: what base and layer are together is what the result must be. */
  private async checkResult(
    { base, layer, sizeBytes }: MergeFiles,
    target: string,
    report: JobReporter,
  ): Promise<void> {
    const { size } = await stat(target);
    const wrong = (why: string): Failure => failure('merge-result-wrong', { path: basename(target), why });
    if (size !== sizeBytes) throw wrong(`it has ${size} bytes instead of ${sizeBytes}`);
    const { difference } = await onDisk(
      target,
      runBlockTask({ kind: 'check-merge', base, layer, target }, watched(report)),
    );
    if (difference !== null) throw wrong(`it differs at byte ${difference}`);
  }

  /**
   * Into the base: noted down first, so that it can be resumed whatever happens. Until it is done no layer on the base
   * can be used; after it the merged one is new and empty, or gone.
   */
  private async runIntoBase(
    { layer, vm, engine }: IntoBase,
    report: JobReporter,
    /** What the header says, for a merge that is taken up again. */
    resumedMtime: number | null = null,
  ): Promise<void> {
    const files = await this.filesOf(layer);
    const { basePath } = layer;
    report.nextStep();
    if (resumedMtime === null)
      await this.intents.begin({
        version: 1,
        basePath,
        layerPath: layer.path,
        layerId: layer.id,
        layerName: layer.name,
        mtimeSeconds: await mtimeSeconds(basePath),
        engine,
        at: new Date().toISOString(),
      });
    // uml_moo refuses a base whose time isn't the header's; doing it again from the start does no harm.
    else await utimes(basePath, new Date(), new Date(resumedMtime * 1000));
    await chmod(basePath, 0o600);
    report.nextStep();
    try {
      await mergeIntoBase(engine, files, report);
      report.nextStep();
      const { difference } = await flushedAnd(
        basePath,
        runBlockTask({ kind: 'check-into', base: basePath, layer: layer.path }, watched(report)),
      );
      if (difference !== null)
        throw failure('merge-base-wrong', {
          base: basename(basePath),
          layer: layer.name,
          layerId: layer.id,
          why: `it differs at byte ${difference}`,
        });
    } finally {
      await chmod(basePath, 0o444);
    }
    report.nextStep();
    await giveNewTime(basePath, this.intents.of(basePath)?.mtimeSeconds ?? 0);
    // The layer fits its base no more and is in it: who has it gets a new, empty one. In an order in which a host that
    // is killed between two of these leaves nothing that looks usable and isn't (MergeIntents.load).
    if (vm && layer.unit !== null) {
      await renewLayer(this.vms, vm, layer.unit, { path: basePath, isHeld: true });
      await this.intents.end(basePath);
    } else {
      await this.intents.merged(basePath);
      await this.library.remove(layer.id);
      await this.intents.end(basePath);
    }
    // What it holds is new, and that is what the layers to come are made on.
    this.hashes.want(basePath);
  }

  private async filesOf(layer: Layer): Promise<MergeFiles> {
    const file = await statOrNull(layer.basePath);
    return {
      base: layer.basePath,
      layer: layer.path,
      sizeBytes: file?.size ?? layer.sizeBytes,
      changedBytes: layer.changedBytes,
    };
  }

  /** Other layers on the base that can be used now. */
  private siblings(layer: Layer): Layer[] {
    return this.catalog
      .on(layer.basePath)
      .filter((other) => other.id !== layer.id && isLayerUsable(other.state));
  }

  private nameOfBase(layer: Layer): string {
    return this.images.at(layer.basePath)?.name ?? basename(layer.basePath);
  }

  private hasTools(layer: Layer): boolean {
    return this.images.at(layer.basePath)?.guestTools ?? false;
  }
}

/** What a layer is called on the command line: a machine’s first one by the machine alone. */
function layerWord({ id, unit }: Layer, vm: VmRecord | null): string {
  if (vm === null || unit === null) return id;
  return firstLayer(vm.spec.disks)?.unit === unit ? vm.spec.name : `${vm.spec.name}:${unit}`;
}

/** Flushes a file while it is checked: one waits for the disk, the other for the processor. Both have ended when it returns. */
async function flushedAnd<T>(path: string, check: Promise<T>): Promise<T> {
  const [flushed, checked] = await Promise.allSettled([onDisk(path, sync(path)), check]);
  if (flushed.status === 'rejected') throw flushed.reason;
  if (checked.status === 'rejected') throw checked.reason;
  return checked.value;
}

function intoBaseSteps(engineStep: string): string[] {
  return ['Note it down', engineStep, FLUSH_STEP, 'Let go of the layer'];
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
