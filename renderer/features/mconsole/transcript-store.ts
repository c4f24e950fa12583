import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import { describeError } from '@shared/errors/paddock-error.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { visibleLines } from '../../lib/visible-text.js';
import { callHost } from '../../stores/connection-store.js';
import { hostStore } from '../../stores/host-store.js';

/** A command that was given and what came of it. */
export interface Exchange {
  number: number;
  at: number;
  command: string;
  /** null: the kernel has not answered yet. */
  answer: { ok: boolean; text: string; tookMs: number | null } | null;
}

/** So many exchanges of a machine are kept. */
const KEPT = 200;

const transcripts = createStore<Readonly<Record<VmId, readonly Exchange[]>>>(() => ({}));
const none: readonly Exchange[] = [];

/** What was said to and by a machine's management console since the window was opened, oldest first. */
export function useTranscript(id: VmId): readonly Exchange[] {
  return useStore(transcripts, (all) => all[id] ?? none);
}

let count = 0;

/** Gives a command to a machine's management console; what comes of it is in its transcript. */
export async function giveCommand(id: VmId, command: string): Promise<void> {
  const number = (count += 1);
  change(id, (list) => [...list, { number, at: Date.now(), command, answer: null }].slice(-KEPT));
  const outcome = await callHost('vms.mconsole', { id, command });
  const answer = outcome.ok
    ? { ok: true, text: visibleLines(outcome.value.text).trimEnd(), tookMs: outcome.value.tookMs }
    : { ok: false, text: words(outcome.error), tookMs: null };
  change(id, (list) =>
    list.map((exchange) => (exchange.number === number ? { ...exchange, answer } : exchange)),
  );
}

/** Forgets what was said. */
export function clearTranscript(id: VmId): void {
  change(id, () => []);
}

/** A transcript as text, for the clipboard. */
export function transcriptText(list: readonly Exchange[]): string {
  return list.map(({ command, answer }) => `> ${command}\n${answer?.text ?? ''}`.trimEnd()).join('\n\n');
}

function words(error: Parameters<typeof describeError>[0]): string {
  const { sentence, fix } = describeError(error);
  return fix === '' ? sentence : `${sentence} ${fix}`;
}

function change(id: VmId, next: (list: readonly Exchange[]) => readonly Exchange[]): void {
  transcripts.setState((all) => ({ [id]: next(all[id] ?? none) }));
}

// A machine's words go with it.
hostStore.subscribe(({ state: { vms }, loaded }) => {
  const all = transcripts.getState();
  if (!loaded || Object.keys(all).every((id) => vms[id])) return;
  transcripts.setState(Object.fromEntries(Object.entries(all).filter(([id]) => vms[id])), true);
});
