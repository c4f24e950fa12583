import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import type { DebugTool, StraceFilter } from '@shared/debug/debug-tool.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { callHost } from './connection-store.js';
import { showConsole } from './layout-store.js';

/** Why a machine could not be debugged, until that is put away or it can. */
const refusals = createStore<Readonly<Record<string, PaddockError>>>(() => ({}));

/** Attaches a program to a machine's kernel and shows its tab; a refusal is shown with the machine. */
export async function startDebugging(
  vmId: VmId,
  tool: DebugTool,
  filter: StraceFilter = 'all',
): Promise<void> {
  forgetRefusal(vmId);
  const outcome = await callHost('debug.start', { id: vmId, tool, filter });
  if (outcome.ok) showConsole(vmId, tool);
  else refusals.setState((all) => ({ ...all, [vmId]: outcome.error }));
}

/** Has a program let go of a machine, and closes its tab. */
export function letGo(vmId: VmId, tool: DebugTool): void {
  void callHost('debug.close', { id: vmId, tool });
}

/** Why a machine could not be debugged when that was last wanted. */
export function useDebugRefusal(vmId: VmId): PaddockError | null {
  return useStore(refusals, (all) => all[vmId] ?? null);
}

/** It was read. */
export function forgetRefusal(vmId: VmId): void {
  refusals.setState(({ [vmId]: _read, ...others }) => others, true);
}
