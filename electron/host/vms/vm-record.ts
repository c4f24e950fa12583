import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { Run } from '@shared/vms/run.js';
import type { VmSpec } from '@shared/vms/vm-spec.js';
import { nextVmState, type VmEvent, type VmState } from '@shared/vms/vm-state.js';
import type { LayerView, StopRung, VmView } from '@shared/vms/vm-view.js';
import { ConsoleTrack } from '../consoles/console-track.js';
import type { LayerWatch } from '../layers/layer-watch.js';
import { log } from '../platform/log.js';
import type { MachineProcess } from './machine-process.js';
import type { MconsoleClient } from './mconsole-client.js';

/** How often the size of a growing log is told. */
const GROWTH_MS = 1500;

/** A machine in the host: what is on disk, what runs, and its place in the state table. */
export class VmRecord {
  state: VmState;
  private since = new Date().toISOString();
  run: Run | null = null;
  process: MachineProcess | null = null;
  mconsole: MconsoleClient | null = null;
  cpu: number | null = null;
  /** The hardest way to stop that was asked for in this run. */
  asked: 'shutdown' | 'halt' | 'force' | null = null;
  stopping: { rung: StopRung; nextAt: string | null } | null = null;
  panic: string | null = null;
  wrongUmid = false;
  /** Why nothing may touch its files now: a start or a job works on them. */
  held: string | null = null;
  adopted = false;
  layer: LayerView | null = null;
  layerWatch: LayerWatch | null = null;
  problem: PaddockError | null = null;
  /** Sizes that windows asked for, also before a start. */
  readonly sizes = new Map<number, { cols: number; rows: number }>();
  private forgotten = false;
  private growth: NodeJS.Timeout | null = null;
  readonly tracks: readonly ConsoleTrack[];

  constructor(
    readonly spec: VmSpec,
    state: VmState,
    private readonly publish: (view: VmView) => void,
  ) {
    this.state = state;
    this.tracks = Array.from({ length: spec.consoles }, () => new ConsoleTrack());
  }

  /** Takes a step of the state table and tells everybody; false, and nothing changes, when there is no such step. */
  happen(event: VmEvent, cause: string): boolean {
    const next = nextVmState(this.state, event);
    if (next === null) return false;
    log('info', 'machine', { name: this.spec.name, from: this.state, event, to: next, cause });
    if (next !== this.state) this.since = new Date().toISOString();
    this.state = next;
    if (next !== 'stopping') this.stopping = null;
    this.announce();
    return true;
  }

  /** Takes console output; that the log grew is told now and then, not with every byte. */
  output(console: number, bytes: Buffer): void {
    this.tracks[console]?.append(bytes);
    this.growth ??= setTimeout(() => {
      this.growth = null;
      this.announce();
    }, GROWTH_MS);
  }

  /** Tells everybody how it is. */
  announce(): void {
    if (this.forgotten) return;
    this.publish(this.view());
  }

  /** It is deleted: nothing more is told of it. */
  forget(): void {
    this.forgotten = true;
    this.layerWatch?.close();
    if (this.growth !== null) clearTimeout(this.growth);
  }

  private view(): VmView {
    const { spec, run } = this;
    return {
      id: spec.id,
      name: spec.name,
      memoryMiB: spec.memoryMiB,
      kernelPath: spec.kernelPath,
      imageId: spec.disk.imageId,
      consoles: spec.consoles,
      createdAt: spec.createdAt,
      state: this.state,
      stateSince: this.since,
      runNumber: run?.number ?? 0,
      runStartedAt: run?.startedAt ?? null,
      kernelVersion: run?.kernelVersion ?? '',
      pid: run !== null && run.end === null ? run.pid : null,
      lastEnd: run?.end ?? null,
      stopping: this.stopping,
      layer: this.layer,
      logBytes: this.tracks.reduce((sum, track) => sum + track.bytes, 0),
      adopted: this.adopted,
      problem: this.problem,
    };
  }
}
