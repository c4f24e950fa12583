import type { StopRung } from '@shared/vms/vm-view.js';
import type { UmlPlace } from '@shared/vms/run.js';
import { log } from '../platform/log.js';
import { reapMachine, signalProcess } from '../platform/processes.js';
import type { VmRecord } from './vm-record.js';

/** How long each rung has before the next one is taken. A Debian guest needs some 15 s to shut down. */
const RUNG_LIMIT_MS: Readonly<Record<StopRung, number>> = {
  shutdown: 30_000,
  halt: 5_000,
  terminate: 3_000,
  kill: 0,
};
const nextRung: Readonly<Record<StopRung, StopRung | null>> = {
  shutdown: 'halt',
  halt: 'terminate',
  terminate: 'kill',
  kill: null,
};

/**
 * Ends a machine: asks the guest (its tools, or Ctrl+Alt+Del), halts the kernel, SIGTERM, SIGKILL with all strays. Each rung has
 * its time, which everybody can see; a rung that can't be taken leads to the next at once.
 */
export class StopLadder {
  private timer: NodeJS.Timeout | null = null;
  private rung: StopRung = 'shutdown';

  constructor(
    private readonly vm: VmRecord,
    private readonly place: UmlPlace,
  ) {}

  /** Goes to a rung; going down the ladder again changes nothing. `hasShutDown`: the guest did what it was asked. */
  async take(rung: StopRung, hasShutDown = false): Promise<void> {
    this.rung = rung;
    this.clear();
    // What it takes says how it ends: a guest that outlived a polite request didn't power itself off.
    if (rung !== 'shutdown' && !hasShutDown) this.vm.asked = rung === 'halt' ? 'halt' : 'force';
    const limit = RUNG_LIMIT_MS[rung];
    const next = nextRung[rung];
    const wasPaused = this.vm.state === 'paused';
    this.vm.stopping = { rung, nextAt: next ? new Date(Date.now() + limit).toISOString() : null };
    if (!this.vm.happen('stop', rung)) return;
    if (next) this.timer = setTimeout(() => void this.take(next), limit);
    const done = await this.act(rung, wasPaused);
    if (!done && next && this.rung === rung && this.timer !== null) await this.take(next);
  }

  /** The machine has ended. */
  clear(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
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
