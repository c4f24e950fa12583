import { failure, type Failure } from '@shared/errors/paddock-error.js';
import { availableBytes, MEMORY_LEFT_MIB } from '@shared/vms/memory-taken.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { ControlService } from './control-service.js';
import type { VmService } from './vm-service.js';

const MIB = 1024 * 1024;

/** Takes memory from a guest that runs, for this computer, and gives it back. */
export class MemoryService {
  constructor(
    private readonly vms: VmService,
    private readonly control: ControlService,
  ) {}

  /** Makes it so many MB that are taken. Throws Failure memory-take, mconsole-failed. */
  async take(id: VmId, takenMiB: number): Promise<void> {
    const vm = this.vms.get(id);
    const { name } = vm.spec;
    const refuse = (why: string): Failure => failure('memory-take', { name, why });
    this.vms.demand(vm, 'control');
    if (vm.isNommu) throw refuse('a kernel without an MMU can’t give memory back');
    const difference = takenMiB - Math.round(vm.memoryTaken / MIB);
    if (difference === 0) return;
    if (difference < 0) {
      await this.control.mconsole(id, `config mem=+${-difference}M`);
      return;
    }
    const { text } = await this.control.mconsole(id, 'proc meminfo');
    const available = availableBytes(text);
    if (available === null) throw refuse('its kernel doesn’t say how much is free');
    const most = Math.floor(available / MIB) - MEMORY_LEFT_MIB;
    if (difference > most)
      throw refuse(most <= 0 ? 'it has none to spare' : `it has ${most} MB to spare now`);
    await this.control.mconsole(id, `config mem=-${difference}M`);
  }
}
