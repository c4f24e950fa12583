import type { ReactNode } from 'react';
import { classNames } from '../../ui/class-names.js';

/** What every row of the list takes. */
export interface TreeRowProps {
  rowKey: string;
  level: 1 | 2;
  /** Counted from 1, among those of the same group. */
  place: number;
  of: number;
  /** True when the keyboard is on it. */
  isActive: boolean;
  isSelected: boolean;
  className?: string | undefined;
  title?: string | undefined;
  /** What there is to say about it besides its name. */
  says?: string;
  children: ReactNode;
}

/** A row that can be selected. The tree around it has the focus, the keys and the clicks. */
export function TreeRow(props: TreeRowProps) {
  const { rowKey, level, place, of, isActive, isSelected, className, title, says, children } = props;
  const id = rowId(rowKey);
  return (
    <div
      id={id}
      data-key={rowKey}
      className={classNames('mrow', isActive && 'active', className)}
      role="treeitem"
      aria-level={level}
      aria-selected={isSelected}
      aria-setsize={of}
      aria-posinset={place}
      aria-describedby={says ? `${id}-says` : undefined}
      title={title}
    >
      {children}
      {says && (
        <span hidden id={`${id}-says`}>
          {says}
        </span>
      )}
    </div>
  );
}

/** The element id of a row. */
export function rowId(key: string): string {
  return `machine-${key}`;
}
