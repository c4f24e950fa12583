import type { CallOutput } from '@shared/api/calls.js';
import type { Outcome } from '@shared/api/client.js';
import { tabConsoles } from '@shared/consoles/channel.js';
import { MEMORY_DEFAULT_MIB } from '@shared/vms/vm-spec.js';
import { callHost } from '../../stores/connection-store.js';

/** Makes a machine on the tiny image and starts it. */
export function startTiny(): Promise<Outcome<CallOutput<'vms.create'>>> {
  return callHost('vms.create', {
    name: null,
    image: 'tiny',
    memoryMiB: MEMORY_DEFAULT_MIB,
    kernelPath: null,
    consoles: tabConsoles(2),
    start: true,
  });
}
