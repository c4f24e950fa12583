import type { ReactNode } from 'react';
import { bulkPlan, deedVerbs, type Deed } from '@shared/vms/bulk.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { inOrderOfNames } from '../../features/vms/machine-order.js';
import { rowReason } from '../../features/vms/machine-words.js';
import { StateIcon, stateName } from '../../features/vms/state-icon.js';
import { fuzzyMatch, SURE, type Match } from '../../lib/fuzzy-match.js';
import { doDeed, nameOrCount } from '../../stores/bulk-store.js';
import { actionsIn } from '../actions/all-actions.js';
import type { Action, ActionContext } from '../actions/action.js';
import { commonGroup } from '../actions/group-actions.js';

/** A line of the palette. */
export interface PaletteEntry {
  id: string;
  icon: ReactNode;
  title: string;
  /** Grey at the right, when there are no keys and no reason. */
  note: string;
  keys: readonly string[];
  reason: string | null;
  /** The title in pieces, what was typed marked. */
  marks: Match['marks'];
  run: () => void;
}

/** Lines that belong together. */
export interface PaletteGroup {
  title: string;
  items: readonly PaletteEntry[];
}

type Candidate = Omit<PaletteEntry, 'marks'> & { detail: string; words: string };

/** So many machines are drawn at most: more is no help to look through. */
const MACHINES_DRAWN = 40;
/** Before anything is typed, a few of them to show that they are there. */
const MACHINES_AT_FIRST = 8;

/** What the palette shows for a query, and how many lines there are in all. */
export function paletteGroups(
  query: string,
  context: ActionContext,
  show: (vm: VmView) => void,
): { groups: PaletteGroup[]; total: number } {
  const actions = actionsIn(context).filter(({ id }) => id !== 'palette');
  const ofScope = (scope: Action['scope']): Candidate[] => actions.filter((action) => action.scope === scope);
  const vms = inOrderOfNames(Object.values(context.state.vms));
  const machines = vms.map((vm) => fromMachine(vm, () => show(vm)));
  const all = [
    { title: machineHeading(context.vms), candidates: ofScope('machine') },
    { title: commonGroup(context.vms) ?? '', candidates: ofScope('group') },
    { title: 'Everywhere', candidates: ofScope('everywhere') },
    { title: 'Other machines', candidates: deedsByName(query, vms) },
    { title: 'Machines', candidates: machines },
  ];
  const total = all.reduce((sum, { candidates }) => sum + candidates.length, 0);
  const found = all.map(({ title, candidates }) => ({ title, items: matching(query, candidates) }));
  // Letters found far apart are a guess: worth showing only when nothing is sure.
  const isSure = found.some(({ items }) => items.some(({ score }) => score >= SURE));
  const limit = query.trim() === '' ? MACHINES_AT_FIRST : MACHINES_DRAWN;
  const groups = found.map(({ title, items }) => ({
    title,
    items: items
      .filter(({ score }) => !isSure || score >= SURE)
      .slice(0, title === 'Machines' || title === 'Other machines' ? limit : undefined)
      .map(({ entry }) => entry),
  }));
  return { groups: groups.filter(({ items }) => items.length > 0), total };
}

/** The machines that a query finds, to pick from. */
export function paletteMachines(
  query: string,
  vms: readonly VmView[],
  pick: (vm: VmView) => void,
): PaletteGroup {
  const candidates = inOrderOfNames(vms).map((vm) => fromMachine(vm, () => pick(vm)));
  const items = matching(query, candidates).map(({ entry }) => entry);
  return { title: 'Pick machines', items };
}

function matching(query: string, candidates: readonly Candidate[]): { entry: PaletteEntry; score: number }[] {
  const found = candidates.flatMap((candidate) => {
    const match = matchOf(query, candidate);
    return match ? { entry: { ...candidate, marks: match.marks }, score: match.score } : [];
  });
  // Nothing typed: what can be done comes first. Else the better match; equal ones stay as they were.
  if (query.trim() === '')
    return found.sort((a, b) => Number(a.entry.reason !== null) - Number(b.entry.reason !== null));
  return found.sort((a, b) => b.score - a.score);
}

/** A title is found before its detail, and both before the other words for it. */
function matchOf(query: string, { title, detail, words }: Candidate): Match | null {
  const rest = detail === '' ? '' : `: ${detail}`;
  const byTitle = fuzzyMatch(query, title);
  if (byTitle && byTitle.score >= SURE)
    return { ...byTitle, marks: [...byTitle.marks, { text: rest, isHit: false }] };
  const whole = fuzzyMatch(query, title + rest);
  if (whole && whole.score >= SURE) return { ...whole, score: SURE };
  const byWords = fuzzyMatch(query, `${title}${rest} ${words}`);
  if (byWords && byWords.score >= SURE) return { score: SURE, marks: [{ text: title + rest, isHit: false }] };
  return byTitle;
}

function fromMachine(vm: VmView, run: () => void): Candidate {
  return {
    id: `vm-${vm.id}`,
    icon: <StateIcon state={vm.state} />,
    title: vm.name,
    detail: '',
    note: vm.group ?? rowReason(vm)?.text ?? stateName(vm.state),
    keys: [],
    reason: null,
    words: [...vm.tags, vm.group ?? ''].join(' '),
    run,
  };
}

const byNameDeeds: readonly Deed[] = ['start', 'shutdown', 'restart', 'pause', 'resume', 'force'];

/** "start web-3" does it, without going to web-3 first. */
function deedsByName(query: string, vms: readonly VmView[]): Candidate[] {
  const [verb = '', ...name] = query.trim().toLowerCase().split(/\s+/);
  if (name.length === 0) return [];
  const deeds = byNameDeeds.filter((deed) => deedVerbs[deed].toLowerCase().startsWith(verb));
  return deeds.flatMap((deed) =>
    vms.map((vm) => ({
      id: `${deed}-${vm.id}`,
      icon: <StateIcon state={vm.state} />,
      title: `${deedVerbs[deed]} ${vm.name}`,
      detail: '',
      note: vm.group ?? '',
      keys: [],
      reason: bulkPlan(deed, [vm]).reason,
      words: '',
      run: () => doDeed(deed, [vm]),
    })),
  );
}

function machineHeading(vms: readonly VmView[]): string {
  const [first, ...others] = vms;
  if (!first) return '';
  return others.length === 0 ? `${first.name}, ${stateName(first.state)}` : nameOrCount(vms);
}
