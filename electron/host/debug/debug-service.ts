import { mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainText } from '@shared/consoles/plain-text.js';
import {
  attachedTool,
  type DebugTool,
  type DebugToolView,
  type StraceFilter,
} from '@shared/debug/debug-tool.js';
import { gdbArgv, gdbCommands } from '@shared/debug/gdb-command.js';
import { parseKernelReports, type KernelReport } from '@shared/debug/kernel-report.js';
import { OutputLimit } from '@shared/debug/output-limit.js';
import { straceArgv } from '@shared/debug/strace-command.js';
import { failure } from '@shared/errors/paddock-error.js';
import type { UmlPlace } from '@shared/vms/run.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { FdEvents } from '../platform/fd-events.js';
import { log } from '../platform/log.js';
import { isAlive, machineProcesses, processOf, type ProcessId } from '../platform/processes.js';
import { runProgram } from '../platform/run-program.js';
import type { VmRecord } from '../vms/vm-record.js';
import type { VmService } from '../vms/vm-service.js';
import { DebugSession } from './debug-session.js';
import type { KernelSymbolsService } from './kernel-symbols.js';
import { StopWatch } from './stop-watch.js';
import { demandTracing, tracerOf } from './tracing-rights.js';

/** What each program answers to at once. */
const askVersion: Readonly<Record<DebugTool, string>> = { gdb: '--version', strace: '-V' };
const LIMIT_MS = 10_000;
/** Reports that are longer ago are in the log. */
const REPORT_BYTES = 256 * 1024;

/** gdb and strace on the kernels of machines that run, each as a console of its machine. */
export class DebugService {
  private readonly starting = new Set<VmId>();

  constructor(
    private readonly vms: VmService,
    private readonly symbols: KernelSymbolsService,
    private readonly events: FdEvents,
    /** A folder of this host's for what gdb is to read. */
    private readonly folder: string,
  ) {}

  /** Attaches one. Throws Failure: debug-off, debug-traced, debug-forbidden, tool-missing, debug-failed. */
  async start(id: VmId, tool: DebugTool, filter: StraceFilter): Promise<void> {
    const vm = this.vms.get(id);
    const { name } = vm.spec;
    if (this.starting.has(id)) throw failure('debug-traced', { name, tool, pid: process.pid });
    this.starting.add(id);
    try {
      const machine = demandRunning(vm);
      const tracer = tracerOf(machine.pid);
      if (tracer) throw failure('debug-traced', { name, tool: tracer.name, pid: tracer.pid });
      // Missing it is told as such, and not by a tab that ends at once.
      await runProgram([tool, askVersion[tool]], { timeoutMs: LIMIT_MS });
      await demandTracing(name, machine.pid);
      const symbols = await this.symbols.of(vm.spec.kernelPath);
      const argv =
        tool === 'strace'
          ? straceArgv(ownThreads(this.vms.files.place(vm.spec, vm.run), machine), filter)
          : gdbArgv({
              pid: machine.pid,
              kernelPath: vm.spec.kernelPath,
              symbolsPath:
                symbols.path !== null && symbols.problem === null
                  ? symbols.path
                  : await this.symbols.names(vm.spec.kernelPath),
              commandsPath: this.writeCommands(vm, symbols.scriptsTrusted ? symbols.scriptPath : null),
            });
      this.begin(vm, demandRunning(vm), tool, argv, symbols.kind);
    } finally {
      this.starting.delete(id);
    }
  }

  /** Has it let go of its machine, and takes its tab away. */
  async close(id: VmId, tool: DebugTool): Promise<void> {
    const vm = this.vms.get(id);
    await vm.debugSessions.get(tool)?.close();
    vm.debug = { ...vm.debug, tools: vm.debug.tools.filter((other) => other.tool !== tool) };
    vm.announce();
  }

  /** What its kernel reported of itself in its newest run, as far as the end of con0's log has it. */
  async reports(id: VmId): Promise<KernelReport[]> {
    const track = this.vms.get(id).tracks.get('con0');
    return parseKernelReports(plainText((await track?.tail(REPORT_BYTES)) ?? ''));
  }

  /** A machine is to be ended: a debugger that holds it would keep it from hearing of that. */
  async letGo(vm: VmRecord): Promise<void> {
    if (vm.debug.isStopped) await vm.debugSessions.get('gdb')?.close();
  }

  private begin(
    vm: VmRecord,
    machine: ProcessId,
    tool: DebugTool,
    argv: readonly [string, ...string[]],
    symbols: DebugToolView['symbols'],
  ): void {
    if (vm.run !== null) this.vms.runs.keepLog(vm, vm.run, tool);
    const limit = tool === 'strace' ? new OutputLimit() : null;
    const output = (bytes: Uint8Array): void => vm.output(tool, Buffer.from(bytes));
    let session: DebugSession;
    try {
      session = new DebugSession(
        this.events,
        { argv, machine, size: vm.sizes.get(tool) ?? null },
        (bytes) => {
          for (const piece of limit?.pass(bytes, Date.now()) ?? [bytes]) output(piece);
        },
      );
    } catch (error) {
      throw failure('debug-failed', { tool, why: (error as Error).message });
    }
    log('info', 'debugger attached', { name: vm.spec.name, tool, pid: session.id.pid });
    vm.debugSessions.set(tool, session);
    const view: DebugToolView = {
      tool,
      state: 'running',
      startedAt: new Date().toISOString(),
      symbols,
      end: null,
    };
    setTool(vm, view);
    vm.note({ kind: 'debug', tool, what: 'attached' });
    vm.announce();
    const watch = new StopWatch(
      machine,
      (isStopped) => {
        vm.debug = { ...vm.debug, isStopped: isStopped && attachedTool(vm.debug) === 'gdb' };
        if (!isStopped) vm.guestTools?.resumed();
        vm.announce();
      },
      // A tracer that holds a dead process keeps its parent from hearing of the end.
      () => void session.close(),
    );
    void session.ended.then(({ exitCode, signal }) => {
      watch.close();
      for (const piece of limit?.end() ?? []) output(piece);
      vm.debugSessions.delete(tool);
      vm.debug = { ...vm.debug, isStopped: false };
      if (vm.debug.tools.some((other) => other.tool === tool))
        setTool(vm, { ...view, state: 'ended', end: { at: new Date().toISOString(), exitCode, signal } });
      vm.note({ kind: 'debug', tool, what: 'ended' });
      vm.announce();
    });
  }

  private writeCommands(vm: VmRecord, scriptPath: string | null): string {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const path = join(this.folder, `${vm.spec.id}.gdb`);
    writeFileSync(path, gdbCommands(scriptPath), { mode: 0o600 });
    return path;
  }
}

function setTool(vm: VmRecord, view: DebugToolView): void {
  const others = vm.debug.tools.filter(({ tool }) => tool !== view.tool);
  vm.debug = { ...vm.debug, tools: [...others, view] };
}

function demandRunning(vm: VmRecord): ProcessId {
  const { run } = vm;
  const machine = run !== null && run.end === null ? processOf(run) : null;
  if (!isLive(vm.state) || machine === null || !isAlive(machine))
    throw failure('debug-off', { name: vm.spec.name });
  return machine;
}

/**
 * The kernel's own threads: the main one, and those that do its disks and its events, which are processes of their own
 * on 6.1 and threads later. Not its stubs, whose tracer it is itself, nor anything that isn't the kernel's binary.
 */
function ownThreads(place: UmlPlace, machine: ProcessId): number[] {
  const threads = readdirSync(`/proc/${machine.pid}/task`).map(Number);
  const exe = exeOf(machine.pid);
  const helpers = machineProcesses(place)
    .map(({ pid }) => pid)
    .filter((pid) => pid !== machine.pid && exeOf(pid) === exe && tracerOf(pid) === null);
  return [...new Set([machine.pid, ...threads, ...helpers])].slice(0, 16);
}

function exeOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return null;
  }
}
