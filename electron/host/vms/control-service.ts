import { failure } from '@shared/errors/paddock-error.js';
import { readMconsoleCommand } from '@shared/mconsole/mconsole-commands.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { StopRung } from '@shared/vms/vm-view.js';
import { isAlive, processOf } from '../platform/processes.js';
import { checkUbdCommand } from './check-disks.js';
import type { MconsoleClient } from './mconsole-client.js';
import type { VmRecord } from './vm-record.js';
import type { VmService } from './vm-service.js';

const firstRung: Readonly<Record<'shutdown' | 'halt' | 'force', StopRung>> = {
  shutdown: 'shutdown',
  halt: 'halt',
  force: 'terminate',
};

/** Commands after which a kernel may be gone before it answers. */
const ending: ReadonlySet<string> = new Set(['reboot', 'sysrq b', 'sysrq c', 'sysrq o']);

/** What the kernel answered, and how long it took. */
export interface MconsoleAnswer {
  text: string;
  tookMs: number;
}

/** Commands to machines that run: stop, restart, pause, resume, and the management console itself. */
export class ControlService {
  constructor(private readonly vms: VmService) {}

  /** Takes the ladder at the asked rung; returns once it was taken. `seconds`: so long it may take to shut down. */
  async stop(id: VmId, how: 'shutdown' | 'halt' | 'force', seconds?: number): Promise<void> {
    const vm = this.vms.get(id);
    this.vms.demand(vm, how);
    vm.asked = how;
    // Whoever ends it the hard way in the middle of a restart wants it off.
    vm.restarting = false;
    const isTimed = how === 'shutdown' && seconds !== undefined;
    await this.vms.runs.stop(vm, firstRung[how], isTimed ? { limitMs: seconds * 1000 } : {});
  }

  /** Gives a guest that shuts down more time before it is halted. Throws Failure vm-action-refused when none does. */
  waitLonger(id: VmId, seconds: number): void {
    const vm = this.vms.get(id);
    if (!this.vms.runs.waitLonger(vm, seconds * 1000))
      throw failure('vm-action-refused', {
        name: vm.spec.name,
        action: 'be given more time',
        reason: 'It is not shutting down.',
      });
  }

  /** Shuts it down; whoever listens for its end starts it again. */
  async restart(id: VmId): Promise<void> {
    const vm = this.vms.get(id);
    this.vms.demand(vm, 'restart');
    vm.asked = 'shutdown';
    vm.restarting = true;
    await this.vms.runs.stop(vm, 'shutdown');
  }

  /** Halts the guest in place. */
  async pause(id: VmId): Promise<void> {
    const vm = this.vms.get(id);
    this.vms.demand(vm, 'pause');
    await this.say(vm, 'stop');
    vm.happen('pause', 'asked');
  }

  /** Lets a paused guest go on. */
  async resume(id: VmId): Promise<void> {
    const vm = this.vms.get(id);
    this.vms.demand(vm, 'resume');
    await this.say(vm, 'go');
    vm.happen('resume', 'asked');
    vm.guestTools?.resumed();
  }

  /**
   * Gives a command to the management console. Those that change the machine's state take the same way as its
   * buttons. Throws Failure: mconsole-refused for what is not sent, mconsole-failed for what the kernel refused.
   */
  async mconsole(id: VmId, line: string): Promise<MconsoleAnswer> {
    const vm = this.vms.get(id);
    const request = readMconsoleCommand(line);
    if (!request.ok) throw failure('mconsole-refused', { command: shown(line), why: request.reason });
    const startedAt = performance.now();
    const answer = (text: string): MconsoleAnswer => ({ text, tookMs: performance.now() - startedAt });
    this.vms.demand(vm, 'control');
    if (request.word === 'config') await checkUbdCommand(this.vms, request.argument);
    if (request.word === 'stop') {
      await this.pause(id);
      return answer('paused');
    }
    if (request.word === 'go') {
      await this.resume(id);
      return answer('goes on');
    }
    if (request.word === 'halt') {
      await this.stop(id, 'halt');
      return answer('');
    }
    // It ends the kernel as a halt does; `sysrq b` only restarts it in place.
    if (request.text === 'sysrq o') vm.asked = 'halt';
    if (request.word === 'reboot' || request.text === 'sysrq b') vm.rebootWatch?.began();
    return answer(await this.say(vm, request.text));
  }

  private async say(vm: VmRecord, command: string): Promise<string> {
    try {
      const text = await this.console(vm).call(command);
      vm.note({ kind: 'command', command, ok: true });
      return text;
    } catch (error) {
      // A kernel that does this doesn't live to say so.
      const isDone = ending.has(command) && (vm.run === null || !isAlive(processOf(vm.run)));
      vm.note({ kind: 'command', command, ok: isDone });
      if (isDone) return '';
      throw error;
    } finally {
      vm.announce();
    }
  }

  private console(vm: VmRecord): MconsoleClient {
    if (vm.mconsole === null)
      throw failure('mconsole-failed', {
        name: vm.spec.name,
        command: '',
        why: 'its kernel does not answer yet',
      });
    return vm.mconsole;
  }
}

/** A refused line as it can stand in a sentence. */
function shown(line: string): string {
  const plain = line.replace(/\p{Cc}/gu, ' ').trim();
  return plain.length > 60 ? `${plain.slice(0, 60)}…` : plain;
}
