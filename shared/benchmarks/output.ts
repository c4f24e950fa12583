import { operationIds, type OperationId } from './operation.js';

/** What one run of the program said, all of it checked: it comes out of a guest. */
export interface BenchOutput {
  /** Nanoseconds of each, one number a round. */
  rounds: Partial<Record<OperationId, number[]>>;
  /** What can't be done there, and the system's number for why. */
  lacks: Partial<Record<OperationId, number>>;
  /** What was done by vfork because there is no fork. */
  vforks: OperationId[];
  /** All that it says it took, in nanoseconds: no more than has passed. */
  claimedNs: number;
}

/** What was asked of the program. */
export interface BenchAsk {
  /** A word that only this run knows. */
  token: string;
  operations: readonly OperationId[];
  rounds: number;
}

const COUNT_MAX = 2 ** 32;
/** An hour for one round. */
const NS_MAX = 3600e9;
const LINE_MAX = 200;
const AROUND_LINES = 40;

/** The program's arguments. */
export function benchWords({ token, operations, rounds }: BenchAsk, milliseconds: number): string[] {
  return [token, String(rounds), String(milliseconds), operations.join(',')];
}

/** Reads what the program prints, line by line. Takes nothing that it wouldn't print. */
export class BenchReader {
  private readonly output: BenchOutput = { rounds: {}, lacks: {}, vforks: [], claimedNs: 0 };
  private state: 'before' | 'in' | 'after' = 'before';
  private fault: string | null = null;
  /** What came beside it, the newest lines: a kernel's last words. */
  readonly around: string[] = [];

  constructor(private readonly ask: BenchAsk) {}

  /** The next line. */
  add(line: string): void {
    const said = line.replace(/\r$/, '');
    if (!said.startsWith(`${this.ask.token} `)) {
      if (said.trim() !== '') this.around.push(said.slice(0, LINE_MAX));
      if (this.around.length > AROUND_LINES) this.around.shift();
      return;
    }
    if (this.fault === null && !this.take(said.slice(this.ask.token.length + 1)))
      this.fault = said.slice(this.ask.token.length + 1, LINE_MAX);
  }

  /** All of it, or why it can't be used, as a clause. */
  end(): { output: BenchOutput } | { why: string } {
    if (this.fault !== null) return { why: 'it said what the program never says' };
    if (this.state === 'before') return { why: 'its program never began' };
    if (this.state === 'in') return { why: 'it ended in the middle' };
    const { rounds, lacks } = this.output;
    const isWhole = this.ask.operations.every(
      (id) => lacks[id] !== undefined || rounds[id]?.length === this.ask.rounds,
    );
    return isWhole ? { output: this.output } : { why: 'it left something out' };
  }

  private take(said: string): boolean {
    if (said === 'begin' || said === 'end') {
      if (this.state !== (said === 'begin' ? 'before' : 'in')) return false;
      this.state = said === 'begin' ? 'in' : 'after';
      return true;
    }
    if (this.state !== 'in') return false;
    const [verb, ...words] = said.split(' ');
    if (verb === 'round' && words.length === 4) return this.takeRound(words);
    const id = this.asked(words[0]);
    if (id === null) return false;
    if (verb === 'vforks' && words.length === 1) {
      if (this.output.vforks.includes(id) || this.output.rounds[id]) return false;
      this.output.vforks.push(id);
      return true;
    }
    if (verb !== 'lacks' || words.length !== 2) return false;
    const errno = number(words[1], 4095);
    if (errno === null || this.output.lacks[id] !== undefined || this.output.rounds[id]) return false;
    this.output.lacks[id] = errno;
    return true;
  }

  private takeRound([round, name, count, ns]: string[]): boolean {
    const id = this.asked(name);
    const [n, times, took] = [number(round, this.ask.rounds), number(count, COUNT_MAX), number(ns, NS_MAX)];
    if (id === null || n === null || times === null || took === null) return false;
    const known = this.output.rounds[id] ?? [];
    if (this.output.lacks[id] !== undefined || n !== known.length || n >= this.ask.rounds) return false;
    if (times < 1 || took < 1) return false;
    this.output.rounds[id] = [...known, took / times];
    this.output.claimedNs += took;
    return true;
  }

  private asked(word: string | undefined): OperationId | null {
    const id = operationIds.find((one) => one === word);
    return id !== undefined && this.ask.operations.includes(id) ? id : null;
  }
}

function number(word: string | undefined, most: number): number | null {
  if (word === undefined || !/^(0|[1-9]\d{0,15})$/.test(word)) return null;
  const value = Number(word);
  return value <= most ? value : null;
}

/** Why an operation can't be done somewhere, as a clause (errno(3)). */
export function lackText(errno: number): string {
  const why: Readonly<Record<number, string>> = {
    2: 'something that it needs is not there',
    8: 'its program is none that this kernel can run',
    12: 'there is not enough memory',
    13: 'it is not allowed',
    22: 'the kernel refuses it',
    38: 'the kernel doesn’t have it',
  };
  return why[errno] ?? `it fails with error ${errno}`;
}
