import type { VmView } from '@shared/vms/vm-view.js';
import { hostStore } from '../../stores/host-store.js';
import { listStore } from '../../stores/list-store.js';
import { shownVmId, uiStore } from '../../stores/ui-store.js';
import {
  actionNow,
  meantByKey,
  withTrueKeys,
  type Action,
  type ActionContext,
  type ActionDefinition,
} from './action.js';
import { chords } from './chords.js';
import { consoleActions } from './console-actions.js';
import { groupActions } from './group-actions.js';
import { imageActions } from './image-actions.js';
import { machineActions } from './machine-actions.js';
import { windowActions } from './window-actions.js';

/** Every action there is: what the palette lists, menus pick from and keys do. */
const definitions: readonly ActionDefinition[] = [
  ...machineActions,
  ...groupActions,
  ...consoleActions,
  ...windowActions,
  ...imageActions,
];

/** What there is to act on now: the machines given, or those picked, or the one shown. */
export function contextNow(vms?: readonly VmView[]): ActionContext {
  const { state } = hostStore.getState();
  const ui = uiStore.getState();
  return { state, ui, vms: vms ?? machinesInQuestion(state.vms) };
}

function machinesInQuestion(vms: Readonly<Record<string, VmView>>): readonly VmView[] {
  const picked = [...listStore.getState().picked].flatMap((id) => vms[id] ?? []);
  if (picked.length > 0) return picked;
  const shown = shownVmId(uiStore.getState());
  return shown === null ? [] : [vms[shown] ?? []].flat();
}

/** Every action that makes sense in a context. Without a machine there is none of a machine. */
export function actionsIn(context: ActionContext): Action[] {
  return withTrueKeys(
    definitions
      .filter(({ scope }) => scope === 'everywhere' || context.vms.length > 0)
      .flatMap((definition) => actionNow(definition, context) ?? []),
  );
}

/** The action of an id in a context. */
export function actionIn(context: ActionContext, id: string): Action | null {
  const definition = definitions.find((other) => other.id === id);
  return definition ? actionNow(definition, context) : null;
}

/** Whether the key means the action. `isInConsole`: all keys without Shift are the guest's. */
function isKeyOf({ id }: ActionDefinition, event: KeyboardEvent, isInConsole: boolean): boolean {
  const chord = chords[id];
  if (!chord || (chord.code !== event.code && !chord.also?.includes(event.code))) return false;
  return event.shiftKey || (chord.orPlain === true && !isInConsole);
}

/** The action that a key with Ctrl stands for now. */
export function actionOfKey(event: KeyboardEvent, isInConsole: boolean): Action | null {
  const context = contextNow();
  return meantByKey(
    definitions
      .filter((definition) => isKeyOf(definition, event, isInConsole))
      .filter(({ scope }) => scope === 'everywhere' || context.vms.length > 0)
      .flatMap((definition) => actionNow(definition, context) ?? []),
  );
}
