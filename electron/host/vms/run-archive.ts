import { failure } from '@shared/errors/paddock-error.js';
import { compareRunFacts } from '@shared/vms/run-facts.js';
import {
  RUN_BYTES_KEPT,
  RUNS_KEPT,
  type Run,
  type RunComparison,
  type RunEvent,
  type RunSummary,
} from '@shared/vms/run.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { log } from '../platform/log.js';
import type { StateStore } from '../state-store.js';
import { KeptRuns } from './kept-runs.js';
import { compareLogs } from './run-comparison.js';
import { exportRun } from './run-export.js';
import type { VmRecord } from './vm-record.js';
import type { VmService } from './vm-service.js';

/** Events of one run may come in one answer up to this size; a guest can say so much that they don't. */
const EVENTS_BYTES_MAX = 8 * 1024 * 1024;

/** The kept runs of machines: listed, searched, compared, exported, and the oldest removed. */
export class RunArchive {
  private readonly kept: KeptRuns;

  constructor(
    private readonly vms: VmService,
    private readonly store: StateStore,
    /** The host's own log. */
    private readonly hostLog: string,
    /** So many bytes of console logs of one machine are kept, as they are on the disk. */
    private readonly bytesKept = RUN_BYTES_KEPT,
  ) {
    this.kept = new KeptRuns(vms.files);
  }

  /** All kept runs, newest first. */
  async list(id: VmId): Promise<RunSummary[]> {
    const runs: RunSummary[] = [];
    for (const run of await this.runs(this.vms.get(id))) runs.push(await this.kept.summary(id, run));
    return runs;
  }

  /** What happened in a run, oldest first. Of more than fits into an answer the guest's oldest messages are left out. */
  async events(id: VmId, number: number): Promise<RunEvent[]> {
    await this.run(this.vms.get(id), number);
    const events = await this.kept.events(id, number);
    let room = EVENTS_BYTES_MAX;
    let dropped = 0;
    const fitting = events.toReversed().filter((event) => {
      room -= JSON.stringify(event).length;
      const fits = room > 0 || event.kind !== 'message';
      if (!fits) dropped += 1;
      return fits;
    });
    const first = events[0];
    if (first && dropped > 0) fitting.push({ kind: 'dropped', at: first.at, count: dropped });
    return fitting.toReversed();
  }

  /** Two runs beside each other: their facts, and con0 line by line. */
  async compare(id: VmId, a: number, b: number): Promise<RunComparison> {
    const vm = this.vms.get(id);
    const runs = [await this.run(vm, a), await this.run(vm, b)] as const;
    const facts = compareRunFacts(await this.kept.summary(id, runs[0]), await this.kept.summary(id, runs[1]));
    const [inA, inB] = [a, b].map((number) =>
      this.kept.logs(id, number).find(({ console }) => console === 'con0'),
    );
    return { facts, ...(await compareLogs(inA?.log ?? null, inB?.log ?? null)) };
  }

  /** Writes a run, the newest for null, as one archive. */
  async export(id: VmId, number: number | null, path: string): Promise<{ path: string; bytes: number }> {
    const vm = this.vms.get(id);
    const run = await this.run(vm, number ?? (await this.kept.numbers(id))[0] ?? 1);
    return exportRun(path, {
      kept: this.kept,
      spec: vm.spec,
      run,
      summary: await this.kept.summary(id, run),
      checks: Object.values(this.store.state.checks),
      hostLog: this.hostLog,
    });
  }

  /** Removes a run that is over, from the disk and from the consoles' history. */
  async delete(id: VmId, number: number): Promise<void> {
    const vm = this.vms.get(id);
    const run = await this.run(vm, number);
    if (run.end === null) throw failure('run-not-ended', { name: vm.spec.name, run: number });
    await this.remove(vm, number);
  }

  /** Removes the oldest runs beyond what is kept; never the newest two, nor one that goes on. */
  async prune(id: VmId): Promise<void> {
    const vm = this.vms.get(id);
    const surplus: number[] = [];
    let bytes = 0;
    for (const [n, number] of (await this.kept.numbers(id)).entries()) {
      bytes += this.kept.bytesOnDisk(id, number);
      // The run before the newest is the one whose end somebody wants to understand.
      const isKept = n <= 1 || (n < RUNS_KEPT && bytes <= this.bytesKept);
      if (!isKept && number !== vm.run?.number) surplus.push(number);
    }
    for (const number of surplus.toReversed()) {
      log('info', 'run removed', { name: vm.spec.name, run: number });
      await this.remove(vm, number);
    }
  }

  private async remove(vm: VmRecord, number: number): Promise<void> {
    await this.kept.remove(vm.spec.id, number);
    vm.forgetRun(number);
  }

  /** All that can be read, newest first. */
  private async runs(vm: VmRecord): Promise<Run[]> {
    const runs: Run[] = [];
    for (const number of await this.kept.numbers(vm.spec.id)) {
      const run = await this.current(vm, number);
      if (run) runs.push(run);
    }
    return runs;
  }

  private async run(vm: VmRecord, number: number): Promise<Run> {
    const run = await this.current(vm, number);
    if (!run) throw failure('run-unknown', { name: vm.spec.name, run: number });
    return run;
  }

  /** What a full disk kept from being written of the newest run, its end, is known here. */
  private async current(vm: VmRecord, number: number): Promise<Run | null> {
    const run = await this.kept.run(vm.spec.id, number);
    return run && vm.run?.number === number ? vm.run : run;
  }
}
