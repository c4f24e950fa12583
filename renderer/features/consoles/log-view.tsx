import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type ClipboardEvent,
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
} from 'react';
import { useStore } from 'zustand';
import type { ConsoleName } from '@shared/consoles/console-name.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { bridge } from '../../lib/bridge.js';
import { usePreferences } from '../../stores/preferences-store.js';
import { Button, IconButton } from '../../ui/button.js';
import { ClockIcon, CloseIcon, ExportIcon } from '../../ui/icons.js';
import { ErrorNote } from '../../ui/note.js';
import { LogJumpMenu } from './log-jump-menu.js';
import { LogDivider, LogGap, LogLine } from './log-line.js';
import { LogModel } from './log-model.js';
import type { LogPages } from './log-pages.js';
import type { LogRow, LogRows } from './log-rows.js';
import { LogSaveDialog } from './log-save-dialog.js';
import { LogSearchField } from './log-search-field.js';
import { closeLog, toggleTimes, useLogGoal, useShowsTimes } from './log-store.js';
import './log.css';

/** Rows drawn beyond those in sight, so that a short scroll shows no blank. */
const MARGIN_ROWS = 20;
/** Lines that are copied at once; more of them are better saved. */
const COPY_MAX = 20_000;
/** Console text and its rows in parts of the root's font size, as in the terminal. */
const FONT_REM = 0.78125;
const ROW_PER_FONT = 1.36;

/** The whole log of a console over all its runs, in place of its terminal. */
export function LogView({ vm, console }: { vm: VmView; console: ConsoleName }) {
  const [model] = useState(() => new LogModel(vm.id, console));
  const { runs, rows, isKnown, error, current, picked } = useStore(model.state);
  const { pages, scroll, search } = model;
  const { error: pageError } = useStore(pages.state);
  const { query } = useStore(search.state);
  const { top, boxPx, rowPx } = useStore(scroll.state);
  const showsTimes = useShowsTimes();
  const step = usePreferences(({ consoleStep }) => consoleStep);
  const box = useRef<HTMLDivElement>(null);
  const [isSaving, setSaving] = useState(false);
  const goal = useLogGoal(vm.id, console);
  const fontPx = parseFloat(getComputedStyle(document.documentElement).fontSize) * FONT_REM + step;

  useEffect(() => model.show(), [model]);
  useLayoutEffect(() => (box.current ? scroll.attach(box.current) : undefined), [scroll]);
  useLayoutEffect(() => scroll.setRowPx(Math.round(fontPx * ROW_PER_FONT)), [scroll, fontPx]);
  // The page has its new height only now.
  useLayoutEffect(() => scroll.place());
  useEffect(() => {
    if (goal) model.open(goal, goal.sought);
  }, [model, goal]);

  const first = Math.max(0, Math.floor(top) - MARGIN_ROWS);
  const end = Math.min(rows.count, Math.ceil(top + boxPx / rowPx) + MARGIN_ROWS);
  const shown = Array.from({ length: Math.max(0, end - first) }, (_, n) => ({
    n: first + n,
    row: rows.at(first + n),
  }));
  useEffect(() => {
    for (let n = first; n < end; n += 1) {
      const row = rows.at(n);
      if (row?.kind === 'line') pages.want(row.run, row.line);
    }
  });

  const keyed = (event: KeyboardEvent): void => {
    const deeds: Partial<Record<string, () => void>> = {
      ArrowUp: () => scroll.by(-1),
      ArrowDown: () => scroll.by(1),
      PageUp: () => scroll.byPage(-1),
      PageDown: () => scroll.byPage(1),
      Home: () => scroll.to(0),
      End: () => scroll.toEnd(),
    };
    const deed = deeds[event.key];
    if (!deed || event.ctrlKey || event.altKey || event.shiftKey) return;
    deed();
    event.preventDefault();
  };
  const pressed = (event: MouseEvent): void => {
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-row]') : null;
    if (!element || event.button !== 0) return;
    // Further than what is drawn: the browser's own selection can't go there.
    if (event.shiftKey) {
      event.preventDefault();
      getSelection()?.removeAllRanges();
    }
    model.pick(Number(element.dataset['row']), event.shiftKey);
  };
  const copied = (event: ClipboardEvent): void => {
    if (!picked || picked.from === picked.to || (getSelection()?.toString() ?? '') !== '') return;
    event.preventDefault();
    void copyRows(pages, rows, Math.min(picked.from, picked.to), Math.max(picked.from, picked.to));
  };
  const isPicked = (n: number): boolean =>
    picked !== null && picked.from !== picked.to && (n - picked.from) * (n - picked.to) <= 0;
  const isCurrent = (row: LogRow): boolean =>
    row.kind === 'line' && current !== null && row.run === current.run && row.line === current.line;
  const wrong = error ?? pageError;

  return (
    <div className="logview">
      <div className="logbar">
        <LogSearchField search={search} onLeave={() => box.current?.focus()} />
        <span className="row end">
          <LogJumpMenu model={model} />
          <IconButton
            label="Time of each line"
            icon={<ClockIcon />}
            aria-pressed={showsTimes}
            onClick={toggleTimes}
          />
          <Button
            variant="quiet"
            collapses
            icon={<ExportIcon />}
            reason={runs.length === 0 ? 'There is nothing to save yet.' : null}
            onClick={() => setSaving(true)}
          >
            Save as text…
          </Button>
          <IconButton
            label="Back to the terminal"
            icon={<CloseIcon />}
            onClick={() => closeLog(vm.id, console)}
          />
        </span>
      </div>
      {wrong && (
        <div className="termnotes">
          <ErrorNote error={wrong} />
        </div>
      )}
      {/* A log is read with the keyboard, too: it scrolls by its keys. */}
      {/* eslint-disable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions */}
      <div
        ref={box}
        className="logbox"
        role="log"
        aria-live="off"
        aria-label={`Log of ${console}`}
        tabIndex={0}
        style={
          {
            fontSize: `${fontPx}px`,
            lineHeight: `${rowPx}px`,
            '--log-row': `${rowPx}px`,
          } as CSSProperties
        }
        onKeyDown={keyed}
        onMouseDown={pressed}
        onCopy={copied}
      >
        <div className="logspace" style={{ height: scroll.height }}>
          <div className="loglayer" style={{ height: boxPx }}>
            <div style={{ transform: `translateY(${-(top - first) * rowPx}px)` }}>
              {shown.map(({ n, row }) => (
                <div key={n} data-row={n} className="logplace">
                  {row?.kind === 'divider' && <LogDivider ended={row.ended} started={row.started} />}
                  {row?.kind === 'gap' && <LogGap bytes={row.bytes} />}
                  {row?.kind === 'line' && (
                    <LogLine
                      shown={pages.line(row.run, row.line)}
                      showsTimes={showsTimes}
                      // A regular expression is trusted in the line in which the host found it only.
                      query={query.text !== '' && (!query.isRegex || isCurrent(row)) ? query : null}
                      isGoal={isCurrent(row)}
                      isPicked={isPicked(n)}
                    />
                  )}
                </div>
              ))}
            </div>
          </div>
        </div>
        {isKnown && rows.count === 0 && <p className="ter logempty">Nothing was said here yet.</p>}
      </div>
      {/* eslint-enable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions */}
      {isSaving && (
        <LogSaveDialog
          vm={vm}
          console={console}
          run={model.runInSight() ?? vm.runNumber}
          onClose={() => setSaving(false)}
        />
      )}
    </div>
  );
}

async function copyRows(pages: LogPages, rows: LogRows, from: number, to: number): Promise<void> {
  const lines: string[] = [];
  for (let n = from; n <= Math.min(to, from + COPY_MAX); n += 1) {
    const row = rows.at(n);
    if (row?.kind === 'line') lines.push((await pages.get(row.run, row.line))?.text ?? '');
  }
  await bridge.clipboard.writeText(`${lines.join('\n')}\n`);
}
