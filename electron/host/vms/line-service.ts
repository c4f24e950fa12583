import { setTimeout as delay } from 'node:timers/promises';
import type { CallOutput } from '@shared/api/calls.js';
import type { Channel } from '@shared/consoles/channel.js';
import { compareConsoles, type LineName } from '@shared/consoles/console-name.js';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { spareConsole } from '@shared/vms/wiring.js';
import type { MachineProcess } from './machine-process.js';
import type { MconsoleClient } from './mconsole-client.js';
import type { VmRecord } from './vm-record.js';
import type { VmService } from './vm-service.js';

/** Between the two a boot takes a few tenths of a second; on a busy computer more. */
const DRIVER_WAIT_MS = 100;
const DRIVER_TRIES = 50;

type OtherLine = CallOutput<'consoles.others'>['lines'][number];

/** Lines of machines that run: gives them more tabs, takes lines away, and says where those lead that are no tabs. */
export class LineService {
  /** Lines that are being plugged in or out now: `vmId/line`. */
  private readonly busy = new Set<string>();

  constructor(private readonly vms: VmService) {}

  /** Makes a line a tab of the running machine and of its later starts. */
  async plug(id: VmId, line: LineName): Promise<void> {
    await this.alone(id, line, async (vm, process, mconsole) => {
      const { name } = vm.spec;
      const wired = vm.wired ?? [];
      if (wired.some((each) => each.line === line && each.channel.kind === 'tab'))
        throw failure('console-in-use', { name, line, why: 'it is a tab already' });
      // Before anything can be said there.
      if (vm.run !== null) this.vms.runs.keepLog(vm, vm.run, line);
      await process.plug(line, (device) => this.say(vm, mconsole, line, `config ${line}=tty:${device}`));
      const size = vm.sizes.get(line);
      if (size) process.resize(line, size.cols, size.rows);
      this.wire(vm, line, { kind: 'tab' });
      vm.note({ kind: 'command', command: `config ${line}=tty`, ok: true });
      await this.vms.configure(id, { consoles: withLine(vm.spec.consoles, line, { kind: 'tab' }) });
    });
  }

  /** Takes a line away from the running machine and from its later starts. */
  async unplug(id: VmId, line: LineName): Promise<void> {
    await this.alone(id, line, async (vm, process, mconsole) => {
      if (!(vm.wired ?? []).some((each) => each.line === line))
        throw failure('console-not-plugged', { name: vm.spec.name, line });
      await this.say(vm, mconsole, line, `remove ${line}`);
      await process.unplug(line);
      this.wire(vm, line, null);
      vm.note({ kind: 'command', command: `remove ${line}`, ok: true });
      await this.vms.configure(id, { consoles: withLine(vm.spec.consoles, line, null) });
    });
  }

  /** The lines that are no tabs, as they are now: the chosen ones and the spare console. */
  async others(id: VmId): Promise<OtherLine[]> {
    const vm = this.vms.get(id);
    const consoles = vm.wired ?? vm.spec.consoles;
    // The spare console is the one that was free at the start; what was plugged in since is no reason to look elsewhere.
    const spare = vm.isUp ? spareConsole({ consoles: vm.startedWith ?? consoles }) : null;
    const lines: OtherLine[] = consoles
      .filter(({ channel }) => channel.kind !== 'tab')
      .map((console) => ({ console, isSpare: false, said: null }));
    if (spare !== null && !consoles.some(({ line }) => line === spare))
      lines.push({ console: { line: spare, channel: { kind: 'pts' } }, isSpare: true, said: null });
    const { mconsole } = vm;
    if (vm.isUp && mconsole !== null)
      for (const each of lines)
        each.said = await mconsole.call(`config ${each.console.line}`).then(
          (text) => text.trim().slice(0, 200),
          () => null,
        );
    return lines;
  }

  /** Whatever else is done with the same line waits for nothing: it is refused. */
  private async alone(
    id: VmId,
    line: LineName,
    work: (vm: VmRecord, process: MachineProcess, mconsole: MconsoleClient) => Promise<void>,
  ): Promise<void> {
    const vm = this.vms.get(id);
    this.vms.demand(vm, 'control');
    const { process, mconsole } = vm;
    const { name } = vm.spec;
    if (mconsole === null)
      throw failure('mconsole-failed', { name, command: 'config', why: 'its kernel does not answer yet' });
    if (process === null)
      throw failure('vm-action-refused', {
        name,
        action: 'be given consoles',
        reason: 'Another host started this run. After a restart it can.',
      });
    const key = `${id}/${line}`;
    if (this.busy.has(key))
      throw failure('console-in-use', { name, line, why: 'it is being changed just now' });
    this.busy.add(key);
    try {
      await work(vm, process, mconsole);
    } finally {
      this.busy.delete(key);
      vm.announce();
    }
  }

  /**
   * Tells the kernel; that a program of the guest has the line open is put into words. Its control socket is there a
   * little before its console driver, which it then calls a bad option: asked again until that has come.
   */
  private async say(vm: VmRecord, mconsole: MconsoleClient, line: LineName, command: string): Promise<void> {
    for (let left = DRIVER_TRIES; ; left -= 1) {
      try {
        return void (await mconsole.call(command));
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        const why = String(error.error.params['why']);
        if (why.includes('already open'))
          throw failure('console-in-use', { name: vm.spec.name, line, why: 'its guest has it open' });
        if (left === 0 || !why.includes('Bad configuration option')) throw error;
        await delay(DRIVER_WAIT_MS);
      }
    }
  }

  private wire(vm: VmRecord, line: LineName, channel: Channel | null): void {
    vm.wired = withLine(vm.wired ?? [], line, channel);
  }
}

/** The lines with one of them leading elsewhere, or gone. */
function withLine(consoles: NonNullable<VmRecord['wired']>, line: LineName, channel: Channel | null) {
  return [
    ...consoles.filter((each) => each.line !== line),
    ...(channel === null ? [] : [{ line, channel }]),
  ].sort((a, b) => compareConsoles(a.line, b.line));
}
