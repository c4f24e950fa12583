import { failure, Failure } from '@shared/errors/paddock-error.js';
import type { LabSetup } from '@shared/labs/lab.js';
import type { LabFile, LabMachine } from '@shared/labs/lab-file.js';
import { setupScript } from '@shared/labs/setup-script.js';
import { decodeUtf8 } from '@shared/text-codec.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { GuestTools } from '../guest-tools/guest-tools.js';
import { runScript } from '../guest-tools/run-script.js';
import type { LiveNetworks } from '../networks/live-networks.js';
import { log } from '../platform/log.js';
import type { VmRecord } from '../vms/vm-record.js';
import type { VmService } from '../vms/vm-service.js';
import type { LabRecord } from './lab-record.js';

/** So long a guest may take until its tools answer, and its lines until they end. */
const TOOLS_LIMIT_MS = 120_000;
const SETUP_LIMIT_MS = 120_000;
/** What it said is kept up to here. */
const SAID_BYTES = 16 * 1024;
const SAID_CHARS = 2000;

/** What setups need of the labs. */
interface LabHooks {
  fileOf(record: LabRecord): LabFile;
  changed(record: LabRecord): void;
  save(record: LabRecord): Promise<void>;
}

interface Setup {
  /** Of which run of the machine, with its restarts in place. */
  run: string;
  state: LabSetup;
  said: string;
}

/** Sets guests of labs up at each of their starts: files, addresses, routes, lines. */
export class LabSetups {
  private readonly setups = new Map<string, Setup>();
  /** Who waits for one to be done. */
  private readonly onSettled = new Set<() => void>();

  constructor(
    private readonly vms: VmService,
    private readonly live: LiveNetworks,
    private readonly hooks: LabHooks,
  ) {}

  /** How it stands with a machine. */
  view(record: LabRecord, name: string): { setup: LabSetup; said: string } {
    const vm = this.machine(record, name);
    if (!vm || !isLive(vm.state)) return { setup: 'none', said: '' };
    const setup = this.setups.get(keyOf(record, name));
    if (setup?.run === runOf(vm)) return { setup: setup.state, said: setup.said };
    if (!needsSetup(this.file(record, name))) return { setup: 'none', said: '' };
    return { setup: record.setUp[name] === runOf(vm) ? 'done' : 'waiting', said: '' };
  }

  /** Something changed with a machine: sets it up, when its guest is up and that was not done in this run. */
  look(record: LabRecord, name: string): void {
    const vm = this.machine(record, name);
    const key = keyOf(record, name);
    if (!vm || !isLive(vm.state)) {
      if (this.setups.delete(key)) this.hooks.changed(record);
      return;
    }
    const machine = this.file(record, name);
    if (!machine || !needsSetup(machine) || vm.guestTools?.isReady !== true) return;
    const run = runOf(vm);
    if (this.setups.get(key)?.run === run || record.setUp[name] === run) return;
    this.setups.set(key, { run, state: 'running', said: '' });
    this.hooks.changed(record);
    void this.setUp(record, name, { vm, tools: vm.guestTools, machine, run });
  }

  /** Resolves when a machine that was started is set up. Throws Failure: lab-setup, cancelled. */
  settled(record: LabRecord, name: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (error: Failure | null): void => {
        clearTimeout(limit);
        stop();
        this.onSettled.delete(look);
        signal.removeEventListener('abort', cancelled);
        if (error) reject(error);
        else resolve();
      };
      const failed = (why: string, said = ''): void =>
        end(
          failure(
            'lab-setup',
            { name, why },
            said === '' ? undefined : { command: [], lastLines: said.split('\n').slice(-8) },
          ),
        );
      const cancelled = (): void => end(failure('cancelled', {}));
      const look = (): void => {
        const vm = this.machine(record, name);
        if (!vm) return failed('it was deleted');
        // One that waits for others is not live yet.
        if (!isLive(vm.state)) return vm.waiting || vm.state === 'defined' ? undefined : failed('it ended');
        const { setup, said } = this.view(record, name);
        if (setup === 'done') return end(null);
        if (setup === 'failed') return failed('its lines failed', said);
        if (setup === 'none' && vm.state === 'running') return end(null);
      };
      const limit = setTimeout(() => failed('its guest tools don’t answer'), TOOLS_LIMIT_MS);
      const stop = this.vms.whenChanged(look);
      this.onSettled.add(look);
      signal.addEventListener('abort', cancelled);
      if (signal.aborted) cancelled();
      else look();
    });
  }

  private async setUp(
    record: LabRecord,
    name: string,
    { vm, tools, machine, run }: { vm: VmRecord; tools: GuestTools; machine: LabMachine; run: string },
  ): Promise<void> {
    const cards = this.live.record.machines[vm.spec.id] ?? [];
    const devices = machine.cards.map(
      (_card, index) => cards.find(({ unit }) => unit === index)?.device ?? null,
    );
    let setup: Setup;
    try {
      const limits = { timeoutMs: SETUP_LIMIT_MS, outputMax: SAID_BYTES };
      const { end, said } = await runScript(tools, setupScript(machine, devices), limits);
      const isDone = end.exitCode === 0;
      setup = {
        run,
        state: isDone ? 'done' : 'failed',
        said: isDone ? '' : decodeUtf8(said).trim().slice(-SAID_CHARS),
      };
    } catch (error) {
      setup = { run, state: 'failed', said: (error as Error).message };
    }
    // It may have ended, or begun anew, meanwhile.
    if (this.setups.get(keyOf(record, name))?.run !== run) return;
    this.setups.set(keyOf(record, name), setup);
    // At once: who sees that it is done must not find the state of before.
    this.hooks.changed(record);
    for (const look of this.onSettled) look();
    if (setup.state !== 'done') return;
    record.setUp[name] = run;
    await this.hooks
      .save(record)
      .catch((error: Error) => log('error', 'lab not noted down', { error: error.message }));
  }

  private machine(record: LabRecord, name: string): VmRecord | null {
    const id = record.machines[name];
    return (id !== undefined && this.vms.records.get(id)) || null;
  }

  private file(record: LabRecord, name: string): LabMachine | null {
    return this.hooks.fileOf(record).machines[name] ?? null;
  }
}

const keyOf = (record: LabRecord, name: string): string => `${record.id} ${name}`;
const runOf = (vm: VmRecord): string => `${vm.run?.number ?? 0}.${vm.reboots}`;

/** The tiny Linux takes addresses by DHCP by itself, and other images perhaps. */
function needsSetup(machine: LabMachine | null): boolean {
  if (!machine) return false;
  return (
    machine.forwarding ||
    machine.eth ||
    machine.run.trim() !== '' ||
    machine.routes.length > 0 ||
    Object.keys(machine.files).length > 0 ||
    machine.cards.some(({ address }) => address !== 'dhcp' || machine.image !== 'tiny')
  );
}
