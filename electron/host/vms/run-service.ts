import { homedir } from 'node:os';
import { isOrderlyStop, type StopReason } from '@shared/diagnostics/stop-reason.js';
import { whyItStopped } from '@shared/diagnostics/why-it-stopped.js';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import { commandLine } from '@shared/vms/command-line.js';
import type { Run } from '@shared/vms/run.js';
import type { VmId, VmSpec } from '@shared/vms/vm-spec.js';
import type { StopRung } from '@shared/vms/vm-view.js';
import { ConsoleLog } from '../consoles/console-log.js';
import { layerView } from '../layers/layer-files.js';
import { LayerWatch } from '../layers/layer-watch.js';
import type { FdEvents } from '../platform/fd-events.js';
import { log } from '../platform/log.js';
import { MachineProcess } from './machine-process.js';
import { MconsoleClient } from './mconsole-client.js';
import { memoryFolder } from './start-checks.js';
import { StopLadder } from './stop-ladder.js';
import type { VmFiles } from './vm-files.js';
import type { VmRecord } from './vm-record.js';

/** How much of a console's end is read to tell why a machine stopped. */
const EVIDENCE_BYTES = 16 * 1024;

/** The course of a run: its process, its control socket, its stop, its end and what that end means. */
export class RunService {
  private readonly ladders = new Map<VmId, StopLadder>();

  constructor(
    private readonly files: VmFiles,
    private readonly events: FdEvents,
  ) {}

  /** Begins a run. When the process can't be made, the run ends as not started. */
  async launch(vm: VmRecord, kernelVersion: string, cpu: number | null): Promise<void> {
    try {
      await this.begin(vm, kernelVersion, cpu);
    } catch (error) {
      const { message } = error as Error;
      await this.closeRun(vm, { exitCode: null, signal: null, reason: { code: 'not-started', message } });
      throw error;
    }
  }

  private async begin(vm: VmRecord, kernelVersion: string, cpu: number | null): Promise<void> {
    const { spec } = vm;
    const argv = this.argv(spec);
    const run: Run = {
      number: (vm.run?.number ?? 0) + 1,
      startedAt: new Date().toISOString(),
      argv,
      kernelVersion,
      pid: null,
      pidStartTicks: null,
      end: null,
    };
    await this.files.saveRun(spec.id, run);
    Object.assign(vm, { run, asked: null, panic: null, wrongUmid: false, adopted: false });
    vm.tracks.forEach((track, n) =>
      track.add({ run, log: new ConsoleLog(this.files.consoleLog(spec.id, run.number, n), { write: true }) }),
    );
    vm.cpu = cpu;
    vm.process = new MachineProcess(
      this.events,
      {
        argv,
        umid: spec.name,
        umlDir: this.files.umlDir,
        notifySocket: this.files.notifySocket(spec.name),
        consoles: spec.consoles,
        cpu: vm.cpu,
        memoryDir: memoryFolder(),
        homeDir: homedir(),
      },
      {
        onOutput: (console, bytes) => vm.output(console, bytes),
        onUp: (path) => this.cameUp(vm, path),
        onPanic: (text) => (vm.panic = text),
        onEnd: (exitCode, signal) => void this.ended(vm, exitCode, signal),
      },
    );
    this.watchLayer(vm);
    for (const [console, size] of vm.sizes) vm.process.resize(console, size.cols, size.rows);
    vm.run = { ...run, pid: vm.process.id.pid, pidStartTicks: vm.process.id.startTicks };
    // It runs: that a full disk doesn't take this down must not end it.
    await this.files.saveRun(spec.id, vm.run).catch(notSaved);
    vm.announce();
  }

  /** Takes the ladder at a rung; returns once it was taken. */
  async stop(vm: VmRecord, rung: StopRung): Promise<void> {
    await this.ladder(vm).take(rung);
  }

  /** The kernel announced its control socket, or an earlier host's machine was found with one. */
  cameUp(vm: VmRecord, announcedPath: string): void {
    const expected = this.files.mconsoleSocket(vm.spec.name);
    if (announcedPath !== expected) {
      // The kernel took a random umid, because its own was in use: nobody could control this machine.
      log('warn', 'wrong umid', { name: vm.spec.name, announcedPath });
      vm.wrongUmid = true;
      void this.stop(vm, 'kill');
      return;
    }
    vm.mconsole = new MconsoleClient(this.events, vm.spec.name, expected);
    vm.happen('up', 'its control socket is there');
  }

  /** A machine's process is gone and everything it said was written down. */
  async ended(vm: VmRecord, exitCode: number | null, signal: string | null): Promise<void> {
    this.ladders.get(vm.spec.id)?.clear();
    this.ladders.delete(vm.spec.id);
    const consoleTail = (await vm.tracks[0]?.tail(EVIDENCE_BYTES).catch(() => '')) ?? '';
    const evidence = { exitCode, signal, asked: vm.asked, panic: vm.panic, consoleTail };
    const reason: StopReason = vm.wrongUmid ? { code: 'wrong-umid' } : whyItStopped(evidence);
    await this.closeRun(vm, { exitCode, signal, reason });
  }

  private async closeRun(vm: VmRecord, end: Omit<NonNullable<Run['end']>, 'at'>): Promise<void> {
    vm.layerWatch?.close();
    vm.layerWatch = null;
    vm.process = null;
    vm.mconsole = null;
    vm.cpu = null;
    if (vm.run !== null && vm.run.end === null) {
      vm.run = { ...vm.run, end: { at: new Date().toISOString(), ...end } };
      await this.files.saveRun(vm.spec.id, vm.run).catch(notSaved);
      for (const track of vm.tracks) track.setRun(vm.run);
    }
    await this.refreshLayer(vm);
    vm.happen(isOrderlyStop(end.reason) ? 'end' : 'crash', end.reason.code);
  }

  /** Keeps what is said of a running machine's layer true. */
  watchLayer(vm: VmRecord): void {
    vm.layerWatch = new LayerWatch(this.files.layer(vm.spec), () => {
      void this.refreshLayer(vm).then(() => vm.announce());
    });
  }

  /** Reads again what the layer holds. A missing or damaged one breaks the machine. */
  async refreshLayer(vm: VmRecord): Promise<void> {
    try {
      vm.layer = await layerView(this.files.layer(vm.spec));
    } catch (error) {
      vm.layer = null;
      vm.problem = asLayerFailure(error, this.files.layer(vm.spec)).error;
    }
  }

  /** The exact argv of a machine's next start. */
  argv(spec: VmSpec): string[] {
    return commandLine(spec, {
      umlDir: this.files.umlDir,
      layer: this.files.layer(spec),
      base: spec.disk.basePath,
      notifySocket: this.files.notifySocket(spec.name),
    });
  }

  private ladder(vm: VmRecord): StopLadder {
    const ladder = this.ladders.get(vm.spec.id) ?? new StopLadder(vm, this.files.umlDir);
    this.ladders.set(vm.spec.id, ladder);
    return ladder;
  }
}

function notSaved(error: unknown): void {
  log('error', 'run not saved', { error: (error as Error).message });
}

/** A layer that can't be read for whatever reason breaks its machine, not the host. */
function asLayerFailure(error: unknown, path: string): Failure {
  return error instanceof Failure ? error : failure('layer-damaged', { path, why: (error as Error).message });
}
