import {
  useEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react';
import type { VmView } from '@shared/vms/vm-view.js';
import { useWindowOfRows } from '../../lib/use-window-of-rows.js';
import { foldGroup, listStore, pickMachines, setPicking, useList } from '../../stores/list-store.js';
import { ContextMenu, openContextMenu } from '../../ui/context-menu.js';
import { ForeignRow } from './foreign-row.js';
import { GroupRow } from './group-row.js';
import { movedBy, type ListRow } from './machine-order.js';
import { MachineRow } from './machine-row.js';
import { rowId } from './tree-row.js';
import { useMachinePicks } from './use-machine-picks.js';

/** While arrow keys run down the list, a machine is opened only once they rest this long on it. */
const REST_MS = 120;
const TREE_ID = 'machines';

/** Gives the list of machines the keyboard. */
export function focusMachines(): void {
  requestAnimationFrame(() => document.getElementById(TREE_ID)?.focus());
}

/** What the tree of machines takes. */
export interface MachineTreeProps {
  rows: readonly ListRow[];
  vms: Readonly<Record<string, VmView>>;
  /** The row of what is shown beside the list. */
  shownKey: string | null;
  onShow: (row: ListRow) => void;
  /** A click or Enter on a row: go to what it shows. */
  onEnter: (row: ListRow) => void;
  /** What can be done to the machines that a menu was asked for. */
  menu: (vms: readonly VmView[]) => ReactNode;
  onDelete: (vms: readonly VmView[]) => void;
}

/** The machines in their groups: one is shown, several can be picked. */
export function MachineTree({ rows, vms, shownKey, onShow, onEnter, menu, onDelete }: MachineTreeProps) {
  // Where the arrow keys are, as long as nothing else is shown.
  const [moved, setMoved] = useState<{ key: string; from: string | null } | null>(null);
  const [menuFor, setMenuFor] = useState<readonly VmView[]>([]);
  const isPicking = useList((list) => list.isPicking);
  const activeKey = moved && moved.from === shownKey ? moved.key : shownKey;
  const tree = useRef<HTMLDivElement>(null);
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  const order = useMemo(() => rows.flatMap((row) => (row.kind === 'machine' ? row.vm.id : [])), [rows]);
  const picks = useMachinePicks(vms, order);
  const seen = useWindowOfRows(tree, rows.length);
  const active = Math.max(
    0,
    rows.findIndex(({ key }) => key === activeKey),
  );
  const shownId = shownKey !== null && shownKey in vms ? shownKey : null;

  useEffect(() => {
    const place = rows.findIndex(({ key }) => key === shownKey);
    if (place >= 0) seen.reveal(place);
    // oxlint-disable-next-line react/exhaustive-effect-dependencies, react-hooks/exhaustive-deps -- only what is shown anew moves the list
  }, [shownKey]);

  const moveTo = (place: number): ListRow | undefined => {
    const row = rows[place];
    clearTimeout(rest.current);
    if (!row) return;
    setMoved({ key: row.key, from: shownKey });
    seen.reveal(place);
    return row;
  };
  const show = (row: ListRow): void => {
    clearTimeout(rest.current);
    if (row.kind === 'group') return foldGroup(row.key, row.isOpen);
    if (row.kind === 'machine') picks.beginAt(row.vm.id);
    onShow(row);
  };
  const unpick = (): void => {
    if (!isPicking && listStore.getState().picked.size > 0) pickMachines([]);
  };
  const membersOf = (row: ListRow): readonly VmView[] => {
    if (row.kind === 'foreign') return [];
    if (row.kind === 'machine') return picks.isPicked(row.vm.id) ? picks.picked : [row.vm];
    const next = rows.findIndex((other) => other.kind === 'group' && other.place > row.place);
    const members = rows.slice(rows.indexOf(row), next < 0 ? undefined : next);
    return members.flatMap((other) => (other.kind === 'machine' ? other.vm : []));
  };

  const pressed = (event: KeyboardEvent): void => {
    const here = rows[active];
    if (!here || event.altKey || event.metaKey) return;
    const place = movedBy(event.key, active, rows.length);
    if (place !== null) {
      event.preventDefault();
      const row = moveTo(place);
      if (!row || row.kind === 'group') return;
      if (event.shiftKey && row.kind === 'machine') {
        if (picks.picked.length === 0 && here.kind === 'machine') picks.beginAt(here.vm.id);
        picks.extendTo(row.vm.id, shownId);
      } else if (!event.ctrlKey && !isPicking) {
        unpick();
        rest.current = setTimeout(() => show(row), REST_MS);
      }
      return;
    }
    const handled = ((): boolean => {
      switch (event.key) {
        case 'Enter':
          show(here);
          if (here.kind !== 'group') onEnter(here);
          return true;
        case ' ':
          if (here.kind === 'machine' && (isPicking || event.ctrlKey)) picks.toggle(here.vm.id, shownId);
          else if (isPicking && here.kind === 'group')
            pickMachines([...ids(picks.picked), ...ids(membersOf(here))]);
          else show(here);
          return true;
        case 'ArrowRight':
          if (here.kind === 'group') foldGroup(here.key, false);
          return true;
        case 'ArrowLeft':
          if (here.kind === 'group') foldGroup(here.key, true);
          else moveTo(rows.findLastIndex((row, n) => n < active && row.kind === 'group'));
          return true;
        case 'a':
          if (!event.ctrlKey || event.shiftKey) return false;
          pickMachines(order);
          return true;
        case 'Escape':
          if (!isPicking && picks.picked.length === 0) return false;
          setPicking(false);
          return true;
        case 'Delete':
          onDelete(picks.picked.length > 0 ? picks.picked : membersOf(here));
          return true;
        case 'ContextMenu':
        case 'F10': {
          const row = document.getElementById(rowId(here.key));
          if ((event.key === 'F10' && !event.shiftKey) || !row) return false;
          openContextMenu(row);
          return true;
        }
        default:
          return false;
      }
    })();
    if (handled) event.preventDefault();
  };

  const rowAt = (event: MouseEvent): ListRow | undefined => {
    const element = event.target instanceof Element ? event.target.closest('[data-key]') : null;
    const key = element?.getAttribute('data-key');
    return rows.find((row) => row.key === key);
  };
  const clicked = (event: MouseEvent): void => {
    const row = rowAt(event);
    if (!row) return;
    const isMany = event.ctrlKey || event.shiftKey || isPicking;
    if (row.kind === 'machine' && isMany) {
      setMoved({ key: row.key, from: shownKey });
      if (event.shiftKey) picks.extendTo(row.vm.id, shownId);
      else picks.toggle(row.vm.id, shownId);
      return;
    }
    if (row.kind === 'group') setMoved({ key: row.key, from: shownKey });
    else unpick();
    show(row);
    if (row.kind !== 'group') onEnter(row);
  };
  const askedForMenu = (event: MouseEvent): void => {
    const row = rowAt(event);
    const targets = row ? membersOf(row) : [];
    if (row && row.kind !== 'foreign') setMoved({ key: row.key, from: shownKey });
    setMenuFor(targets);
    if (targets.length > 0) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const drawn = active >= seen.first && active < seen.end ? rows[active] : undefined;
  return (
    <ContextMenu
      trigger={
        <div
          ref={tree}
          id={TREE_ID}
          className="side-list in"
          role="tree"
          aria-label="Machines"
          aria-multiselectable
          tabIndex={0}
          aria-activedescendant={drawn ? rowId(drawn.key) : undefined}
          onFocus={(event) => {
            // Not under a pointer: the row would move away before the click is through.
            if (event.currentTarget.matches(':focus-visible')) seen.reveal(active);
          }}
          onKeyDown={pressed}
          onClick={clicked}
          onContextMenuCapture={askedForMenu}
        >
          {seen.above > 0 && <div style={{ height: seen.above }} role="presentation" />}
          {rows.slice(seen.first, seen.end).map((row, n) => {
            const common = { isActive: seen.first + n === active, place: row.place, of: row.of };
            if (row.kind === 'group') return <GroupRow key={row.key} row={row} isActive={common.isActive} />;
            if (row.kind === 'foreign')
              return (
                <ForeignRow
                  key={row.key}
                  {...common}
                  rowKey={row.key}
                  foreign={row.foreign}
                  isSelected={picks.picked.length === 0 && row.key === shownKey}
                />
              );
            const isShown = row.key === shownKey;
            const isMany = isPicking || picks.picked.length > 0;
            return (
              <MachineRow
                key={row.key}
                {...common}
                rowKey={row.key}
                level={row.level}
                vm={row.vm}
                isShown={isShown}
                isSelected={isMany ? picks.isPicked(row.vm.id) : isShown}
                hasBox={isPicking}
              />
            );
          })}
          {seen.below > 0 && <div style={{ height: seen.below }} role="presentation" />}
        </div>
      }
    >
      {menu(menuFor)}
    </ContextMenu>
  );
}

function ids(vms: readonly VmView[]): string[] {
  return vms.map((vm) => vm.id);
}
