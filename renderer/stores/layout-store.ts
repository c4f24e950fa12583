import { useMemo } from 'react';
import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import { tabLines } from '@shared/consoles/channel.js';
import { RESCUE_CONSOLE, type ConsoleName } from '@shared/consoles/console-name.js';
import { debugTools, type DebugTool } from '@shared/debug/debug-tool.js';
import { normalised, parseLayout, plainLayout, type ConsoleLayout } from '@shared/consoles/layout.js';
import { showConsoleView, showView } from '@shared/consoles/layout-changes.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { hostStore } from './host-store.js';

/** Where the consoles of each machine are, as far as this window was asked. */
const layoutStore = createStore<Readonly<Record<string, ConsoleLayout>>>(() => ({}));

const KEY = 'paddock.layout.';
/** A border that is dragged changes the layout with every pixel: kept is where it comes to rest. */
const KEEP_MS = 250;

type Lines = Pick<VmView, 'consoles' | 'wired' | 'rescue' | 'debug'>;

/**
 * The consoles of a machine that are tabs, in their order. In a run it has the lines that it began with, and those that
 * were plugged in since; and it has what looks into its kernel.
 */
export function consolesOf(vm: Lines): ConsoleName[] {
  return [
    ...tabLines(vm.wired ?? vm.consoles),
    ...(vm.rescue === null ? [] : [RESCUE_CONSOLE as ConsoleName]),
    ...toolsOf(vm),
  ];
}

const toolsOf = ({ debug }: Lines): DebugTool[] =>
  debugTools.filter((tool) => debug.tools.some((other) => other.tool === tool));

/** Where the consoles of a machine are now. */
export function layoutOf(vm: Lines & Pick<VmView, 'id'>): ConsoleLayout {
  const consoles = consolesOf(vm);
  const kept = layoutStore.getState()[vm.id] ?? parseLayout(localStorage.getItem(KEY + vm.id));
  return kept ? normalised(kept, consoles) : plainLayout(consoles);
}

/** Changes where the consoles of a machine are, and keeps it beyond the end of the app. */
export function changeLayout(vmId: VmId, change: (layout: ConsoleLayout) => ConsoleLayout): void {
  const vm = hostStore.getState().state.vms[vmId];
  if (!vm) return;
  const before = layoutOf(vm);
  const after = change(before);
  if (after === before) return;
  layoutStore.setState({ [vmId]: after });
  keepSoon(vmId);
}

/** Machines of which a person, or what they asked for, chose a console to see. */
const chosen = new Set<string>();

/** Shows a console of a machine, once, when nobody chose another one. */
export function offerConsole(vmId: VmId, console: ConsoleName): void {
  if (!chosen.has(vmId)) showConsole(vmId, console);
}

/** Shows a view of a machine. */
export function chooseView(vmId: VmId, viewId: number): void {
  chosen.add(vmId);
  changeLayout(vmId, (layout) => showView(layout, viewId));
}

/** Shows a console of a machine. */
export function showConsole(vmId: string, console: ConsoleName): void {
  chosen.add(vmId);
  changeLayout(vmId as VmId, (layout) => showConsoleView(layout, console));
}

/** Where the consoles of a machine are. */
export function useLayout(vm: VmView): ConsoleLayout {
  const kept = useStore(layoutStore, (layouts) => layouts[vm.id]);
  const { id, consoles, wired, rescue, debug } = vm;
  const others = `${rescue !== null} ${toolsOf(vm).join(' ')}`;
  // oxlint-disable-next-line react/exhaustive-deps -- the layout is read inside; of these consoles counts that they are
  return useMemo(
    () => layoutOf({ id, consoles, wired, rescue, debug }),
    // oxlint-disable-next-line react/exhaustive-deps -- as above
    [kept, id, consoles, wired, others],
  );
}

const unkept = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

function keepSoon(vmId: string): void {
  unkept.add(vmId);
  clearTimeout(timer);
  timer = setTimeout(keepNow, KEEP_MS);
}

function keepNow(): void {
  for (const vmId of unkept) localStorage.setItem(KEY + vmId, JSON.stringify(layoutStore.getState()[vmId]));
  unkept.clear();
}

window.addEventListener('pagehide', keepNow);

/** Forgets the layouts of machines that are no more. */
hostStore.subscribe(({ state: { vms }, loaded }, before) => {
  if (!loaded || vms === before.state.vms) return;
  for (const key of Object.keys(localStorage))
    if (key.startsWith(KEY) && !vms[key.slice(KEY.length)]) localStorage.removeItem(key);
});
