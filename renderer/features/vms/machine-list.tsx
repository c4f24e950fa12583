import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { VmView } from '@shared/vms/vm-view.js';
import { isLive } from '@shared/vms/vm-state.js';
import { plural } from '../../lib/format.js';
import { IconButton } from '../../ui/button.js';
import { Empty } from '../../ui/empty.js';
import { FilterIcon, PlusIcon } from '../../ui/icons.js';
import { movedBy, orderMachines } from './machine-order.js';
import { MachineRow, rowId } from './machine-row.js';
import { useWindowOfRows } from './use-window-of-rows.js';
import './machine-list.css';

/** While arrow keys run down the list, a machine is opened only once they rest this long on it. */
const REST_MS = 120;
const LIST_ID = 'machines';

/** Gives the list of machines the keyboard. */
export function focusMachines(): void {
  requestAnimationFrame(() => document.getElementById(LIST_ID)?.focus());
}

/** What the list of machines takes. */
export interface MachineListProps {
  vms: Readonly<Record<string, VmView>>;
  selectedId: string | null;
  /** False until the first snapshot came. */
  isLoaded: boolean;
  onSelect: (id: string) => void;
  /** A click or Enter on a machine: go to its console. */
  onEnter: (id: string) => void;
  onNew: () => void;
}

/** The machines, with a filter above and counts below. */
export function MachineList({ vms, selectedId, isLoaded, onSelect, onEnter, onNew }: MachineListProps) {
  const [filter, setFilter] = useState('');
  // Where the arrow keys are, as long as nothing else is selected.
  const [moved, setMoved] = useState<{ id: string; from: string | null } | null>(null);
  const activeId = moved && moved.from === selectedId ? moved.id : selectedId;
  const list = useRef<HTMLDivElement>(null);
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  const machines = useMemo(() => orderMachines(vms, filter), [vms, filter]);
  const rows = useWindowOfRows(list, machines.length);
  const active = Math.max(
    0,
    machines.findIndex(({ id }) => id === activeId),
  );

  useEffect(() => {
    const place = machines.findIndex(({ id }) => id === selectedId);
    if (place >= 0) rows.reveal(place);
    // oxlint-disable-next-line react/exhaustive-effect-dependencies, react-hooks/exhaustive-deps -- only a new selection moves the list
  }, [selectedId]);

  const pick = useCallback(
    (id: string) => {
      onSelect(id);
      onEnter(id);
    },
    [onSelect, onEnter],
  );

  const move = (event: KeyboardEvent): void => {
    const here = machines[active];
    if (!here) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      clearTimeout(rest.current);
      onSelect(here.id);
      if (event.key === 'Enter') onEnter(here.id);
      return;
    }
    const place = movedBy(event.key, active, machines.length);
    const there = place === null ? undefined : machines[place];
    if (place === null || !there) return;
    event.preventDefault();
    setMoved({ id: there.id, from: selectedId });
    rows.reveal(place);
    clearTimeout(rest.current);
    rest.current = setTimeout(() => onSelect(there.id), REST_MS);
  };

  const drawn = active >= rows.first && active < rows.end ? machines[active] : undefined;
  const total = Object.keys(vms).length;
  const running = useMemo(() => Object.values(vms).filter((vm) => isLive(vm.state)).length, [vms]);
  return (
    <nav className="side" aria-label="Machine list">
      <div className="side-top">
        <label className="input grow">
          <FilterIcon size="s" />
          <input
            placeholder="Filter machines"
            aria-label="Filter machines"
            value={filter}
            spellCheck={false}
            onChange={(event) => setFilter(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') setFilter('');
              if (event.key === 'ArrowDown') list.current?.focus();
              if (event.key === 'Enter' && machines[0]) onSelect(machines[0].id);
            }}
          />
        </label>
        <IconButton variant="plain" label="New machine (Ctrl+N)" icon={<PlusIcon />} onClick={onNew} />
      </div>
      <div
        ref={list}
        id={LIST_ID}
        className="side-list in"
        role="listbox"
        aria-label="Machines"
        tabIndex={0}
        aria-activedescendant={drawn ? rowId(drawn.id) : undefined}
        onFocus={(event) => {
          // Not under a pointer: the row would move away before the click is through.
          if (event.currentTarget.matches(':focus-visible')) rows.reveal(active);
        }}
        onKeyDown={move}
      >
        {rows.above > 0 && <div style={{ height: rows.above }} role="presentation" />}
        {machines.slice(rows.first, rows.end).map((vm, index) => (
          <MachineRow
            key={vm.id}
            vm={vm}
            isSelected={vm.id === selectedId}
            isActive={rows.first + index === active}
            place={rows.first + index}
            count={machines.length}
            onSelect={pick}
          />
        ))}
        {rows.below > 0 && <div style={{ height: rows.below }} role="presentation" />}
      </div>
      {isLoaded && machines.length === 0 && (
        <div className="side-empty">
          {total === 0 ? (
            <Empty title="No machines yet">
              <p className="xs">They appear here, with their state, as soon as you make one.</p>
            </Empty>
          ) : (
            <Empty title="None matches">
              <p className="xs">No machine has “{filter.trim()}” in its name.</p>
            </Empty>
          )}
        </div>
      )}
      <div className="side-foot">
        <span>{total === 0 ? (isLoaded ? 'No machines' : '') : plural(total, 'machine')}</span>
        {total > 0 && <span>{running} running</span>}
      </div>
    </nav>
  );
}
