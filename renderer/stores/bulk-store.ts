import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import type { Outcome } from '@shared/api/client.js';
import { describeError } from '@shared/errors/paddock-error.js';
import { bulkPlan, deedProgress, deedVerbs, type Deed, type Progress } from '@shared/vms/bulk.js';
import type { VmChanges } from '@shared/vms/vm-spec.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { plural } from '../lib/format.js';
import { runLimited } from '../lib/run-limited.js';
import { callHost } from './connection-store.js';
import { hostStore } from './host-store.js';

/** So many calls are under way at once: enough to keep two CPUs busy, few enough to see each begin. */
const CALLS_AT_ONCE = 8;

/** What is done to one machine of many. */
export interface BulkEntry {
  vm: VmView;
  /** `waiting`: not asked yet. */
  progress: Progress | { state: 'waiting'; text: string };
}

/** Something done to many machines, with a result for each. */
export interface Bulk {
  number: number;
  /** "Start 12 machines" */
  title: string;
  entries: readonly BulkEntry[];
  /** Shown only once something of it was refused. */
  isQuiet: boolean;
  /** Does it again to some of them. */
  again: (vms: readonly VmView[]) => void;
}

/** What this window did to many machines and nobody has put away yet, newest first. */
export const bulkStore = createStore<{ bulks: readonly Bulk[] }>(() => ({ bulks: [] }));

let count = 0;

/** Does a deed to those machines that it can be done to, and follows each to its end. */
export function doDeed(deed: Deed, vms: readonly VmView[]): void {
  const { able } = bulkPlan(deed, vms);
  if (able.length === 0) return;
  void run(
    { title: `${deedVerbs[deed]} ${nameOrCount(able)}`, isQuiet: able.length === 1 },
    able,
    (vm) => askFor(deed, vm),
    (before, now) => deedProgress(deed, before, now),
    (again) => doDeed(deed, again),
  );
}

/** Changes settings of machines; `changesOf` says what of which, null for nothing. */
export function changeMachines(
  title: string,
  vms: readonly VmView[],
  changesOf: (vm: VmView) => VmChanges | null,
): void {
  const concerned = vms.filter((vm) => changesOf(vm) !== null);
  void run(
    { title, isQuiet: true },
    concerned,
    (vm) => callHost('vms.configure', { id: vm.id, changes: changesOf(vm) ?? {} }),
    () => ({ state: 'done', text: 'changed' }),
    (again) => changeMachines(title, again, changesOf),
  );
}

/** Puts the results of a bulk away. What is under way goes on. */
export function closeBulk(number: number): void {
  bulkStore.setState(({ bulks }) => ({ bulks: bulks.filter((bulk) => bulk.number !== number) }));
}

/** "web-1", or "12 machines". */
export function nameOrCount(vms: readonly VmView[]): string {
  return vms.length === 1 && vms[0] ? vms[0].name : plural(vms.length, 'machine');
}

function askFor(deed: Deed, { id }: VmView): Promise<Outcome<unknown>> {
  return deed === 'shutdown' || deed === 'halt' || deed === 'force'
    ? callHost('vms.stop', { id, how: deed })
    : callHost(`vms.${deed}`, { id });
}

async function run(
  { title, isQuiet }: Pick<Bulk, 'title' | 'isQuiet'>,
  vms: readonly VmView[],
  ask: (vm: VmView) => Promise<Outcome<unknown>>,
  follow: (before: VmView, now: VmView | undefined) => Progress,
  again: Bulk['again'],
): Promise<void> {
  count += 1;
  const number = count;
  const entries = vms.map((vm): BulkEntry => ({ vm, progress: { state: 'waiting', text: 'waiting' } }));
  const bulk: Bulk = { number, title, entries, isQuiet, again };
  // What went well and is over has been seen by now.
  bulkStore.setState(({ bulks }) => ({ bulks: [bulk, ...bulks.filter((other) => !isAllDone(other))] }));

  // Accepted by the host, and followed by the host's state until they end one way or the other.
  const accepted = new Set<VmView>();
  let isAllAsked = false;
  const look = (): void => {
    const { vms: now } = hostStore.getState().state;
    const found = [...accepted].map((vm): BulkEntry => ({ vm, progress: follow(vm, now[vm.id]) }));
    for (const { vm, progress } of found) if (progress.state !== 'going') accepted.delete(vm);
    report(number, found);
    if (isAllAsked && accepted.size === 0) stopLooking();
  };
  const stopLooking = hostStore.subscribe(look);
  await runLimited(vms, CALLS_AT_ONCE, async (vm) => {
    report(number, [{ vm, progress: { state: 'going', text: 'asked' } }]);
    const outcome = await ask(vm);
    if (outcome.ok) accepted.add(vm);
    else report(number, [{ vm, progress: { state: 'failed', text: describeError(outcome.error).sentence } }]);
    look();
  });
  isAllAsked = true;
  look();
}

/** Takes over what is new; a store that changed nothing tells nobody. */
function report(number: number, found: readonly BulkEntry[]): void {
  const { bulks } = bulkStore.getState();
  const bulk = bulks.find((other) => other.number === number);
  if (!bulk) return;
  const news = new Map(found.map((entry) => [entry.vm, entry]));
  const entries = bulk.entries.map((entry) => {
    const next = news.get(entry.vm);
    const isNew = next?.progress.state !== entry.progress.state || next.progress.text !== entry.progress.text;
    return next && isNew ? next : entry;
  });
  if (entries.every((entry, place) => entry === bulk.entries[place])) return;
  bulkStore.setState({ bulks: bulks.map((other) => (other === bulk ? { ...bulk, entries } : other)) });
}

/** True once it was done to every machine. */
export function isAllDone(bulk: Bulk): boolean {
  return bulk.entries.every(({ progress }) => progress.state === 'done');
}

/** What was done to many machines. */
export function useBulks(): readonly Bulk[] {
  return useStore(bulkStore, ({ bulks }) => bulks);
}
