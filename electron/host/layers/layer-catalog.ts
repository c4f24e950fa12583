import { watch, type FSWatcher } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import type { CowHeader } from '@shared/layers/cow-header.js';
import type { LayerDisk } from '@shared/layers/disk.js';
import type { Base, BaseState, Layer, LayerState } from '@shared/layers/layer.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { isLive } from '@shared/vms/vm-state.js';
import { FileLocks } from '../platform/file-locks.js';
import { statOrNull } from '../platform/files.js';
import { log } from '../platform/log.js';
import type { SafeLinks } from '../platform/safe-links.js';
import type { StateStore } from '../state-store.js';
import type { VmRecord } from '../vms/vm-record.js';
import type { VmService } from '../vms/vm-service.js';
import { baseIdOf, type BaseHashes } from './base-hashes.js';
import { checkBase, layerSizes, mtimeSeconds, readLayerHeader } from './layer-files.js';
import type { LayerLibrary, LibraryLayer } from './layer-library.js';
import type { MergeIntents } from './merge-intents.js';

/** Something that happens to a base's folder is looked at when it has been quiet for so long. */
const QUIET_MS = 200;

/** A layer that is known, whoever has it. */
interface Known {
  id: string;
  path: string;
  /** Where its base should be, links resolved, by what was noted when it was made. */
  basePath: string;
  view: Pick<
    Layer,
    'role' | 'name' | 'note' | 'vmId' | 'vmName' | 'unit' | 'snapshotId' | 'createdAt' | 'origin' | 'pausedMs'
  >;
  /** Its machine runs. */
  isLive: boolean;
}

/** What is asked once in a look, however many layers ask: the locks of this computer, and whether a base can carry layers. */
class Look {
  readonly locks = new FileLocks();
  private readonly unfit = new Map<string, Promise<string | null>>();

  whyUnfit(path: string): Promise<string | null> {
    const asked = this.unfit.get(path) ?? whyUnfit(path);
    this.unfit.set(path, asked);
    return asked;
  }
}

/** The id of a machine's own layer. */
export function machineLayerId(vmId: VmId, unit: number): string {
  return `${vmId}.${unit}`;
}

/** Keeps what is said of all layers and bases true: in the state, live, for everybody. */
export class LayerCatalog {
  private readonly watchers = new Map<string, FSWatcher>();
  /** What was last seen of a machine, to tell whether anything about its layers changed. */
  private readonly seen = new Map<VmId, { isLive: boolean; disks: unknown; layer: unknown; name: string }>();
  private timer: NodeJS.Timeout | null = null;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: StateStore,
    private readonly vms: VmService,
    private readonly library: LayerLibrary,
    private readonly hashes: BaseHashes,
    private readonly intents: MergeIntents,
    private readonly links: SafeLinks,
  ) {
    vms.whenChanged((vm) => this.vmChanged(vm));
    hashes.onCounted = (path) => void this.lookAtBase(path);
  }

  /** Looks at everything again. */
  look(): Promise<void> {
    return this.inTurn(async () => {
      const look = new Look();
      const layers = await Promise.all(this.known().map((known) => this.layerOf(known, look)));
      this.publishLayers(layers);
      await this.publishBases(look);
    });
  }

  /** Waits for the looks under way: before the first nobody can say that there is no such layer, or that it is new. */
  async whenKnown(): Promise<void> {
    await this.queue;
  }

  /** Looks again at some layers, by their ids, and at their bases. Those that are gone are taken off the list. */
  lookAt(ids: readonly string[]): Promise<void> {
    return this.inTurn(async () => {
      const look = new Look();
      const all = this.known();
      const known = all.filter(({ id }) => ids.includes(id));
      for (const layer of await Promise.all(known.map((one) => this.layerOf(one, look)))) this.publish(layer);
      // Also one that nobody asked about: a free layer that became a machine's.
      this.takeOff(new Set(all.map(({ id }) => id)));
      await this.publishBases(look);
    });
  }

  /** A layer as it is in the state. Throws Failure `layer-unknown`. */
  get(id: string): Layer {
    const layer = this.store.state.layers[id];
    if (!layer) throw failure('layer-unknown', { id });
    return layer;
  }

  /** All layers on a base, by its path. */
  on(basePath: string): Layer[] {
    return Object.values(this.store.state.layers).filter((layer) => layer.basePath === basePath);
  }

  /** A layer and its base anywhere on this computer. Throws Failure: layer-missing, layer-damaged. */
  async info(path: string): Promise<{ layer: Layer; base: Base | null }> {
    const real = await realpath(path).catch(() => {
      throw failure('layer-missing', { path });
    });
    const header = await readLayerHeader(real);
    const known = this.known().find((one) => one.path === real) ?? {
      id: baseIdOf(real),
      path: real,
      basePath: header.backingPath,
      view: {
        role: 'free' as const,
        name: basename(real),
        note: '',
        vmId: null,
        vmName: null,
        unit: null,
        snapshotId: null,
        createdAt: (await stat(real)).birthtime.toISOString(),
        origin: 'a file of yours',
        pausedMs: null,
      },
      isLive: false,
    };
    const look = new Look();
    const layer = await this.layerOf(known, look);
    return { layer, base: await this.baseOf(layer.basePath, look) };
  }

  private lookAtBase(path: string): Promise<void> {
    return this.lookAt(this.on(path).map(({ id }) => id));
  }

  /** One look after the other: an older one must not overwrite a newer. */
  private inTurn(look: () => Promise<void>): Promise<void> {
    const turn = this.queue.then(look);
    this.queue = turn.catch((error: Error) => log('error', 'look at layers', { error: error.stack }));
    return turn;
  }

  private vmChanged(vm: VmRecord): void {
    const { id, disks, name } = vm.spec;
    const isGone = this.vms.records.get(id) !== vm;
    const now = { isLive: isLive(vm.state), disks, layer: vm.layer, name };
    const before = this.seen.get(id);
    if (isGone) this.seen.delete(id);
    else this.seen.set(id, now);
    if (
      !isGone &&
      before &&
      before.isLive === now.isLive &&
      before.disks === disks &&
      before.layer === now.layer &&
      before.name === name
    )
      return;
    const ids = Object.values(this.store.state.layers).flatMap((layer) =>
      layer.vmId === id ? [layer.id] : [],
    );
    const own = layersOf(vm).map(({ unit }) => machineLayerId(id, unit));
    void this.lookAt([...new Set([...ids, ...own])]);
  }

  private known(): Known[] {
    const machines = [...this.vms.records.values()].flatMap((vm) =>
      layersOf(vm).map((disk) => this.ofMachine(vm, disk)),
    );
    const others = [...this.library.records.values()].map((record) => this.ofLibrary(record));
    return [...machines, ...others];
  }

  private ofMachine(vm: VmRecord, disk: LayerDisk): Known {
    const { id, name } = vm.spec;
    return {
      id: machineLayerId(id, disk.unit),
      path: this.vms.files.disk(vm.spec, disk),
      basePath: disk.basePath,
      view: {
        role: 'machine',
        name,
        note: disk.note,
        vmId: id,
        vmName: name,
        unit: disk.unit,
        snapshotId: null,
        createdAt: disk.createdAt,
        origin: disk.origin,
        pausedMs: null,
      },
      isLive: isLive(vm.state),
    };
  }

  private ofLibrary(record: LibraryLayer): Known {
    const { id, basePath, createdAt, origin, note } = record;
    const isSnapshot = record.role === 'snapshot';
    return {
      id,
      path: this.library.pathOf(id),
      basePath,
      view: {
        role: record.role,
        name: isSnapshot ? note.split('\n')[0] || 'snapshot' : record.name,
        note,
        vmId: isSnapshot ? record.vmId : null,
        vmName: isSnapshot ? (this.vms.records.get(record.vmId)?.spec.name ?? record.vmName) : null,
        unit: isSnapshot ? record.unit : null,
        snapshotId: isSnapshot ? record.snapshotId : null,
        createdAt,
        origin,
        pausedMs: isSnapshot ? record.pausedMs : null,
      },
      isLive: false,
    };
  }

  private async layerOf(known: Known, look: Look): Promise<Layer> {
    const file = await statOrNull(known.path);
    const nothing = { sizeBytes: 0, changedBytes: 0, onDiskBytes: (file?.blocks ?? 0) * 512 };
    const whole = {
      id: known.id,
      ...known.view,
      path: known.path,
      writtenAt: file?.mtime.toISOString() ?? null,
    };
    const bare = (state: LayerState): Layer => ({
      ...whole,
      ...nothing,
      baseId: baseIdOf(known.basePath),
      basePath: known.basePath,
      state,
    });
    try {
      const header = await readLayerHeader(known.path);
      const basePath = await this.realBase(header, known.basePath);
      const sizes = await layerSizes(known.path, header);
      return {
        ...whole,
        ...sizes,
        sizeBytes: header.backingSizeBytes,
        baseId: baseIdOf(basePath),
        basePath,
        state: await this.stateOf(known, header, basePath, look),
      };
    } catch (error) {
      if (!(error instanceof Failure)) return bare({ kind: 'damaged', why: (error as Error).message });
      return bare(
        error.error.code === 'layer-missing'
          ? { kind: 'missing' }
          : { kind: 'damaged', why: String(error.error.params['why'] ?? error.message) },
      );
    }
  }

  /** Where the header's base is. A link of ours that is gone, because its folder is a runtime one, is made again. */
  private async realBase(header: CowHeader, noted: string): Promise<string> {
    if (header.backingPath === this.links.pathFor(noted)) await this.links.ensure(noted).catch(() => {});
    return realpath(header.backingPath).catch(() =>
      header.backingPath === this.links.pathFor(noted) ? noted : header.backingPath,
    );
  }

  private async stateOf(known: Known, header: CowHeader, basePath: string, look: Look): Promise<LayerState> {
    const { holds } = this.vms.disks;
    const busy = holds.why(known.path) ?? holds.why(basePath);
    if (busy !== null) return { kind: 'busy', why: busy };
    const intent = this.intents.of(basePath);
    if (intent !== null)
      return intent.layerPath === known.path
        ? { kind: 'merge-interrupted', at: intent.at }
        : { kind: 'base-half-merged', layer: intent.layerName };
    const base = await statOrNull(basePath);
    if (!base) return { kind: 'base-missing' };
    if (base.size !== header.backingSizeBytes)
      return { kind: 'base-resized', was: header.backingSizeBytes, now: base.size };
    const time = await mtimeSeconds(basePath);
    if (time !== header.backingMtimeSeconds)
      return {
        kind: 'base-modified',
        was: new Date(header.backingMtimeSeconds * 1000).toISOString(),
        now: new Date(time * 1000).toISOString(),
      };
    const unfit = await look.whyUnfit(basePath);
    if (unfit !== null) return { kind: 'base-unfit', why: unfit };
    const [lock] = look.locks.of(await stat(known.path));
    if (lock || known.isLive) return { kind: 'in-use', pid: lock?.pid ?? null };
    return { kind: 'ok' };
  }

  private publishLayers(layers: readonly Layer[]): void {
    this.takeOff(new Set(layers.map(({ id }) => id)));
    for (const layer of layers) this.publish(layer);
  }

  /** Takes layers off the list that are not there any more. */
  private takeOff(there: ReadonlySet<string>): void {
    for (const id of Object.keys(this.store.state.layers))
      if (!there.has(id)) this.store.change({ collection: 'layers', id, value: null });
  }

  private publish(layer: Layer): void {
    if (JSON.stringify(this.store.state.layers[layer.id]) !== JSON.stringify(layer))
      this.store.change({ collection: 'layers', id: layer.id, value: layer });
  }

  private async publishBases(look: Look): Promise<void> {
    const { images, layers } = this.store.state;
    const paths = new Set(
      [...Object.values(images), ...Object.values(layers).map(({ basePath }) => ({ path: basePath }))].map(
        ({ path }) => path,
      ),
    );
    const bases = await Promise.all([...paths].map((path) => this.baseOf(path, look)));
    const ids = new Set(bases.map(({ id }) => id));
    for (const id of Object.keys(this.store.state.bases))
      if (!ids.has(id)) this.store.change({ collection: 'bases', id, value: null });
    for (const base of bases)
      if (JSON.stringify(this.store.state.bases[base.id]) !== JSON.stringify(base))
        this.store.change({ collection: 'bases', id: base.id, value: base });
    this.watchFolders(bases);
  }

  private async baseOf(path: string, look: Look): Promise<Base> {
    const image = Object.values(this.store.state.images).find((one) => one.path === path);
    const file = await statOrNull(path);
    const known = await this.hashes.of(path);
    const time = file === null ? null : await mtimeSeconds(path).catch(() => null);
    const now = time === null ? known.at(-1) : known.findLast((content) => content.mtimeSeconds === time);
    return {
      id: baseIdOf(path),
      name: image?.name ?? basename(path),
      path,
      imageId: image?.id ?? null,
      sizeBytes: file?.size ?? now?.sizeBytes ?? 0,
      onDiskBytes: (file?.blocks ?? 0) * 512,
      writtenAt: file?.mtime.toISOString() ?? null,
      isReadOnly: file !== null && (file.mode & 0o222) === 0,
      contentHash: now?.hash ?? null,
      state: await this.baseState(path, file, look),
    };
  }

  private async baseState(
    path: string,
    file: Awaited<ReturnType<typeof statOrNull>>,
    look: Look,
  ): Promise<BaseState> {
    const busy = this.vms.disks.holds.why(path);
    if (busy !== null) return { kind: 'busy', why: busy };
    const intent = this.intents.of(path);
    if (intent !== null)
      return { kind: 'half-merged', layerId: intent.layerId, layer: intent.layerName, at: intent.at };
    if (!file) return { kind: 'missing' };
    const writer = look.locks.of(file).find(({ kind }) => kind === 'write');
    if (writer) return { kind: 'written', pid: writer.pid };
    const unfit = await look.whyUnfit(path);
    return unfit === null ? { kind: 'ok' } : { kind: 'unfit', why: unfit };
  }

  /** Bases are watched by their folders, so that one that is moved away and comes back is seen, too. */
  private watchFolders(bases: readonly Base[]): void {
    const folders = new Map<string, Set<string>>();
    for (const { path } of bases)
      folders.set(dirname(path), (folders.get(dirname(path)) ?? new Set()).add(basename(path)));
    for (const [folder, watcher] of this.watchers)
      if (!folders.has(folder)) {
        watcher.close();
        this.watchers.delete(folder);
      }
    for (const folder of folders.keys()) {
      if (this.watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, (_event, name) => {
          const isBase = Object.values(this.store.state.bases).some(
            ({ path }) => dirname(path) === folder && basename(path) === name,
          );
          if (isBase) this.lookSoon();
        });
        watcher.on('error', () => watcher.close());
        this.watchers.set(folder, watcher);
      } catch {
        // A folder that is gone, or no inotify watches left: what happens there shows at the next look.
      }
    }
  }

  private lookSoon(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.look();
    }, QUIET_MS);
  }
}

/** The disks of a machine that are layers. */
export function layersOf(vm: VmRecord): LayerDisk[] {
  return vm.spec.disks.filter((disk): disk is LayerDisk => disk.kind === 'layer');
}

/** Why a disk can't carry layers, whoever uses it now; null when it can. */
async function whyUnfit(path: string): Promise<string | null> {
  try {
    await checkBase(path, { free: false });
    return null;
  } catch (error) {
    if (!(error instanceof Failure)) return (error as Error).message;
    const { code, params } = error.error;
    if (code === 'image-is-layer') return 'it is itself a layer';
    if (code === 'image-small-blocks')
      return `it ${String(params['what'])}, through which UML reads wrong data`;
    if (code === 'image-size-odd') return 'its size is no multiple of 512';
    return error.message;
  }
}
