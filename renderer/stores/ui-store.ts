import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';

/** The tabs of a machine. */
export type MachineTab = 'consoles' | 'overview' | 'disk' | 'network' | 'control' | 'settings' | 'runs';

/** Dialogs about one image. */
export type ImageDialogKind =
  | 'customise-image'
  | 'grow-image'
  | 'check-image'
  | 'convert-image'
  | 'export-image'
  | 'browse-image'
  | 'rename-image';

/** The dialog that is open, if any. */
export type OpenDialog =
  | { kind: 'new-machine'; image: string | null; source?: 'computer'; kernelPath?: string }
  | { kind: 'get-kernel'; acceptsStale: boolean }
  | { kind: 'run-tests' }
  | { kind: 'delete'; vmId: string }
  | { kind: 'snapshot'; vmId: string }
  | { kind: 'restore'; vmId: string; snapshotId: string | null }
  | { kind: 'add-disk'; vmId: string }
  | { kind: 'change-disk' | 'remove-disk'; vmId: string; unit: number }
  | { kind: 'merge' | 'branch' | 'mend'; layerId: string }
  | { kind: 'new-layer'; baseId: string | null }
  | { kind: 'trash' }
  | { kind: ImageDialogKind; imageId: string }
  | { kind: 'import-image' }
  | { kind: 'network'; networkId: string | null; shape?: 'switch' | 'cable' }
  | { kind: 'labs' }
  | { kind: 'delete-many'; vmIds: readonly string[] }
  | { kind: 'label'; label: 'group' | 'tag'; vmIds: readonly string[] }
  | { kind: 'palette'; query: string }
  | { kind: 'broadcast'; vmId: string }
  | { kind: 'preferences' };

/** What can be shown in place of a machine. */
export type OtherPlace = { kind: 'diagnostics' | 'images' | WidePlace } | { kind: 'foreign'; id: string };

/** Those that want the whole width, with no list beside them. */
type WidePlace = 'layers' | 'networks' | 'kernels';
const widePlaces: readonly string[] = ['layers', 'networks', 'kernels'] satisfies WidePlace[];

/** What this window shows; nothing of it is the host's business. */
export interface UiState {
  /** null: the start page. */
  selectedVmId: string | null;
  /** Shown in place of the selected machine, which is there again when this goes. */
  place: OtherPlace | null;
  tab: MachineTab;
  dialog: OpenDialog | null;
  /** Whether the machine list is laid over a window too narrow for it. */
  sideOpen: boolean;
}

const LAST_SELECTED = 'paddock.selected';

/** The state of this window. */
export const uiStore = createStore<UiState>(() => ({
  selectedVmId: localStorage.getItem(LAST_SELECTED),
  place: null,
  tab: 'consoles',
  dialog: null,
  sideOpen: false,
}));

/** Shows a machine, or with null the start page. */
export function selectMachine(vmId: string | null, tab?: MachineTab): void {
  if (vmId === null) localStorage.removeItem(LAST_SELECTED);
  else localStorage.setItem(LAST_SELECTED, vmId);
  uiStore.setState((before) => ({
    selectedVmId: vmId,
    place: null,
    sideOpen: false,
    tab: tab ?? before.tab,
  }));
}

/** Shows something else in place of the selected machine, or with null that machine again. */
export function showPlace(place: OtherPlace | null): void {
  uiStore.setState({ place, sideOpen: false });
}

/** True for a place that has no list beside it. */
export function isWidePlace(place: OtherPlace | null): boolean {
  return place !== null && widePlaces.includes(place.kind);
}

/** The machine that is shown, null when it is something else. */
export function shownVmId(ui: UiState): string | null {
  return ui.place === null ? ui.selectedVmId : null;
}

/** Shows a tab of the selected machine. */
export function showTab(tab: MachineTab): void {
  uiStore.setState({ tab });
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
