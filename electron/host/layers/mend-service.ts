import { chmod, readdir, realpath, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import type { CowHeader } from '@shared/layers/cow-header.js';
import { isLayerUsable, type Layer } from '@shared/layers/layer.js';
import type { Mend, MendKind } from '@shared/layers/mend.js';
import { runBlockTask } from '../blocks/run-block-task.js';
import type { ImageService } from '../images/image-service.js';
import type { JobReporter, JobService } from '../jobs/job-service.js';
import { fileLocks } from '../platform/file-locks.js';
import { statOrNull } from '../platform/files.js';
import type { TrashService } from '../trash/trash-service.js';
import type { VmRecord } from '../vms/vm-record.js';
import type { VmService } from '../vms/vm-service.js';
import type { BaseHashes } from './base-hashes.js';
import type { LayerCatalog } from './layer-catalog.js';
import { mtimeSeconds, readLayerHeader, repointLayer } from './layer-files.js';
import type { LayerLibrary } from './layer-library.js';
import type { LayerService } from './layer-service.js';
import { mergeUnderWay, watched } from './merge-engines.js';
import type { MergeIntents } from './merge-intents.js';
import type { MergeService } from './merge-service.js';
import { giveNewTime } from './new-base-time.js';
import { layerDisk, renewLayer } from './renew-layer.js';
import { trashMachineLayer } from './trash-machine-layer.js';

/** Mends layers whose base was moved, touched or half merged, and lets go of those that can't be. */
export class MendService {
  constructor(
    private readonly vms: VmService,
    private readonly images: ImageService,
    private readonly jobs: JobService,
    private readonly catalog: LayerCatalog,
    private readonly library: LayerLibrary,
    private readonly hashes: BaseHashes,
    private readonly layers: LayerService,
    private readonly merges: MergeService,
    private readonly intents: MergeIntents,
    private readonly trash: TrashService,
  ) {}

  /** What could be done, each with what it would change. Nothing is changed. */
  async plan(layerId: string, basePath: string | null): Promise<Mend[]> {
    await this.catalog.lookAt([layerId]);
    const layer = this.catalog.get(layerId);
    switch (layer.state.kind) {
      case 'merge-interrupted':
        return [this.planResume(layer), ...this.planGiveUp(layer)];
      case 'base-modified':
        return [
          await this.planTime(layer),
          ...(basePath === null ? [] : [await this.planRepoint(layer, basePath)]),
        ];
      case 'base-missing':
      case 'base-resized':
        return [await this.planRepoint(layer, basePath)];
      case 'damaged':
      case 'missing': {
        // One that a merge into its base waits for is let go of after that was given up.
        const isNeeded = this.intents.of(layer.basePath)?.layerPath === layer.path;
        return isNeeded ? this.planGiveUp(layer) : [this.planTrash(layer)];
      }
      case 'ok':
        // Nothing is broken; but who moves a base knows before anybody else.
        return basePath === null ? [] : [await this.planRepoint(layer, basePath)];
      case 'in-use':
      case 'busy':
      case 'base-unfit':
        return [];
      case 'base-half-merged': {
        // Where the merged layer is whole, and known, that one is mended for all.
        const needed = this.intents.of(layer.basePath)?.layerPath;
        const canResume = this.catalog
          .on(layer.basePath)
          .some(({ path, state }) => path === needed && state.kind !== 'damaged' && state.kind !== 'missing');
        return canResume ? [] : this.planGiveUp(layer);
      }
    }
  }

  /** Does it, as a job. Throws Failure: mend-confirmation, or mend-refused with what the plan says against it. */
  async mend(
    layerId: string,
    kind: MendKind,
    basePath: string | null,
    confirm: string | null,
  ): Promise<string> {
    const plan = (await this.plan(layerId, basePath)).find((one) => one.kind === kind);
    const layer = this.catalog.get(layerId);
    if (!plan)
      throw failure('mend-refused', { name: layer.name, why: 'there is nothing to mend in that way' });
    if (plan.refused !== null)
      throw failure('mend-refused', { name: layer.name, why: plan.refused.replace(/\.$/, '') });
    if (plan.confirmation !== null && confirm !== plan.confirmation)
      throw failure('mend-confirmation', { base: basename(layer.basePath), name: plan.confirmation });
    if (kind === 'resume-merge') return this.merges.resume(layerId);
    const vm = this.layers.machineOf(layer);
    if (vm) this.vms.demand(vm, 'restore');
    const paths =
      kind === 'restore-time'
        ? [layer.basePath]
        : kind === 'give-up-base'
          ? [layer.basePath, layer.path]
          : [layer.path, ...(kind === 'repoint' && plan.basePath !== null ? [plan.basePath] : [])];
    const release = this.vms.disks.holds.take(paths, `${layer.name} is being mended`);
    if (vm) this.vms.hold(vm, 'Its layer is being mended.');
    return this.jobs.start(
      {
        kind: 'mend-layer',
        title: `${plan.title}: ${layer.name}`,
        vmId: vm?.spec.id ?? null,
        steps:
          kind === 'trash'
            ? ['Put it away']
            : kind === 'give-up-base'
              ? [plan.title]
              : ['Compare the content with what it was', plan.title],
      },
      async (report) => {
        try {
          if (kind === 'restore-time') await this.restoreTime(layer, report);
          else if (kind === 'repoint') await this.repoint(layer, plan.basePath ?? '', report);
          else if (kind === 'give-up-base') await this.giveUp(layer.basePath, report);
          else await this.putAway(layer, vm, report);
          return layer.name;
        } finally {
          release();
          if (vm) this.vms.release(vm);
          await this.seeAgain(layer, vm);
        }
      },
    );
  }

  private planResume(layer: Layer): Mend {
    return {
      kind: 'resume-merge',
      title: 'Resume the merge',
      changes: [
        `The merge of ${layer.name} into ${basename(layer.basePath)} is done again from the start: what is in the base already is written once more.`,
        layer.role === 'machine'
          ? `${layer.name} then has a new, empty layer on it.`
          : 'The layer is then removed.',
      ],
      basePath: null,
      refused: null,
      confirmation: null,
    };
  }

  /** Nothing where no merge into its base was interrupted. */
  private planGiveUp({ basePath }: Layer): Mend[] {
    const intent = this.intents.of(basePath);
    if (intent === null) return [];
    const base = basename(basePath);
    const writer = mergeUnderWay(intent.layerPath);
    const names = this.catalog.on(basePath).map(({ name }) => name);
    return [
      {
        kind: 'give-up-base',
        title: 'Give the base up',
        changes: [
          `The merge of ${intent.layerName} into ${base} is never done: ${base} stays half old, half new, and nothing makes it whole again.`,
          `What stands on it can’t be used any more: ${[...new Set(names)].join(', ')}. These files stay, and can be deleted then.`,
          'Who has a copy of the old base can put that back, with its time: then they fit again.',
        ],
        basePath: null,
        refused:
          writer === null
            ? null
            : `uml_moo, process ${writer}, was begun before and still writes to it. Wait for it, or end it first.`,
        confirmation: this.images.at(basePath)?.name ?? base,
      },
    ];
  }

  private planTrash(layer: Layer): Mend {
    const isMissing = layer.state.kind === 'missing';
    return {
      kind: 'trash',
      title: isMissing ? 'Give up the layer' : 'Put the layer into the trash',
      changes: [
        isMissing
          ? 'There is no file to put away.'
          : `${basename(layer.path)} goes to the trash, from where it can be had back.`,
        layer.role === 'machine'
          ? `${layer.name} gets a new, empty layer: its disk is as the base is. Going back to a snapshot is another way.`
          : 'It is taken off the list.',
      ],
      basePath: null,
      refused: null,
      confirmation: null,
    };
  }

  private async planTime(layer: Layer): Promise<Mend> {
    const header = await readLayerHeader(layer.path);
    const was = await this.hashes.at(layer.basePath, header.backingMtimeSeconds);
    const writer = (await fileLocks(layer.basePath)).find(({ kind }) => kind === 'write');
    const foreign = await whyNoTime(layer.basePath);
    // Those were made on the base with the time that it has now.
    const newer = this.catalog.on(layer.basePath).filter(({ state }) => isLayerUsable(state));
    return {
      kind: 'restore-time',
      title: 'Set the base’s time back',
      changes: [
        'The whole content of the base is compared with what was counted when it became one; only when it is the same, anything changes.',
        `${basename(layer.basePath)} gets the time ${timeText(header.backingMtimeSeconds)} back. Its content and the layers stay as they are.`,
      ],
      basePath: null,
      refused:
        writer !== undefined
          ? `Process ${writer.pid} has the base open for writing. End that first.`
          : foreign !== null
            ? foreign
            : was === null
              ? 'What the base held when the layer was made was never counted, so nobody can tell whether it is the same.'
              : newer.length > 0
                ? `${newer.map(({ name }) => name).join(', ')} fits the base as it is now, and would not fit any more. Merge that into an image of its own first.`
                : null,
      confirmation: null,
    };
  }

  private async planRepoint(layer: Layer, wanted: string | null): Promise<Mend> {
    const header = await readLayerHeader(layer.path);
    const found = wanted === null ? await this.findBase(layer, header) : wanted;
    const was = await this.hashes.at(layer.basePath, header.backingMtimeSeconds);
    const file = found === null ? null : await statOrNull(found);
    const time = found !== null && file ? await mtimeSeconds(found) : 0;
    const writer = file ? (await fileLocks(found ?? '')).find(({ kind }) => kind === 'write') : undefined;
    const foreign = file && time !== header.backingMtimeSeconds ? await whyNoTime(found ?? '') : null;
    // Another time for it would break what stands on it already.
    const others =
      found === null || time === header.backingMtimeSeconds
        ? []
        : this.catalog.on(await realpath(found).catch(() => found));
    const refused =
      found === null
        ? 'No file of its size was found among the images and where the base was. Say where it is.'
        : !file?.isFile()
          ? `There is no file at ${found}.`
          : file.size !== header.backingSizeBytes
            ? `${basename(found)} has ${file.size} bytes, and the base had ${header.backingSizeBytes}.`
            : writer !== undefined
              ? `Process ${writer.pid} has ${basename(found)} open for writing. End that first.`
              : foreign !== null
                ? foreign
                : was === null
                  ? 'What the base held when the layer was made was never counted, so nobody can tell whether this is the same.'
                  : others.length > 0
                    ? `${basename(found)} is the base of other layers, which another time for it would break. Copy it, and point to the copy.`
                    : null;
    return {
      kind: 'repoint',
      title: 'Point the layer to the base’s new place',
      changes: [
        'The whole content of the file is compared with what was counted when it became a base; only when it is the same, anything changes.',
        `The layer’s header names ${found ?? 'the file'} instead of ${layer.basePath}.`,
        ...(time === header.backingMtimeSeconds || !file
          ? []
          : [`${basename(found ?? '')} gets the time ${timeText(header.backingMtimeSeconds)} back.`]),
      ],
      basePath: found,
      refused,
      confirmation: null,
    };
  }

  /** A file of the right size: among the images, or beside where the base was; one with its name or time first. */
  private async findBase(layer: Layer, header: CowHeader): Promise<string | null> {
    const folders = [dirname(layer.basePath), this.images.folder];
    const beside = await Promise.all(
      folders.map(async (folder) =>
        (await readdir(folder).catch(() => [])).map((name) => join(folder, name)),
      ),
    );
    const candidates: { path: string; rank: number }[] = [];
    for (const path of new Set([...this.images.paths(), ...beside.flat()])) {
      const file = await statOrNull(path);
      if (path === layer.basePath || !file?.isFile() || file.size !== header.backingSizeBytes) continue;
      const hasTime = (await mtimeSeconds(path)) === header.backingMtimeSeconds;
      const hasName = basename(path) === basename(layer.basePath);
      candidates.push({ path, rank: (hasTime ? 2 : 0) + (hasName ? 1 : 0) });
    }
    candidates.sort((a, b) => b.rank - a.rank);
    return candidates[0]?.path ?? null;
  }

  private async giveUp(basePath: string, report: JobReporter): Promise<void> {
    report.nextStep();
    const before = this.intents.of(basePath)?.mtimeSeconds ?? 0;
    if (await statOrNull(basePath)) {
      await chmod(basePath, 0o444);
      // Killed early, it still has the old one, with which every layer would seem to fit.
      await giveNewTime(basePath, before);
    }
    await this.intents.end(basePath);
  }

  private async restoreTime(layer: Layer, report: JobReporter): Promise<void> {
    const header = await readLayerHeader(layer.path);
    await this.compare(layer, header, layer.basePath, report);
    report.nextStep();
    await setTime(layer.basePath, header.backingMtimeSeconds);
  }

  private async repoint(layer: Layer, wanted: string, report: JobReporter): Promise<void> {
    const header = await readLayerHeader(layer.path);
    const path = await realpath(wanted);
    const hash = await this.compare(layer, header, path, report);
    report.nextStep();
    if ((await mtimeSeconds(path)) !== header.backingMtimeSeconds)
      await setTime(path, header.backingMtimeSeconds);
    const image = await this.images.resolve(path);
    await repointLayer(layer.path, await this.vms.disks.links.ensure(path));
    await this.hashes.put(path, hash);
    const vm = this.layers.machineOf(layer);
    if (vm && layer.unit !== null) {
      const disk = { ...layerDisk(vm, layer.unit), basePath: path, imageId: image.id };
      vm.spec = { ...vm.spec, disks: vm.spec.disks.map((one) => (one.unit === disk.unit ? disk : one)) };
      await this.vms.files.saveSpec(vm.spec);
    } else {
      await this.library.save({ ...this.library.get(layer.id), basePath: path, imageId: image.id });
    }
  }

  /** That a file holds what the base held when the layer was made. Throws Failure `mend-refused`. */
  private async compare(layer: Layer, header: CowHeader, path: string, report: JobReporter): Promise<string> {
    report.nextStep();
    const was = await this.hashes.at(layer.basePath, header.backingMtimeSeconds);
    const time = await stat(path, { bigint: true });
    const { hash } = await runBlockTask({ kind: 'hash', path }, watched(report));
    const after = await stat(path, { bigint: true });
    if (after.mtimeNs !== time.mtimeNs)
      throw failure('mend-refused', { name: layer.name, why: `${path} was written to meanwhile` });
    if (hash !== was?.hash)
      throw failure('mend-refused', {
        name: layer.name,
        why: `the content of ${path} is not what it was when the layer was made: put the original back`,
      });
    return hash;
  }

  private async putAway(layer: Layer, vm: VmRecord | null, report: JobReporter): Promise<void> {
    report.nextStep();
    const { unit } = layer;
    if (!vm || unit === null) {
      await this.trash.put({ path: layer.path, name: layer.name, why: 'it could not be used' });
      await this.library.remove(layer.id);
      return;
    }
    const why = 'it could not be used';
    await renewLayer(this.vms, vm, unit, { path: layerDisk(vm, unit).basePath }, () =>
      trashMachineLayer(this.vms, this.library, this.trash, vm, unit, why),
    );
  }

  /** A machine that was broken by it can be started again; others on the same base may be whole, too. */
  private async seeAgain(layer: Layer, vm: VmRecord | null): Promise<void> {
    if (vm) {
      vm.problem = null;
      await this.vms.runs.refreshLayer(vm);
      if (vm.state === 'broken' && vm.layer !== null) vm.happen('mend', 'its layer was mended');
      vm.announce();
    }
    await this.catalog.look();
    // What was told of a start that failed for want of the base is no longer so.
    for (const other of this.catalog.on(layer.basePath)) {
      const record =
        other.role === 'machine' && other.vmId !== null ? this.vms.records.get(other.vmId) : undefined;
      if (record?.problem?.code.startsWith('layer-base') === true && other.state.kind === 'ok') {
        record.problem = null;
        record.announce();
      }
    }
  }
}

/** Why this user may not set a file's time (utimensat(2)): only its owner may, and root. Null when it can be done. */
async function whyNoTime(path: string): Promise<string | null> {
  const file = await statOrNull(path);
  const uid = process.getuid?.() ?? 0;
  if (file === null || uid === 0 || file.uid === uid) return null;
  return `${basename(path)} is somebody else’s, and only its owner may set its time. Ask them, or take a copy of your own.`;
}

/** Sets a file's modification time, in whole seconds as the kernel compares it. */
async function setTime(path: string, seconds: number): Promise<void> {
  await utimes(path, new Date(), new Date(seconds * 1000));
}

/** `2026-11-02 14:03:07`, in UTC. */
function timeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
