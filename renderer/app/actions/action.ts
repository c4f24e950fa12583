import type { ReactNode } from 'react';
import type { HostState } from '@shared/api/state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import type { UiState } from '../../stores/ui-store.js';
import { chordKeys } from './chords.js';

/** What an action is about, from near to far. */
export type ActionScope = 'machine' | 'group' | 'everywhere';

/** What there is to act on. */
export interface ActionContext {
  state: HostState;
  ui: UiState;
  /** The machines that a machine's actions are about: the one shown, or those picked. */
  vms: readonly VmView[];
}

/** An action as the tables have it; everything that depends on the moment is asked for when it is needed. */
export interface ActionDefinition {
  id: string;
  scope: ActionScope;
  icon: ReactNode;
  /** Other words that find it in the palette. */
  words?: string;
  /** The deed: "Start", "Start 12 machines". */
  title: (context: ActionContext) => string;
  /** What it means, where there is room for it. */
  detail?: string;
  /** A remark at the right of the palette: "can lose data". */
  note?: (context: ActionContext) => string;
  /** False: it makes no sense here and is left out. */
  applies?: (context: ActionContext) => boolean;
  /** Why it can't be done now; null or nothing when it can. */
  reason?: (context: ActionContext) => string | null;
  run: (context: ActionContext) => void;
}

/** An action at a moment. */
export interface Action {
  id: string;
  scope: ActionScope;
  icon: ReactNode;
  title: string;
  detail: string;
  note: string;
  words: string;
  /** Its keys as they are called: "Ctrl", "Shift", "Q". */
  keys: readonly string[];
  reason: string | null;
  run: () => void;
}

/** What a definition comes to at a moment, or null when it makes no sense then. */
export function actionNow(definition: ActionDefinition, context: ActionContext): Action | null {
  if (definition.applies?.(context) === false) return null;
  return {
    id: definition.id,
    scope: definition.scope,
    icon: definition.icon,
    title: definition.title(context),
    detail: definition.detail ?? '',
    note: definition.note?.(context) ?? '',
    words: definition.words ?? '',
    keys: chordKeys(definition.id),
    reason: definition.reason?.(context) ?? null,
    run: () => definition.run(context),
  };
}

/** Of several that share a key at a moment the one that it stands for: what can be done comes before what can’t. */
export function meantByKey(actions: readonly Action[]): Action | null {
  return actions.find(({ reason }) => reason === null) ?? actions[0] ?? null;
}

/** No key is shown beside an action that it doesn't stand for now. */
export function withTrueKeys(actions: readonly Action[]): Action[] {
  return actions.map((action) => {
    const rivals = actions.filter(({ keys }) => keys.length > 0 && keys.join() === action.keys.join());
    return rivals.length < 2 || meantByKey(rivals) === action ? action : { ...action, keys: [] };
  });
}
