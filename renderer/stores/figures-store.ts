import { useEffect } from 'react';
import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import type { ApiClient } from '@shared/api/client.js';
import type { HostEvent } from '@shared/api/messages.js';
import type { CardRate, Figure } from '@shared/figures/figure.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { connectionStore } from './connection-store.js';

/** Figures kept of each machine for a line in a list: a minute, while somebody looks. */
const RECENT = 60;

/** What came of each machine since this window watches, oldest first. The long history is asked of the host. */
type RecentFigures = Readonly<Record<VmId, readonly Figure[]>>;

const figuresStore = createStore<{
  recent: RecentFigures;
  /** What goes by the network cards of each machine now. */
  cards: Readonly<Record<VmId, readonly CardRate[]>>;
}>(() => ({ recent: {}, cards: {} }));

/** Who looks at figures in this window, and of which machine in detail. */
const wants = new Set<{ detail: VmId | null }>();
let watching: { client: ApiClient; asked: string } | null = null;

/** While a component with this is shown, the host tells figures, and of `detail` its guest's own, too. */
export function useFigureWatch(detail: VmId | null = null): void {
  useEffect(() => {
    const want = { detail };
    wants.add(want);
    watch();
    return () => {
      wants.delete(want);
      watch();
    };
  }, [detail]);
}

/** Tells each new figure of a machine; call what it returns to hear no more. Somebody must watch. */
export function onFigure(id: VmId, listener: (figure: Figure) => void): () => void {
  return figuresStore.subscribe(({ recent }, before) => {
    const newest = recent[id]?.at(-1);
    if (newest && newest !== before.recent[id]?.at(-1)) listener(newest);
  });
}

const none: readonly Figure[] = [];

/** The newest figures of a machine, oldest first; somebody must watch (`useFigureWatch`). */
export function useRecentFigures(id: VmId): readonly Figure[] {
  return useStore(figuresStore, ({ recent }) => recent[id] ?? none);
}

/** Something made of the newest figures of all machines; somebody must watch. */
export function useFigures<T>(select: (recent: RecentFigures) => T): T {
  return useStore(figuresStore, ({ recent }) => select(recent));
}

/** Bytes a second that go by a network card, both ways together; null when nobody can see them. Somebody must watch. */
export function useCardRate(id: string, unit: number): number | null {
  return useStore(figuresStore, ({ cards }) => {
    const card = cards[id as VmId]?.find((one) => one.unit === unit);
    return card ? card.inRate + card.outRate : null;
  });
}

/** Memory of this computer that all running machines take, in bytes; null before the first figures came. */
export function useMemoryOfAll(): number | null {
  return useStore(figuresStore, ({ recent }) => {
    const newest = Object.values(recent).flatMap((figures) => figures.at(-1) ?? []);
    // To the megabyte: a foot that changes each second draws the eye.
    const bytes = newest.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
    return newest.length === 0 ? null : Math.round(bytes / 2 ** 20) * 2 ** 20;
  });
}

/** Tells the host what is wanted now: as quick as one looks, slower behind, and nothing for nobody. */
function watch(): void {
  const { client } = connectionStore.getState();
  if (!client) {
    watching = null;
    return;
  }
  if (wants.size === 0) {
    if (watching?.client === client) void client.call('figures.unwatch', {});
    watching = null;
    return;
  }
  const detail = [...wants].findLast((want) => want.detail !== null)?.detail ?? null;
  const pace = document.visibilityState === 'visible' ? 'foreground' : 'background';
  const asked = `${pace} ${detail}`;
  if (watching?.client === client && watching.asked === asked) return;
  watching = { client, asked };
  client.onFigures = receive;
  void client.call('figures.watch', { pace, detail });
}

function receive({ figures }: Extract<HostEvent, { event: 'figures' }>): void {
  const before = figuresStore.getState().recent;
  // A machine that is not in it doesn't run any more: its line ends.
  const recent = Object.fromEntries(
    figures.map(({ vmId, figure }) => [vmId, [...(before[vmId] ?? []), figure].slice(-RECENT)]),
  );
  const cards = Object.fromEntries(figures.map((one) => [one.vmId, one.cards]));
  figuresStore.setState({ recent, cards });
}

document.addEventListener('visibilitychange', watch);
connectionStore.subscribe(watch);
