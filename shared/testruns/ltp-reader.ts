import { between, type Moment } from './ktap-reader.js';
import type { NodeMaker } from './node-maker.js';
import type { Outcome, Problem, TestNode } from './test-node.js';

/** A test program whose words are being heard. */
interface Program {
  name: string;
  /** runltp said that it begins, and will say that it ended. */
  isTagged: boolean;
  children: TestNode[];
  began: Moment;
  cursor: Moment;
  /** It printed its summary: whatever comes next is another one. */
  isSummed: boolean;
}

const words: Readonly<Record<string, Outcome>> = {
  PASS: 'passed',
  FAIL: 'failed',
  BROK: 'broken',
  CONF: 'skipped',
};
/** Bits of a test's exit code (include/tst_res_flags.h). */
const exitBits: readonly [number, Outcome][] = [
  [2, 'broken'],
  [1, 'failed'],
  [32, 'skipped'],
];
const summaryNames: Readonly<Record<string, Outcome>> = {
  passed: 'passed',
  failed: 'failed',
  broken: 'broken',
  skipped: 'skipped',
};
const PROBLEMS_MAX = 100;

/**
 * Reads what programs of the Linux Test Project print: `getpid01.c:40: TPASS: ...` of its present library, `getpid01  1
 * TPASS  :  ...` of the old one and of shell tests, the frame that runltp puts around each, and the table at its end.
 */
export class LtpReader {
  readonly tests: TestNode[] = [];
  readonly problems: Problem[] = [];
  private program: Program | null = null;
  private inSummary = false;

  constructor(private readonly make: NodeMaker) {}

  get hasBegun(): boolean {
    return this.tests.length > 0 || this.program !== null;
  }

  /** One line, without printk's prefix. */
  add(text: string, at: Moment): void {
    const line = text.trimEnd();
    if (this.readFrame(line, at) || this.readItem(line, at) || this.readSummary(line, at)) return;
    this.readTable(line, at);
  }

  /** What was understood so far. */
  soFar(at: Moment): TestNode[] {
    const { program } = this;
    if (!program) return [...this.tests];
    return [...this.tests, { ...this.nodeOf(program, at), outcome: 'running' }];
  }

  /** Nothing more comes. */
  end(at: Moment): void {
    const { program } = this;
    if (program) this.close(at, program.isTagged ? 'crashed' : null, null);
  }

  /** `<<<test_start>>>` and what follows it, to `<<<test_end>>>`. */
  private readFrame(line: string, at: Moment): boolean {
    const [, tag] = /^tag=(\S+) stime=\d+/.exec(line) ?? [];
    if (tag !== undefined) {
      this.end(at);
      this.open(tag, true, at);
      return true;
    }
    const [, seconds, how, id] =
      /^duration=(\d+) termination_type=(\w+) termination_id=(\d+)/.exec(line) ?? [];
    if (how === undefined || this.program?.isTagged !== true) return false;
    const code = Number(id);
    const outcome =
      how === 'exited' ? (exitBits.find(([bit]) => (code & bit) !== 0)?.[1] ?? 'passed') : 'crashed';
    this.close(at, outcome, Number(seconds) * 1000);
    return true;
  }

  private readItem(line: string, at: Moment): boolean {
    const [, place, word = '', said] =
      /^(\S+?):\d+: T(PASS|FAIL|BROK|CONF)\s*:\s*(.*)$/.exec(line) ??
      /^(\S+)\s+\d+\s+T(PASS|FAIL|BROK|CONF)\s*:\s*(.*)$/.exec(line) ??
      [];
    const outcome = words[word];
    if (place === undefined || outcome === undefined) return false;
    this.inSummary = false;
    // Its library speaks for the test that uses it.
    const isLibrary = /(^|\/)tst_|safe_macros|^lib\//.test(place);
    const name = isLibrary ? null : (/([^/]+?)(\.[a-z]+)?$/.exec(place)?.[1] ?? place);
    const isOther =
      this.program === null ||
      (!this.program.isTagged && (this.program.isSummed || (name !== null && name !== this.program.name)));
    if (isOther) {
      this.end(at);
      this.open(name ?? 'a test', false, at);
    }
    const { program } = this;
    if (!program) return true;
    const node = this.make.node({
      name: said === undefined || said === '' ? `T${word}` : said,
      outcome,
      note: '',
      tookMs: between(program.cursor, at),
      from: program.cursor.line,
      to: at.line + 1,
      planned: null,
      children: [],
    });
    if (node) program.children.push(node);
    program.cursor = { ...at, line: at.line + 1 };
    return true;
  }

  /** The five lines behind `Summary:`, which must be what was heard. */
  private readSummary(line: string, at: Moment): boolean {
    if (line === 'Summary:' && this.program) {
      this.inSummary = true;
      this.program.isSummed = true;
      return true;
    }
    const [, word = '', count] = /^(passed|failed|broken|skipped|warnings)\s+(\d+)$/.exec(line) ?? [];
    if (!this.inSummary || count === undefined) return false;
    const outcome = summaryNames[word];
    const heard = this.program?.children.filter((child) => child.outcome === outcome).length ?? 0;
    if (outcome !== undefined && heard !== Number(count))
      this.problem(at, `${this.program?.name ?? 'It'} counts ${count} ${word}, and ${heard} were heard`);
    if (word === 'warnings') this.inSummary = false;
    return true;
  }

  /** A line of runltp's table, of a test that was not heard itself. */
  private readTable(line: string, at: Moment): void {
    const [, name, word = '', code] = /^(\S+)\s{2,}(PASS|FAIL|BROK|CONF)\s{2,}(\d+)$/.exec(line) ?? [];
    const outcome = words[word];
    if (name === undefined || outcome === undefined) return;
    this.end(at);
    this.program = null;
    if (this.tests.some((test) => test.name === name)) return;
    const one = { name, outcome, note: code === '0' ? '' : `ended with ${code}`, tookMs: null };
    const node = this.make.node({ ...one, from: at.line, to: at.line + 1, planned: null, children: [] });
    if (node) this.tests.push(node);
  }

  private open(name: string, isTagged: boolean, at: Moment): void {
    this.program = { name, isTagged, children: [], began: at, cursor: at, isSummed: false };
    this.inSummary = false;
  }

  /** Its own word is the last one; without one it is as bad as the worst below it. */
  private close(at: Moment, outcome: Outcome | null, tookMs: number | null): void {
    const { program } = this;
    this.program = null;
    if (!program) return;
    const node = this.make.node(this.nodeOf(program, at));
    if (!node) return this.problem(at, 'There are more results than are kept');
    const took = tookMs === null ? {} : { tookMs };
    this.tests.push({ ...node, ...took, ...(outcome === null ? {} : { outcome }) });
  }

  private nodeOf({ name, children, began }: Program, at: Moment): TestNode {
    return {
      name,
      outcome: worst(children),
      note: '',
      tookMs: between(began, at),
      from: began.line,
      to: at.line + 1,
      planned: null,
      children,
    };
  }

  private problem({ line }: Moment, text: string): void {
    if (this.problems.length < PROBLEMS_MAX) this.problems.push({ line, text: text.slice(0, 600) });
  }
}

/** All skipped is skipped; else as bad as the worst. */
function worst(tests: readonly TestNode[]): Outcome {
  const order = ['crashed', 'broken', 'failed', 'passed', 'skipped'] as const;
  return order.find((outcome) => tests.some((test) => test.outcome === outcome)) ?? 'passed';
}
