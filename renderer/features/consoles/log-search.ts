import { createStore } from 'zustand/vanilla';
import type { CallInput } from '@shared/api/calls.js';
import type { ConsoleName } from '@shared/consoles/console-name.js';
import type { LogQuery } from '@shared/consoles/log-query.js';
import type { LogCursor, LogHit } from '@shared/consoles/logs.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { callHost } from '../../stores/connection-store.js';

/** A pause in typing. */
const PAUSE_MS = 200;
/** More are not gone through by anybody. */
const HITS_MAX = 10_000;

/** What is looked for, and what was found so far. */
export interface LogFound {
  query: LogQuery;
  /** Newest first; null before the first answer. */
  hits: readonly LogHit[] | null;
  /** Which of them is shown. */
  at: number;
  /** The whole log was looked through. */
  isDone: boolean;
  error: PaddockError | null;
}

const nothing = { hits: null, at: 0, isDone: false, error: null };

/** Looks for something in the whole log of a console, the newest part first. */
export class LogSearch {
  readonly state = createStore<LogFound>(() => ({
    ...nothing,
    query: { text: '', isRegex: false, matchCase: false },
  }));
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts questions: the answer to an older one is not wanted any more. */
  private asked = 0;

  constructor(
    private readonly vmId: VmId,
    private readonly console: ConsoleName,
    /** The hit to show first among those found so far: its index, or -1 to wait for more. */
    private readonly choose: (hits: readonly LogHit[], isDone: boolean) => number,
    private readonly onShow: (hit: LogHit) => void,
  ) {}

  /** Looks for something else; nothing for an empty text. */
  seek(query: LogQuery): void {
    this.stop();
    this.state.setState({ query, ...nothing });
    if (query.text !== '') this.timer = setTimeout(() => void this.look(this.asked), PAUSE_MS);
  }

  /** Shows another hit: +1 the one above, -1 the one below. */
  step(by: 1 | -1): void {
    const { hits, at } = this.state.getState();
    if (!hits || hits.length === 0) return;
    const next = (at + by + hits.length) % hits.length;
    this.state.setState({ at: next });
    const hit = hits[next];
    if (hit) this.onShow(hit);
  }

  /** Looks no further. */
  stop(): void {
    this.asked += 1;
    clearTimeout(this.timer);
  }

  private async look(asked: number): Promise<void> {
    const { query } = this.state.getState();
    const hits: LogHit[] = [];
    let hasShown = false;
    let next: CallInput<'logs.search'> | null = {
      id: this.vmId,
      console: this.console,
      run: null,
      query,
      cursor: null,
      limit: 1000,
    };
    while (next !== null) {
      const outcome: Awaited<ReturnType<typeof callHost<'logs.search'>>> = await callHost(
        'logs.search',
        next,
      );
      if (asked !== this.asked) return;
      if (!outcome.ok) return this.state.setState({ hits, isDone: true, error: outcome.error });
      const cursor: LogCursor | null = outcome.value.next;
      hits.push(...outcome.value.hits);
      this.state.setState({ hits: [...hits], isDone: cursor === null });
      const first: number = hasShown ? -1 : this.choose(hits, cursor === null);
      const hit = hits[first];
      if (hit) {
        hasShown = true;
        this.state.setState({ at: first });
        this.onShow(hit);
      }
      next = cursor === null || hits.length >= HITS_MAX ? null : { ...next, cursor };
    }
  }
}
