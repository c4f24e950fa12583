import type { FdEvents } from '../platform/fd-events.js';
import { watchEnd, type Helper } from './helper-process.js';

/** Which helpers are watched: each calls back once when it ends without being asked. */
export class HelperWatches {
  private readonly stops = new Map<string, () => void>();

  constructor(private readonly events: FdEvents) {}

  /** Calls back when a helper has ended, also one that this host didn't start. */
  add(helper: Helper, ended: () => void): void {
    const key = keyOf(helper);
    this.stops.set(
      key,
      watchEnd(this.events, helper, () => {
        this.stops.delete(key);
        ended();
      }),
    );
  }

  /** It is to end now. */
  remove(helper: Helper | null): void {
    if (helper === null) return;
    this.stops.get(keyOf(helper))?.();
    this.stops.delete(keyOf(helper));
  }
}

const keyOf = ({ pid, startTicks }: Helper): string => `${pid}:${startTicks}`;
