import { useRef, type KeyboardEvent } from 'react';
import { visibleLine } from '../../lib/visible-text.js';
import { useWindowOfRows } from '../../lib/use-window-of-rows.js';
import { classNames } from '../../ui/class-names.js';
import { ChevronDownIcon, ChevronRightIcon } from '../../ui/icons.js';
import { OutcomeMark } from './outcome-mark.js';
import { suiteWords, tookWords } from './test-words.js';
import type { TreeRow } from './tree-rows.js';

/** What the tree takes. */
interface TestTreeProps {
  rows: readonly TreeRow[];
  selected: string | null;
  onSelect: (path: string) => void;
  onFold: (path: string, isOpen: boolean) => void;
}

/** Suites and cases; only those near what is seen are drawn. */
export function TestTree({ rows, selected, onSelect, onFold }: TestTreeProps) {
  const list = useRef<HTMLDivElement>(null);
  const { first, end, above, below, reveal } = useWindowOfRows(list, rows.length);
  const here = rows.findIndex(({ path }) => path === selected);
  const go = (to: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (!row) return;
    onSelect(row.path);
    reveal(rows.indexOf(row));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows[here];
    const steps: Record<string, () => void> = {
      ArrowDown: () => go(here + 1),
      ArrowUp: () => go(Math.max(0, here - 1)),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      ArrowRight: () => (row?.isOpen === false ? onFold(row.path, true) : go(here + 1)),
      ArrowLeft: () => {
        if (row?.isOpen === true) return onFold(row.path, false);
        const parent = row?.path.slice(0, Math.max(0, row.path.lastIndexOf('/')));
        const at = rows.findIndex(({ path }) => path === parent);
        if (at >= 0) go(at);
      },
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    step();
  };
  return (
    <div
      ref={list}
      className="testtree in"
      role="tree"
      tabIndex={0}
      aria-label="Tests"
      aria-activedescendant={here >= first && here < end ? `test-row-${here}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div style={{ height: above }} />
      {rows.slice(first, end).map((row, n) => (
        <Row
          key={row.path}
          id={`test-row-${first + n}`}
          row={row}
          isSelected={row.path === selected}
          onSelect={onSelect}
          onFold={onFold}
        />
      ))}
      <div style={{ height: below }} />
    </div>
  );
}

interface RowProps extends Pick<TestTreeProps, 'onSelect' | 'onFold'> {
  id: string;
  row: TreeRow;
  isSelected: boolean;
}

function Row({ id, row: { path, test, level, isOpen }, isSelected, onSelect, onFold }: RowProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the tree has the keys
    <div
      id={id}
      className={classNames('testrow', isSelected && 'on')}
      role="treeitem"
      aria-level={level}
      aria-selected={isSelected}
      aria-expanded={isOpen ?? undefined}
      style={{ paddingLeft: `calc(var(--s-2) + ${level - 1} * var(--s-4))` }}
      onClick={() => onSelect(path)}
      onDoubleClick={() => isOpen !== null && onFold(path, !isOpen)}
    >
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- the tree has the keys */}
      <span
        className="testfold"
        onClick={(event) => {
          if (isOpen === null) return;
          event.stopPropagation();
          onFold(path, !isOpen);
        }}
      >
        {isOpen === null ? null : isOpen ? <ChevronDownIcon size="s" /> : <ChevronRightIcon size="s" />}
      </span>
      <OutcomeMark outcome={test.outcome} />
      <span className={classNames('ell testname', test.children.length > 0 && 'med')}>
        {visibleLine(test.name)}
      </span>
      <span className="xs ter ell testnote">{visibleLine(test.note)}</span>
      <span className="xs ter num end nowrap">
        {test.children.length > 0 ? suiteWords(test) : tookWords(test.tookMs)}
      </span>
    </div>
  );
}
