import type { HostEvent } from '@shared/api/messages.js';
import { cardTaps, type CardTap } from '@shared/figures/card-taps.js';
import { FigureHistory } from '@shared/figures/figure-history.js';
import { figurePaceMs, type Figure, type FigurePace, type FigureSpan } from '@shared/figures/figure.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { Client } from '../api/client.js';
import { oomKills } from '../platform/oom-kills.js';
import { processOf } from '../platform/processes.js';
import type { VmRecord } from '../vms/vm-record.js';
import type { VmService } from '../vms/vm-service.js';
import { GuestMemory } from './guest-memory.js';
import { MachineFigures } from './machine-figures.js';

/** So much of a round goes to what is expensive, so that no console waits for figures. */
const PSS_BUDGET_MS = 3;

interface Watcher {
  pace: FigurePace;
  detail: VmId | null;
  /** When it was told last, by the clock that is never set; it is told at once when it comes. */
  toldAt: number;
}

/** Measures what running machines take from this computer, keeps a bounded history, and tells who watches. */
export class FigureService {
  private readonly watchers = new Map<Client, Watcher>();
  /** Runs that are measured. */
  private readonly running = new Map<VmId, MachineFigures>();
  /** Of all machines that ran since the host began, until they are deleted. */
  private readonly histories = new Map<VmId, FigureHistory>();
  private readonly guests = new GuestMemory();
  private timer: NodeJS.Timeout | null = null;
  private roundAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly vms: VmService,
    /** The taps that Paddock made for a machine's cards. */
    private readonly tapsOf: (id: VmId) => CardTap[],
  ) {
    vms.whenChanged(() => this.changed());
    this.changed();
  }

  /** Begins, or changes, what a client gets. */
  watch(client: Client, pace: FigurePace, detail: VmId | null): void {
    if (!this.watchers.has(client)) client.whenClosed(() => this.unwatch(client));
    this.watchers.set(client, { pace, detail, toldAt: Number.NEGATIVE_INFINITY });
    this.schedule();
  }

  /** A client has seen enough. */
  unwatch(client: Client): void {
    this.watchers.delete(client);
    this.schedule();
  }

  /** What was measured, oldest first. Throws Failure `vm-unknown`. */
  history(id: VmId, span: FigureSpan): Figure[] {
    this.vms.get(id);
    return this.histories.get(id)?.list(span) ?? [];
  }

  /** A machine may have started, ended or been deleted. */
  private changed(): void {
    for (const id of this.histories.keys()) if (!this.vms.records.has(id)) this.histories.delete(id);
    for (const [id, figures] of this.running) {
      const vm = this.vms.records.get(id);
      if (vm && hasProcess(vm) && vm.run?.pidStartTicks === figures.process.startTicks) continue;
      figures.close();
      this.running.delete(id);
    }
    if (this.timer === null || !this.anyRuns) this.schedule();
  }

  private get anyRuns(): boolean {
    return [...this.vms.records.values()].some(hasProcess);
  }

  /** The fastest watcher decides. No timer while no machine runs. */
  private schedule(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (!this.anyRuns) return;
    const isWatched = [...this.watchers.values()].some(({ pace }) => pace === 'foreground');
    const wait = this.roundAt + figurePaceMs[isWatched ? 'foreground' : 'background'] - performance.now();
    this.timer = setTimeout(() => this.round(), Math.max(0, wait));
  }

  private round(): void {
    this.roundAt = performance.now();
    const at = Date.now();
    const newest: Extract<HostEvent, { event: 'figures' }>['figures'] = [];
    // Every round sees all machines that run, which is what the marks need; they are no figures.
    const oom = oomKills();
    const isDetail = new Set([...this.watchers.values()].map(detailOf));
    for (const vm of this.vms.records.values()) {
      if (!hasProcess(vm)) continue;
      vm.oomMarks.mark(oom);
      const { id } = vm.spec;
      const guest = isDetail.has(id) ? this.guests.usedBytes(vm) : null;
      const taken = this.figuresOf(vm)?.take(at, vm.layer?.onDiskBytes ?? 0, guest);
      if (isDetail.has(id)) void this.guests.ask(vm);
      if (!taken) continue;
      this.historyOf(id).add(taken.figure, taken.ms);
      newest.push({ vmId: id, figure: taken.figure, cards: taken.cards });
    }
    this.measureMemory();
    this.tell(newest);
    this.schedule();
  }

  /** Null when its process is gone; somebody else waits for that, and says so. */
  private figuresOf(vm: VmRecord): MachineFigures | null {
    const known = this.running.get(vm.spec.id);
    if (known || vm.run === null) return known ?? null;
    try {
      const begun = cardTaps(vm.run.argv);
      const { id } = vm.spec;
      // Those that Paddock made may be others by now.
      const figures = new MachineFigures(processOf(vm.run), () => {
        const made = this.tapsOf(id);
        return [...begun.filter(({ unit }) => !made.some((one) => one.unit === unit)), ...made];
      });
      this.running.set(vm.spec.id, figures);
      return figures;
    } catch {
      return null;
    }
  }

  private historyOf(id: VmId): FigureHistory {
    const history = this.histories.get(id) ?? new FigureHistory();
    this.histories.set(id, history);
    return history;
  }

  /** Those that waited longest first; a new machine, whose memory nobody knows, in any case. */
  private measureMemory(): void {
    const begun = performance.now();
    const due = [...this.running.values()]
      .map((figures) => ({ figures, overdue: figures.pssOverdue(begun) }))
      .filter(({ overdue }) => overdue > 0)
      .sort((a, b) => (a.overdue === b.overdue ? 0 : b.overdue - a.overdue));
    for (const { figures, overdue } of due)
      if (overdue === Number.POSITIVE_INFINITY || performance.now() - begun < PSS_BUDGET_MS)
        figures.measurePss(begun);
  }

  private tell(figures: Extract<HostEvent, { event: 'figures' }>['figures']): void {
    for (const [client, watcher] of this.watchers) {
      // Timers are late, never early: half a second of grace keeps a slow one from missing every second round.
      if (this.roundAt - watcher.toldAt < figurePaceMs[watcher.pace] - 500) continue;
      watcher.toldAt = this.roundAt;
      client.sendEvent({ event: 'figures', figures });
    }
  }
}

function hasProcess(vm: VmRecord): boolean {
  return isLive(vm.state) && vm.run !== null && vm.run.end === null && vm.run.pid !== null;
}

/** Only who looks at the machine now has it asked. */
function detailOf({ pace, detail }: Watcher): VmId | null {
  return pace === 'foreground' ? detail : null;
}
