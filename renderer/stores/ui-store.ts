import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';

/** The tabs of a machine. */
export type MachineTab = 'consoles' | 'disk' | 'settings';

/** The dialog that is open, if any. */
export type OpenDialog =
  | { kind: 'new-machine'; image: string | null }
  | { kind: 'delete'; vmId: string }
  | { kind: 'merge'; vmId: string }
  | { kind: 'preferences' };

/** What this window shows; nothing of it is the host's business. */
export interface UiState {
  /** null: the start page. */
  selectedVmId: string | null;
  tab: MachineTab;
  /** The console shown for each machine that was looked at. */
  consoleByVm: Readonly<Record<string, number>>;
  dialog: OpenDialog | null;
  /** Whether the machine list is laid over a window too narrow for it. */
  sideOpen: boolean;
}

const LAST_SELECTED = 'paddock.selected';

/** The state of this window. */
export const uiStore = createStore<UiState>(() => ({
  selectedVmId: localStorage.getItem(LAST_SELECTED),
  tab: 'consoles',
  consoleByVm: {},
  dialog: null,
  sideOpen: false,
}));

/** Shows a machine, or with null the start page. */
export function selectMachine(vmId: string | null, tab?: MachineTab): void {
  if (vmId === null) localStorage.removeItem(LAST_SELECTED);
  else localStorage.setItem(LAST_SELECTED, vmId);
  uiStore.setState((before) => ({ selectedVmId: vmId, sideOpen: false, tab: tab ?? before.tab }));
}

/** Shows a tab of the selected machine. */
export function showTab(tab: MachineTab): void {
  uiStore.setState({ tab });
}

/** Shows a console of a machine. */
export function showConsole(vmId: string, console: number): void {
  uiStore.setState(({ consoleByVm }) => ({ consoleByVm: { ...consoleByVm, [vmId]: console } }));
}

/** Opens a dialog in place of the one that is open. */
export function openDialog(dialog: OpenDialog): void {
  uiStore.setState({ dialog });
}

/** Closes the open dialog. */
export function closeDialog(): void {
  uiStore.setState({ dialog: null });
}

/** Lays the machine list over a narrow window, or takes it away. */
export function showSide(sideOpen: boolean): void {
  uiStore.setState({ sideOpen });
}

/** A part of the window's state. */
export function useUi<T>(select: (state: UiState) => T): T {
  return useStore(uiStore, select);
}
