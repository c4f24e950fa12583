import type { KeyboardEvent, ReactNode } from 'react';
import { classNames } from './class-names.js';
import './pick-list.css';

/** What a list takes. */
interface PickListProps {
  label: string;
  className?: string;
  children: ReactNode;
}

/** A list of which one is picked: what is picked is shown beside it. */
export function PickList({ label, className, children }: PickListProps) {
  return (
    <div className={className} role="listbox" aria-label={label} tabIndex={-1} onKeyDown={moveInList}>
      {children}
    </div>
  );
}

/** What a row takes. */
interface PickRowProps {
  isPicked: boolean;
  className?: string;
  onPick: () => void;
  children: ReactNode;
}

/** A row of it. */
export function PickRow({ isPicked, className, onPick, children }: PickRowProps) {
  return (
    <button
      type="button"
      className={classNames('in', 'pickrow', className)}
      role="option"
      aria-selected={isPicked}
      tabIndex={isPicked ? 0 : -1}
      onClick={onPick}
    >
      {children}
    </button>
  );
}

/** Arrow keys, Home and End move the choice, as in the list of machines. */
function moveInList(event: KeyboardEvent<HTMLElement>): void {
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=option]')];
  const here = rows.indexOf(document.activeElement as HTMLElement);
  const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (here < 0 || next === undefined) return;
  event.preventDefault();
  const row = rows[Math.max(0, Math.min(rows.length - 1, next))];
  row?.focus();
  row?.click();
}
