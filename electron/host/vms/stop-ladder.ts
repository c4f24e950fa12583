import { SHUTDOWN_MAX_S, type StopRung } from '@shared/vms/vm-view.js';
import type { UmlPlace } from '@shared/vms/run.js';
import { syncByKernel } from '../layers/sync-guest.js';
import { log } from '../platform/log.js';
import { reapMachine, signalProcess } from '../platform/processes.js';
import type { VmRecord } from './vm-record.js';

/** How long each rung has before the next one is taken, if nothing else is said. A Debian guest needs some 15 s to shut down. */
const RUNG_LIMIT_MS: Readonly<Record<StopRung, number>> = {
  shutdown: 30_000,
  halt: 5_000,
  terminate: 3_000,
  kill: 0,
};
/** So long a guest that didn't shut down may write what it holds back, before it is halted. */
const SYNC_LIMIT_MS = 5_000;
const nextRung: Readonly<Record<StopRung, StopRung | null>> = {
  shutdown: 'halt',
  halt: 'terminate',
  terminate: 'kill',
  kill: null,
};

/** How a rung is taken. */
export interface RungOptions {
  /** The guest did what it was asked. */
  hasShutDown?: boolean;
  /** So long it has before the next one. */
  limitMs?: number;
}

/**
 * Ends a machine: asks the guest (its tools, or Ctrl+Alt+Del), halts the kernel, SIGTERM, SIGKILL with all strays. Each rung has
 * its time, which everybody can see; a rung that can't be taken leads to the next at once.
 */
export class StopLadder {
  private timer: NodeJS.Timeout | null = null;
  private rung: StopRung = 'shutdown';
  /** When the guest was asked to shut down. */
  private askedAt = 0;

  constructor(
    private readonly vm: VmRecord,
    private readonly place: UmlPlace,
  ) {}

  /** Goes to a rung because somebody asked for it; going down the ladder again changes nothing. */
  async take(rung: StopRung, how: RungOptions = {}): Promise<void> {
    this.vm.gaveUpAfter = null;
    await this.go(rung, how);
  }

  /** Gives the guest more time to shut down; false when that isn't what is waited for. */
  waitLonger(ms: number): boolean {
    const nextAt = Date.parse(this.vm.stopping?.nextAt ?? '');
    if (this.rung !== 'shutdown' || this.timer === null || Number.isNaN(nextAt)) return false;
    this.clear();
    this.wait(Math.min(nextAt + ms, Date.now() + SHUTDOWN_MAX_S * 1000), 'halt');
    this.vm.announce();
    return true;
  }

  /** The machine has ended. */
  clear(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private async go(rung: StopRung, { hasShutDown = false, limitMs }: RungOptions = {}): Promise<void> {
    this.rung = rung;
    this.clear();
    // What it takes says how it ends: a guest that outlived a polite request didn't power itself off.
    if (rung !== 'shutdown' && !hasShutDown) this.vm.asked = rung === 'halt' ? 'halt' : 'force';
    const next = nextRung[rung];
    const wasPaused = this.vm.state === 'paused';
    if (rung === 'shutdown') this.askedAt = performance.now();
    if (next) this.wait(Date.now() + (limitMs ?? RUNG_LIMIT_MS[rung]), next);
    else this.vm.stopping = { rung, nextAt: null };
    if (!this.vm.happen('stop', rung)) {
      this.vm.stopping = null;
      return this.clear();
    }
    const done = await this.act(rung, wasPaused);
    if (!done && next && this.rung === rung && this.timer !== null) await this.go(next);
  }

  /** The next rung is taken at a time. */
  private wait(nextAt: number, next: StopRung): void {
    const { rung } = this;
    this.vm.stopping = { rung, nextAt: new Date(nextAt).toISOString() };
    const timer = setTimeout(
      () => void (rung === 'shutdown' ? this.giveUp(timer) : this.go(next)),
      nextAt - Date.now(),
    );
    this.timer = timer;
  }

  /** The guest had its time. What it holds back is written, if its kernel still can, and it is halted. */
  private async giveUp(timer: NodeJS.Timeout): Promise<void> {
    await syncByKernel(this.vm, { eachMs: SYNC_LIMIT_MS, allMs: SYNC_LIMIT_MS }).catch((error: Error) =>
      log('warn', 'guest not synced', { name: this.vm.spec.name, error: error.message }),
    );
    // It ended meanwhile, or somebody asked for something else.
    if (this.timer !== timer) return;
    this.vm.gaveUpAfter = Math.round((performance.now() - this.askedAt) / 1000);
    await this.go('halt');
  }

  private async act(rung: StopRung, wasPaused: boolean): Promise<boolean> {
    const id = this.vm.run?.pid
      ? { pid: this.vm.run.pid, startTicks: this.vm.run.pidStartTicks ?? '' }
      : null;
    switch (rung) {
      case 'shutdown':
        // The guest tools power off; Ctrl+Alt+Del makes many inits restart. A guest that is halted in place hears neither.
        return (!wasPaused && (await this.vm.guestTools?.powerOff())) || this.tell('cad');
      case 'halt':
        // A kernel that is halted in place answers to halt with an abort (seen on 6.1).
        if (wasPaused && !(await this.tell('go'))) return false;
        return this.tell('halt');
      case 'terminate':
        return id !== null && signalProcess(id, 'SIGTERM');
      case 'kill':
        await reapMachine(this.place);
        return true;
    }
  }

  private async tell(command: 'cad' | 'go' | 'halt'): Promise<boolean> {
    if (this.vm.mconsole === null) return false;
    try {
      await this.vm.mconsole.call(command);
      return true;
    } catch (error) {
      // A kernel that halts may be gone before it answers: the ladder goes on only if it is still there.
      log('warn', 'mconsole', { name: this.vm.spec.name, command, error: (error as Error).message });
      return false;
    }
  }
}
