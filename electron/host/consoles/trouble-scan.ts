import { mayHaveTrouble, troubleIn } from '@shared/consoles/log-marks.js';
import { isPlainText, plainText } from '@shared/consoles/plain-text.js';
import type { ConsoleLog } from './console-log.js';
import type { LineMap } from './line-map.js';
import { lineBlocks, linesOf, logChunks } from './log-lines.js';

/** A line that tells of trouble. */
export interface Trouble {
  kind: 'panic' | 'error';
  line: number;
  offset: number;
  text: string;
}

/** A panic is at the end of a run, or before a reboot in place: so much of the end is looked at first. */
const END_BYTES = 256 * 1024;
/** A machine that panics and restarts in place for ever has no more panics than these. */
const PANICS_MAX = 50;
const TEXT_MAX = 200;

/** Looks for the first error and the panics of a log, from its beginning on, as far as there is time. */
export class TroubleScan {
  private lookedTo = 0;
  private hasLookedAtEnd = false;
  private error: Trouble | null = null;
  private readonly panics = new Map<number, Trouble>();

  constructor(
    private readonly log: ConsoleLog,
    private readonly map: LineMap,
  ) {}

  /** What was found so far, in order. */
  get found(): Trouble[] {
    const all = [...(this.error ? [this.error] : []), ...this.panics.values()];
    return all.sort((a, b) => a.offset - b.offset);
  }

  /** Goes on until a moment (performance.now()); true when all was looked at. */
  async goOn(until: number): Promise<boolean> {
    const end = this.log.length;
    if (!this.hasLookedAtEnd && !this.log.isLive && end > END_BYTES) {
      await this.look(end - END_BYTES, end, until, true);
      this.hasLookedAtEnd = true;
    }
    await this.look(this.lookedTo, end, until, false);
    return this.lookedTo >= end;
  }

  private async look(from: number, end: number, until: number, isEnd: boolean): Promise<void> {
    for await (const { offset, bytes } of lineBlocks(logChunks(this.log, from, end))) {
      if (mayBeIn(bytes)) {
        const before = await this.map.lineAt(offset);
        for (const found of linesOf({ offset, line: before + 1, bytes })) this.take(found, isEnd);
      }
      if (isEnd) continue;
      // A line that is still being written is looked at again when it is whole.
      const isWhole = bytes.at(-1) === 10 || !this.log.isLive;
      if (isWhole) this.lookedTo = offset + bytes.length;
      if (performance.now() > until) return;
    }
    if (!isEnd && !this.log.isLive) this.lookedTo = end;
  }

  private take(
    { offset, line, bytes }: { offset: number; line: number; bytes: Buffer },
    isEnd: boolean,
  ): void {
    const text = plainText(bytes.toString());
    const kind = troubleIn(text);
    if (kind === null || (kind === 'error' && (isEnd || this.error !== null))) return;
    const trouble = { kind, offset, line, text: text.slice(0, TEXT_MAX) };
    if (kind === 'error') this.error = trouble;
    else if (this.panics.size < PANICS_MAX) this.panics.set(offset, trouble);
  }
}

function mayBeIn(bytes: Buffer): boolean {
  const latin = bytes.toString('latin1');
  return mayHaveTrouble(isPlainText(latin) ? latin : plainText(bytes.toString()));
}
