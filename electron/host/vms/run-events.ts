import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { runEventSchema, type RunEvent } from '@shared/vms/run.js';
import { readRecordSync } from '../platform/files.js';
import { log } from '../platform/log.js';

/** A guest can say things in a loop: so many events a second are kept, and so many in a run. */
const PER_SECOND = 50;
const PER_RUN = 10_000;
/** As 'a', but a pipe in the file's place is not waited for. */
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

/** What happened in one run: a line of JSON each, on disk at once, because the host may be killed any time. */
export class RunEvents {
  private second = 0;
  private inSecond = 0;
  private dropped = 0;

  /** `count` is how many there are already. */
  constructor(
    private readonly path: string,
    public count: number,
  ) {}

  /** Adds one; false when there are too many of them. */
  add(event: RunEvent): boolean {
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.second) {
      const { dropped } = this;
      this.second = second;
      this.inSecond = 0;
      this.dropped = 0;
      if (dropped > 0) this.write({ kind: 'dropped', at: event.at, count: dropped });
    }
    this.inSecond += 1;
    // Those of the machine itself are few and always kept; the guest's are its own fault.
    if (event.kind === 'message' && (this.inSecond > PER_SECOND || this.count >= PER_RUN)) {
      this.dropped += 1;
      return false;
    }
    this.write(event);
    return true;
  }

  private write(event: RunEvent): void {
    try {
      const fd = openSync(this.path, APPEND, 0o600);
      try {
        writeSync(fd, `${JSON.stringify(event)}\n`);
      } finally {
        closeSync(fd);
      }
      this.count += 1;
    } catch (error) {
      log('warn', 'event not kept', { path: this.path, error: (error as Error).message });
    }
  }
}

/** The events in a file, oldest first. */
export function readRunEvents(path: string): RunEvent[] {
  try {
    return parseRunEvents(readRecordSync(path));
  } catch {
    return [];
  }
}

/** The events in such a file's text; a line that was cut by a crash is left out. */
export function parseRunEvents(text: string): RunEvent[] {
  return text.split('\n').flatMap((line) => {
    try {
      return [runEventSchema.parse(JSON.parse(line))];
    } catch {
      return [];
    }
  });
}
