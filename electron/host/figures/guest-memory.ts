import { parseGuestUsed } from '@shared/figures/proc-text.js';
import type { VmRecord } from '../vms/vm-record.js';

/** A guest that did not answer is left alone for so long: a call to it keeps the commands of people waiting. */
const LEAVE_ALONE_MS = 30_000;
/** An answer older than this says nothing of now. */
const FRESH_MS = 3000;

/** Asks guests how much of their memory they use. Only their own kernels know; it costs each a little of its time. */
export class GuestMemory {
  private readonly answers = new WeakMap<VmRecord, { at: number; usedBytes: number | null }>();
  private readonly asked = new WeakSet<VmRecord>();

  /** The last answer, if it is fresh. */
  usedBytes(vm: VmRecord): number | null {
    const answer = this.answers.get(vm);
    return answer && performance.now() - answer.at < FRESH_MS ? answer.usedBytes : null;
  }

  /** Asks, unless a question is under way, and resolves when there is an answer or none will come. */
  async ask(vm: VmRecord): Promise<void> {
    if (vm.state !== 'running' || vm.mconsole === null || this.asked.has(vm)) return;
    const last = this.answers.get(vm);
    if (last?.usedBytes === null && performance.now() - last.at < LEAVE_ALONE_MS) return;
    this.asked.add(vm);
    const usedBytes = await vm.mconsole.call('proc meminfo').then(parseGuestUsed, () => null);
    this.asked.delete(vm);
    this.answers.set(vm, { at: performance.now(), usedBytes });
  }
}
