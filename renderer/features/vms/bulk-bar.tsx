import type { ReactNode } from 'react';
import { bulkPlan, deedVerbs, type Deed } from '@shared/vms/bulk.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { doDeed } from '../../stores/bulk-store.js';
import { pickMachines, setPicking } from '../../stores/list-store.js';
import { Button, IconButton } from '../../ui/button.js';
import { CloseIcon } from '../../ui/icons.js';
import { Menu } from '../../ui/menu.js';
import { GroupEntries, TagEntries } from './label-menus.js';
import './bulk-bar.css';

/** What the bar takes. */
export interface BulkBarProps {
  picked: readonly VmView[];
  /** Ids of all machines that the list shows now. */
  seen: readonly string[];
  onDelete: (vms: readonly VmView[]) => void;
}

/** At the foot of the list while several machines are picked: what can be done to them, and to how many. */
export function BulkBar({ picked, seen, onDelete }: BulkBarProps) {
  const deed = (name: Deed, act = () => doDeed(name, picked)): ReactNode => {
    const { able, reason } = bulkPlan(name, picked);
    return (
      <Button reason={reason} onClick={act}>
        {deedVerbs[name]}
        {name === 'delete' && '…'}
        {able.length > 0 && <span className="n">{able.length}</span>}
      </Button>
    );
  };
  const none = picked.length === 0 ? 'No machine is picked.' : null;
  return (
    <section className="bulkbar" aria-label="Picked machines">
      <div className="row">
        <span className="med nowrap" role="status">
          {picked.length} picked
        </span>
        {picked.length < seen.length && (
          <Button variant="quiet" className="small" onClick={() => pickMachines(seen)}>
            All {seen.length}
          </Button>
        )}
        <span className="end">
          <IconButton
            label="Pick none (Esc)"
            icon={<CloseIcon size="s" />}
            onClick={() => setPicking(false)}
          />
        </span>
      </div>
      <div className="bulkdeeds">
        {deed('start')}
        {deed('shutdown')}
        {deed('force')}
        {deed('delete', () => onDelete(picked))}
        <Menu isSmall trigger={<Button reason={none}>Group</Button>}>
          <GroupEntries vms={picked} />
        </Menu>
        <Menu isSmall trigger={<Button reason={none}>Tags</Button>}>
          <TagEntries vms={picked} />
        </Menu>
      </div>
    </section>
  );
}
