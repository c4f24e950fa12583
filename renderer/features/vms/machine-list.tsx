import { useMemo, type ReactNode } from 'react';
import type { HostState } from '@shared/api/state.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { formatBytes, plural } from '../../lib/format.js';
import { setFilter, useList } from '../../stores/list-store.js';
import { useFigures, useMemoryOfAll } from '../../stores/figures-store.js';
import { IconButton } from '../../ui/button.js';
import { Empty } from '../../ui/empty.js';
import { CloseIcon, FilterIcon, PlusIcon } from '../../ui/icons.js';
import { LinkButton } from '../../ui/link-button.js';
import { BulkBar } from './bulk-bar.js';
import { cpuUse } from './cpu-use.js';
import { ListMenu } from './list-menu.js';
import { listRows, type ListRow } from './machine-order.js';
import { focusMachines, MachineTree } from './machine-tree.js';
import '../../ui/side-list.css';

/** What the list of machines takes. */
export interface MachineListProps {
  vms: HostState['vms'];
  foreign: HostState['foreign'];
  /** The row of what is shown beside the list. */
  shownKey: string | null;
  /** False until the first snapshot came. */
  isLoaded: boolean;
  onShow: (row: ListRow) => void;
  /** A click or Enter on a row: go to what it shows. */
  onEnter: (row: ListRow) => void;
  onNew: () => void;
  onDelete: (vms: readonly VmView[]) => void;
  menu: (vms: readonly VmView[]) => ReactNode;
}

/** One object for good: a new one would be a change. */
const noCpu = {};

/** The machines, with a filter above and counts, or what to do with those picked, below. */
export function MachineList(props: MachineListProps) {
  const { vms, foreign, shownKey, isLoaded, onShow, onEnter, onNew, onDelete, menu } = props;
  const { filter, sort, folded, isPicking, picked } = useList((list) => list);
  const cpu = useFigures((recent) => (sort === 'cpu' ? cpuUse(recent) : noCpu));
  const rows = useMemo(
    () => listRows({ vms, foreign, filter, sort, folded, cpu }),
    [vms, foreign, filter, sort, folded, cpu],
  );
  const pickedVms = useMemo(() => [...picked].flatMap((id) => vms[id] ?? []), [picked, vms]);
  const groupKeys = useMemo(() => rows.flatMap((row) => (row.kind === 'group' ? row.key : [])), [rows]);
  const total = Object.keys(vms).length;
  const running = useMemo(() => Object.values(vms).filter((vm) => isLive(vm.state)).length, [vms]);
  const isBulk = isPicking || pickedVms.length > 1;
  return (
    <nav className="side" aria-label="Machine list">
      <div className="side-top">
        <label className="input grow">
          <FilterIcon size="s" />
          <input
            placeholder="Filter machines"
            aria-label="Filter machines"
            title="Words of names, tags, groups and states; tag:router, group:lab, is:running"
            value={filter}
            spellCheck={false}
            onChange={(event) => setFilter(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') setFilter('');
              if (event.key === 'ArrowDown') focusMachines();
              const first = rows.find((row) => row.kind !== 'group');
              if (event.key === 'Enter' && first) onShow(first);
            }}
          />
          {filter !== '' && (
            <IconButton
              className="clear"
              label="Clear the filter (Esc)"
              icon={<CloseIcon size="s" />}
              onClick={() => setFilter('')}
            />
          )}
        </label>
        <ListMenu groupKeys={groupKeys} />
        <IconButton variant="plain" label="New machine (Ctrl+N)" icon={<PlusIcon />} onClick={onNew} />
      </div>
      <MachineTree
        rows={rows}
        vms={vms}
        shownKey={shownKey}
        onShow={onShow}
        onEnter={onEnter}
        menu={menu}
        onDelete={onDelete}
      />
      {isLoaded && rows.length === 0 && (
        <div className="side-empty">
          {total === 0 && filter === '' ? (
            <Empty title="No machines yet">
              <p className="xs">They appear here, with their state, as soon as you make one.</p>
            </Empty>
          ) : (
            <Empty title="None matches">
              <p className="xs">No machine has “{filter.trim()}” in its name, tags, group or state.</p>
              <LinkButton onClick={() => setFilter('')}>Show all machines</LinkButton>
            </Empty>
          )}
        </div>
      )}
      {isBulk ? (
        <BulkBar picked={pickedVms} seen={idsIn(rows)} onDelete={onDelete} />
      ) : (
        <div className="side-foot">
          <span>{total === 0 ? (isLoaded ? 'No machines' : '') : plural(total, 'machine')}</span>
          {total > 0 && <span>{running} running</span>}
          <MemoryOfAll />
        </div>
      )}
    </nav>
  );
}

/** What all running machines take, at the right of the foot. */
function MemoryOfAll() {
  const bytes = useMemoryOfAll();
  return bytes === null ? null : <span className="end num">{formatBytes(bytes)}</span>;
}

function idsIn(rows: readonly ListRow[]): string[] {
  return rows.flatMap((row) => (row.kind === 'machine' ? row.vm.id : []));
}
