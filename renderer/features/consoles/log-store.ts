import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import type { ConsoleName } from '@shared/consoles/console-name.js';
import { activeConsole, focusConsole } from './console-commands.js';

/** A line to go to. */
export interface LogGoal {
  run: number;
  line: number;
}

/** Which consoles show their whole log in place of the terminal, and how. */
interface LogState {
  /** `vmId/console` of those. */
  open: ReadonlySet<string>;
  /** Where a log is to be opened, until it was. */
  goal: (LogGoal & { key: string; sought: string }) | null;
  /** The console that is in sight, whichever way it shows itself. */
  place: { vmId: string; console: ConsoleName } | null;
  showsTimes: boolean;
}

const store = createStore<LogState>(() => ({ open: new Set(), goal: null, place: null, showsTimes: false }));

const keyOf = (vmId: string, console: ConsoleName): string => `${vmId}/${console}`;

/** True when a console shows its whole log. */
export function useIsLogOpen(vmId: string, console: ConsoleName): boolean {
  return useStore(store, ({ open }) => open.has(keyOf(vmId, console)));
}

/** Says which console is in sight: the one that `toggleLog` is about. */
export function setLogPlace(place: LogState['place']): void {
  store.setState({ place });
}

/** True while a console is in sight. */
export function hasLogPlace(): boolean {
  return store.getState().place !== null;
}

/** True while the console in sight shows its log. */
export function isLogInSight(): boolean {
  const { place, open } = store.getState();
  return place !== null && open.has(keyOf(place.vmId, place.console));
}

/** Shows the whole log of a console, at a line when one is given, with a text in its search field. */
export function openLog(vmId: string, console: ConsoleName, goal?: LogGoal, sought = ''): void {
  const key = keyOf(vmId, console);
  store.setState(({ open }) => ({
    open: new Set([...open, key]),
    goal: goal ? { ...goal, key, sought } : null,
  }));
}

/** Shows the terminal of a console again, and gives it the keyboard. */
export function closeLog(vmId: string, console: ConsoleName): void {
  const stop = activeConsole.subscribe(({ session }) => {
    if (!session) return;
    stop();
    focusConsole();
  });
  store.setState(({ open }) => ({ open: new Set([...open].filter((key) => key !== keyOf(vmId, console))) }));
}

/** Shows the log of the console in sight, or its terminal again. */
export function toggleLog(): void {
  const { place } = store.getState();
  if (!place) return;
  if (isLogInSight()) closeLog(place.vmId, place.console);
  else openLog(place.vmId, place.console);
}

/** The line to go to in a log, for the view that goes there; a new object for each wish. */
export function useLogGoal(vmId: string, console: ConsoleName): (LogGoal & { sought: string }) | null {
  return useStore(store, ({ goal }) => (goal?.key === keyOf(vmId, console) ? goal : null));
}

/** Whether each line has its time before it. */
export function useShowsTimes(): boolean {
  return useStore(store, ({ showsTimes }) => showsTimes);
}

/** Puts the time before each line, or takes it away. */
export function toggleTimes(): void {
  store.setState(({ showsTimes }) => ({ showsTimes: !showsTimes }));
}
