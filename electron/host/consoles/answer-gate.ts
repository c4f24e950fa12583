import { Budget } from '@shared/consoles/budget.js';
import { isTerminalAnswer, isTerminalReport } from '@shared/consoles/terminal-answers.js';

/** Bytes a second of them, and at once: a program's start asks some ten things. */
const RATE = 1024;
const BURST = 2048;
/**
 * Answers that a guest gets until a person types again, and reports until the guest says something again. A guest that
 * asks for ever and reads nothing would else fill its line buffer of 4096 bytes, and UML would never take a key again
 * (docs/decisions/0004).
 */
const UNREAD_MAX = 1024;
/** Longest answer: a colour is 25 bytes, a setting under 50. */
const ANSWER_MAX = 128;
/** So long after it answered, a terminal is the one that answers. */
const TURN_MS = 1000;
/** A question is output: an answer that comes so long after the last of it was asked for by a program that gave up. */
const LATE_MS = 2000;
/** What was let through so shortly before somebody is asked for a name may still be unread, and become part of it. */
const UNREAD_MS = 1000;
/** As much of the last line as is looked at, without its escape sequences. */
const TAIL = 300;
/** As much of a piece of output as is looked at for it. */
const PIECE = 8192;
/** Somebody is being asked for a name or a password, and may have begun to type it. */
const ASKS_WHO =
  /(?:^|[\r\n])(?!Last )[^\r\n]{0,200}(?:login: ?|[Pp]assword(?: for [^\r\n:]{1,64})?: ?)[^\r\n]*$/;
/* oxlint-disable no-control-regex -- that is what they are made of */
/** A control sequence (ECMA-48 5.4). A program that asks and asks must not push the prompt out of sight, nor cut it in two. */
const SEQUENCE = /\x1b\[[0-?]*[ -/]*[@-~]/g;
/* oxlint-enable no-control-regex */

/**
 * Decides whether what a terminal says by itself reaches the guest (docs/decisions/0017). The guest asks, so the
 * answer is input that nobody typed: it must be one, come from one terminal, in time, not too often, and never while
 * the guest asks who is there: it would become part of a login name.
 */
export class AnswerGate {
  private tail = '';
  private readonly budget: Budget;
  private answered = 0;
  private reported = 0;
  private outputAt = -Infinity;
  /** When something was let through last; a person who typed since then would lose what they typed. */
  private letThroughAt = -Infinity;
  private turn: { of: object; until: number } | null = null;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.budget = new Budget(BURST, RATE, now);
  }

  /**
   * The guest said something. True: it asks for a name now, and what was let through just before may be in it, so the
   * line should be wiped.
   */
  output(bytes: Buffer): boolean {
    this.outputAt = this.now();
    this.reported = 0;
    const text = this.tail + bytes.subarray(-PIECE).toString('latin1');
    // One that is not whole yet stays, and goes with its end.
    this.tail = text.replace(SEQUENCE, '').slice(-TAIL);
    if (this.letThroughAt === -Infinity || !ASKS_WHO.test(this.tail)) return false;
    const isSpoilt = this.outputAt - this.letThroughAt < UNREAD_MS;
    this.letThroughAt = -Infinity;
    return isSpoilt;
  }

  /** A person typed. */
  typed(): void {
    this.answered = 0;
    this.letThroughAt = -Infinity;
  }

  /** A new run begins. */
  reset(): void {
    this.answered = 0;
    this.tail = '';
  }

  /** Whether the guest gets it. `of`: whose answer it is. */
  allows(of: object, bytes: Uint8Array): boolean {
    const now = this.now();
    if (this.turn && this.turn.of !== of && now < this.turn.until) return false;
    const said = Buffer.from(bytes).toString('latin1');
    const isAnswer = isTerminalAnswer(said);
    const isInTime = isAnswer ? now - this.outputAt < LATE_MS : isTerminalReport(said);
    if (bytes.length > ANSWER_MAX || !isInTime) return false;
    if ((isAnswer ? this.answered : this.reported) + bytes.length > UNREAD_MAX) return false;
    if (ASKS_WHO.test(this.tail)) return false;
    this.turn = { of, until: now + TURN_MS };
    if (!this.budget.take(bytes.length)) return false;
    if (isAnswer) this.answered += bytes.length;
    else this.reported += bytes.length;
    this.letThroughAt = now;
    return true;
  }
}
