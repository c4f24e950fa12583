import { createContext, use, type ReactNode } from 'react';
import type { VmState } from '@shared/vms/vm-state.js';

/** How the app draws the state of a machine; a feature doesn't import another one's icons. */
export const StateIconContext = createContext<(state: VmState) => ReactNode>(() => null);

/** How the state of a machine is drawn here. */
export const useStateIcon = (): ((state: VmState) => ReactNode) => use(StateIconContext);
