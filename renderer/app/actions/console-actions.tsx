import type { VmView } from '@shared/vms/vm-view.js';
import { focusPane, stepView, type Side } from '@shared/consoles/layout-changes.js';
import { paneBeside } from '@shared/consoles/layout-places.js';
import { focusConsole } from '../../features/consoles/console-commands.js';
import { viewDeeds, type ViewDeed, type ViewDeedId } from '../../features/consoles/view-deeds.js';
import { changeLayout, consolesOf, layoutOf } from '../../stores/layout-store.js';
import { shownVmId } from '../../stores/ui-store.js';
import { TerminalIcon } from '../../ui/icons.js';
import type { ActionContext, ActionDefinition } from './action.js';

/** The machine whose consoles are shown. */
function shownConsoles({ state, ui }: ActionContext): VmView | null {
  const vmId = ui.tab === 'consoles' ? shownVmId(ui) : null;
  const vm = vmId === null ? undefined : state.vms[vmId];
  return vm && consolesOf(vm).length > 0 ? vm : null;
}

const isShown = (context: ActionContext): boolean => shownConsoles(context) !== null;

function deedOf(id: ViewDeedId, words: string): ActionDefinition {
  const now = (context: ActionContext): ViewDeed | undefined => {
    const vm = shownConsoles(context);
    return vm ? viewDeeds(vm, null)[id] : undefined;
  };
  return {
    scope: 'everywhere',
    id: `console-${id}`,
    icon: <TerminalIcon />,
    words,
    title: (context) => now(context)?.title ?? '',
    applies: (context) => now(context) !== undefined,
    reason: (context) => now(context)?.reason ?? null,
    run: (context) => now(context)?.run(),
  };
}

function step(id: string, title: string, by: 1 | -1): ActionDefinition {
  return {
    scope: 'everywhere',
    id,
    icon: <TerminalIcon />,
    words: 'tab terminal',
    title: () => title,
    applies: isShown,
    reason: (context) => {
      const vm = shownConsoles(context);
      return vm && consolesOf(vm).length > 1 ? null : 'there is only one';
    },
    run: (context) => {
      const vm = shownConsoles(context);
      if (vm) changeLayout(vm.id, (layout) => stepView(layout, by));
      focusConsole();
    },
  };
}

const sideNames = { left: 'left', right: 'right', up: 'above', down: 'below' } as const;

function toPane(side: Side): ActionDefinition {
  const beside = (context: ActionContext): { vm: VmView; paneId: number } | null => {
    const vm = shownConsoles(context);
    const layout = vm && layoutOf(vm);
    const paneId = layout && paneBeside(layout, layout.focused, side);
    return vm && paneId !== null ? { vm, paneId } : null;
  };
  return {
    scope: 'everywhere',
    id: `pane-${side}`,
    icon: <TerminalIcon />,
    words: 'focus split',
    title: () =>
      side === 'left' || side === 'right'
        ? `Go to the pane at the ${sideNames[side]}`
        : `Go to the pane ${sideNames[side]}`,
    applies: (context) => beside(context) !== null,
    run: (context) => {
      const there = beside(context);
      if (!there) return;
      changeLayout(there.vm.id, (layout) => focusPane(layout, there.paneId));
      focusConsole();
    },
  };
}

/** What can be done with the places of the consoles that are shown. */
export const consoleActions: readonly ActionDefinition[] = [
  step('console-next', 'Next console', 1),
  step('console-previous', 'Previous console', -1),
  deedOf('split-right', 'pane console beside'),
  deedOf('split-down', 'pane console below'),
  deedOf('duplicate', 'duplicate view console mirror second'),
  deedOf('pop-out', 'own window console detach pop out'),
  deedOf('show-window', 'own window console'),
  deedOf('bring-back', 'own window console attach'),
  deedOf('tab-left', 'reorder console'),
  deedOf('tab-right', 'reorder console'),
  deedOf('next-pane', 'split console'),
  deedOf('close-view', 'pane console unsplit'),
  deedOf('let-go', 'gdb strace debugger detach close tab'),
  deedOf('one-pane', 'merge unsplit console'),
  deedOf('broadcast', 'input several all consoles type'),
  toPane('left'),
  toPane('right'),
  toPane('up'),
  toPane('down'),
];
