import { createStore } from 'zustand/vanilla';
import type { ConsoleName } from '@shared/consoles/console-name.js';
import type { LogMark, LogOfRun } from '@shared/consoles/logs.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { callHost } from '../../stores/connection-store.js';
import { hostStore } from '../../stores/host-store.js';
import { LogPages } from './log-pages.js';
import { LogRows } from './log-rows.js';
import { LogScroll } from './log-scroll.js';
import { LogSearch } from './log-search.js';
import type { LogGoal } from './log-store.js';

/** How often a log that grows is looked at again, and one that doesn't. */
const GROWTH_MS = 400;
const CALM_MS = 3000;
/** Rows left in sight above a line that was gone to: what led to it. */
const ROWS_ABOVE = 6;

/** What is known of a console's log, and what of it is in sight. */
interface LogModelState {
  runs: readonly LogOfRun[];
  rows: LogRows;
  isKnown: boolean;
  error: PaddockError | null;
  /** The line that was gone to. */
  current: LogGoal | null;
  /** Lines chosen for copying, from row to row. */
  picked: { from: number; to: number } | null;
  marks: readonly LogMark[];
  hasAllMarks: boolean;
}

/** The whole log of a console, for the view that shows it. */
export class LogModel {
  readonly state = createStore<LogModelState>(() => ({
    runs: [],
    rows: new LogRows([]),
    isKnown: false,
    error: null,
    current: null,
    picked: null,
    marks: [],
    hasAllMarks: false,
  }));
  readonly pages: LogPages;
  readonly search: LogSearch;
  readonly scroll = new LogScroll();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isShown = false;
  private isLooking = false;
  private isFinding = false;
  /** Where to go as soon as it is known where that is. */
  private goal: LogGoal | null = null;
  /** The search began with a line that was gone to: it is among the hits. */
  private isGoalSought = false;

  constructor(
    private readonly vmId: VmId,
    private readonly console: ConsoleName,
  ) {
    this.pages = new LogPages(vmId, console);
    this.search = new LogSearch(
      vmId,
      console,
      (hits, isDone) => this.firstHit(hits, isDone),
      (hit) => this.go(hit),
    );
  }

  /** Looks at the log from now on; returns how to end that. */
  show(): () => void {
    this.isShown = true;
    void this.look();
    return () => {
      this.isShown = false;
      clearTimeout(this.timer);
      this.search.stop();
    };
  }

  /** Opens at a line; with a text that it has, which is looked for in all of the log. */
  open(goal: LogGoal, sought: string): void {
    this.isGoalSought = sought !== '';
    if (sought !== '') this.search.seek({ text: sought, isRegex: false, matchCase: false });
    this.go(goal);
  }

  /** Brings a line into sight and marks it. */
  go(goal: LogGoal): void {
    const { rows, isKnown } = this.state.getState();
    if (!isKnown) return void (this.goal = goal);
    this.goal = null;
    const row = rows.rowOf(goal.run, goal.line);
    if (row === null) return;
    this.state.setState({ current: { run: goal.run, line: goal.line } });
    this.scroll.to(row - ROWS_ABOVE);
  }

  /** Brings the beginning of a run into sight. */
  goToStart(run: number): void {
    this.scroll.to(this.state.getState().rows.headOf(run) ?? 0);
  }

  /** The run that is in sight. */
  runInSight(): number | null {
    const { rows } = this.state.getState();
    const row = rows.at(Math.min(rows.count - 1, Math.floor(this.scroll.state.getState().top) + ROWS_ABOVE));
    if (!row) return null;
    return row.kind === 'divider' ? ((row.started ?? row.ended)?.run ?? null) : row.run;
  }

  /** Chooses a row, or with `extends` all from the one chosen before. */
  pick(row: number, isExtending: boolean): void {
    this.state.setState(({ picked }) => ({
      picked: { from: isExtending ? (picked?.from ?? row) : row, to: row },
    }));
  }

  /** Finds the panics and first errors, little by little. */
  private async findMarks(): Promise<void> {
    if (this.isFinding) return;
    this.isFinding = true;
    for (let isComplete = false; !isComplete && this.isShown;) {
      const outcome = await callHost('logs.marks', { id: this.vmId, console: this.console, run: null });
      if (!outcome.ok) break;
      ({ isComplete } = outcome.value);
      this.state.setState({ marks: outcome.value.marks, hasAllMarks: isComplete });
    }
    this.isFinding = false;
  }

  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    const outcome = await callHost('logs.outline', { id: this.vmId, console: this.console });
    this.isLooking = false;
    if (!this.isShown) return;
    if (outcome.ok) this.take(outcome.value.runs);
    else this.state.setState({ error: outcome.error });
    const vm = hostStore.getState().state.vms[this.vmId];
    this.timer = setTimeout(() => void this.look(), vm && isLive(vm.state) ? GROWTH_MS : CALM_MS);
  }

  private take(runs: readonly LogOfRun[]): void {
    const before = this.state.getState();
    const isSame = before.isKnown && JSON.stringify(before.runs) === JSON.stringify(runs);
    if (isSame && before.error === null) return;
    const rows = isSame ? before.rows : new LogRows(runs);
    // The last line may go on.
    const last = runs.at(-1);
    const stretch = last?.stretches.at(-1);
    if (last && stretch && !isSame)
      this.pages.outdate(last.run, Math.max(1, stretch.line + stretch.lines - 1));
    const old = before.runs.at(-1);
    const oldStretch = old?.stretches.at(-1);
    if (old && oldStretch && !isSame)
      this.pages.outdate(old.run, Math.max(1, oldStretch.line + oldStretch.lines - 1));
    this.state.setState({ runs, rows, isKnown: true, error: null });
    this.scroll.setCount(rows.count);
    // Another run, or what was said meanwhile, may have more of them.
    void this.findMarks();
    if (this.goal) this.go(this.goal);
  }

  /** The one that was gone to already, else the newest; as long as the former may still come, none. */
  private firstHit(hits: readonly LogGoal[], isDone: boolean): number {
    const { current } = this.state.getState();
    const wanted = this.goal ?? current;
    const same = hits.findIndex(({ run, line }) => run === wanted?.run && line === wanted.line);
    if (same >= 0) {
      this.isGoalSought = false;
      return same;
    }
    if (this.isGoalSought && !isDone) return -1;
    this.isGoalSought = false;
    return 0;
  }
}
