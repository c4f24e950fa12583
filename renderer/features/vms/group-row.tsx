import { classNames } from '../../ui/class-names.js';
import { ChevronDownIcon, ChevronRightIcon } from '../../ui/icons.js';
import type { ListRow } from './machine-order.js';
import { rowId } from './tree-row.js';

/** The head of a group: folds it away, and says how many are in it. */
export function GroupRow({ row, isActive }: { row: Extract<ListRow, { kind: 'group' }>; isActive: boolean }) {
  return (
    <div
      id={rowId(row.key)}
      data-key={row.key}
      className={classNames('mgroup', isActive && 'active')}
      role="treeitem"
      aria-level={1}
      aria-expanded={row.isOpen}
      aria-setsize={row.of}
      aria-posinset={row.place}
      title={row.title.length > 28 ? row.title : undefined}
    >
      {row.isOpen ? <ChevronDownIcon /> : <ChevronRightIcon />}
      <span className="ell">{row.title}</span>{' '}
      <span className="n">
        {row.count}
        <span className="sr"> {row.count === 1 ? 'machine' : 'machines'}</span>
      </span>
    </div>
  );
}
