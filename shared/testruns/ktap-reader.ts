import { readKtapLine, type KtapLine, type KtapPlace } from './ktap-line.js';
import { NodeMaker } from './node-maker.js';
import { DEPTH_MAX, isBad, type Problem, type Results, type TestNode } from './test-node.js';

/** When something was said; `ms` is null when nobody knows. */
export interface Moment {
  line: number;
  ms: number | null;
}

/** How long it is from one moment to another. */
export function between(from: Moment, to: Moment): number | null {
  return from.ms === null || to.ms === null ? null : Math.max(0, to.ms - from.ms);
}

/** A suite whose own result wasn't heard yet. */
interface Group {
  indent: number;
  hashes: number;
  name: string | null;
  planned: number | null;
  heard: number;
  children: TestNode[];
  /** Behind its last event: where the next test's lines begin. */
  cursor: Moment;
  /** Who spoke last in it, as `# name: `: that is who was under way when all ended. */
  speaker: string | null;
}

const PROBLEMS_MAX = 100;
const crash =
  /(Kernel panic - not syncing: .*|Oops: .*|BUG: .*|general protection fault.*|Segmentation fault.*)$/;

/**
 * Reads KTAP line by line, with all that a console says in between. Never trusts it: what is nested too deep, numbered
 * wrongly or never ends becomes a problem that is told, not an endless loop or a full memory.
 */
export class KtapReader {
  private readonly root: Group = newGroup({ indent: 0, hashes: 0 }, start);
  private stack: Group[] = [this.root];
  private readonly problems: Problem[] = [];
  private panic: string | null = null;
  private hasGivenUp = false;
  /** KTAP began: what was before is a boot. */
  hasBegun = false;

  constructor(private readonly make: NodeMaker) {}

  /** One line, without printk's prefix. */
  add(text: string, at: Moment): void {
    const line = readKtapLine(text);
    if (!line) return this.hear(text);
    if (!this.hasBegun) {
      if (line.kind !== 'version' && !(line.kind === 'plan' && line.indent === 0)) return;
      this.hasBegun = true;
      this.root.indent = line.indent;
      this.root.hashes = line.hashes;
    }
    const top = this.root.indent;
    const place = { indent: Math.max(line.indent, top), hashes: line.hashes };
    // What a program of kselftest says counts once it has begun with a version; before, `# ok 1` is a remark.
    if (line.hashes > this.root.hashes && line.kind !== 'version' && !this.isOpen(place))
      return this.hear(text);
    this.read(line, place, at);
  }

  /** What was understood so far; who is under way is `running`. */
  results(at: Moment): Results {
    const open = this.stack.slice(1).reduceRight<TestNode | null>((below, group) => {
      const node = this.make.node({
        name: group.name ?? '…',
        outcome: 'running',
        note: '',
        tookMs: null,
        from: group.cursor.line,
        to: at.line,
        planned: group.planned,
        children: below === null ? group.children : [...group.children, below],
      });
      return node;
    }, null);
    const { children, planned } = this.root;
    return {
      tests: open === null ? [...children] : [...children, open],
      planned,
      problems: [...this.problems],
    };
  }

  /** Nothing more comes. */
  end(at: Moment): void {
    if (!this.hasBegun) return;
    if (!this.closeCrashed(at, 1, () => true)) this.endUnderWay(this.root, at);
    this.checkPlan(this.root, at);
  }

  private read(line: KtapLine, place: KtapPlace, at: Moment): void {
    switch (line.kind) {
      case 'version':
        return this.begin(place, null, at);
      case 'subtest':
        return this.subtest(line.name, place, at);
      case 'plan':
        return this.plan(line, place, at);
      case 'result':
        return this.result(line, place, at);
      case 'bail':
        this.hasGivenUp = true;
        return this.problem(at, `It gave up: ${line.why === '' ? 'it didn’t say why' : line.why}`);
    }
  }

  /** A document at the top, or the tests of the next suite below it. */
  private begin(place: KtapPlace, name: string | null, at: Moment): void {
    if (place.indent <= this.root.indent) {
      // Another one behind the first: what that didn't end, it never will.
      this.closeCrashed(at, 1, () => true);
      this.root.cursor = next(at);
      return;
    }
    this.closeCrashed(at, 1, () => this.top.indent >= place.indent);
    if (this.stack.length > DEPTH_MAX) return this.problem(at, 'Tests are nested too deep');
    this.stack.push({ ...newGroup(place, next(at)), name });
  }

  private subtest(name: string, place: KtapPlace, at: Moment): void {
    if (place.indent <= this.root.indent) return;
    const { top } = this;
    const isItsHead =
      top.indent === place.indent && top.name === null && top.planned === null && top.children.length === 0;
    if (isItsHead && this.stack.length > 1) top.name = name;
    else this.begin(place, name, at);
  }

  private plan(
    { count, skipped, note }: Extract<KtapLine, { kind: 'plan' }>,
    place: KtapPlace,
    at: Moment,
  ): void {
    this.closeCrashed(at, 1, () => this.top.indent > place.indent);
    if (this.top.indent < place.indent) this.begin(place, null, at);
    const { top } = this;
    if (top.planned !== null && top !== this.root) this.problem(at, `A second plan, of ${count}, is no plan`);
    // Several documents make one whole.
    else top.planned = (top.planned ?? 0) + count;
    if (count === 0 && skipped) this.problem(at, `All was skipped: ${note}`);
    top.cursor = next(at);
  }

  private result(line: Extract<KtapLine, { kind: 'result' }>, place: KtapPlace, at: Moment): void {
    this.closeCrashed(at, 2, () => (this.stack.at(-2)?.indent ?? 0) > place.indent);
    const below = this.stack.length > 1 && this.top.indent > place.indent ? this.stack.pop() : undefined;
    if (below) this.checkPlan(below, at);
    if (this.top.indent < place.indent) this.begin(place, null, at);
    const { top } = this;
    top.heard += 1;
    const isRenumbered = top === this.root && line.number === 1;
    if (line.number !== null && line.number !== top.heard && !isRenumbered && top !== this.root)
      this.problem(at, `Result ${line.number} came where ${top.heard} was to come`);
    const name = line.name === '' ? (below?.name ?? `test ${line.number ?? top.heard}`) : line.name;
    let { outcome } = line;
    if (outcome === 'passed' && below?.children.some((child) => isBad(child.outcome))) {
      this.problem(at, `${name} says that it passed, and something below it did not`);
      outcome = 'failed';
    }
    this.give(top, at, {
      name,
      outcome,
      note: line.note,
      // Programs of kselftest plan results that they then tell in other words (kcmp, 6.1): their runner knows better.
      planned:
        below === undefined || (outcome === 'passed' && below.hashes > top.hashes) ? null : below.planned,
      children: below?.children ?? [],
    });
  }

  private hear(text: string): void {
    if (!this.hasBegun) return;
    this.panic ??= crash.exec(text)?.[1] ?? null;
    const speaker = /^\s*# ([\w.-]{1,200}): /.exec(text)?.[1];
    if (speaker !== undefined) this.top.speaker = speaker;
  }

  /** Innermost suites get no result any more, as long as that is so of them; false when there was none. */
  private closeCrashed(at: Moment, keep: number, isSo: () => boolean): boolean {
    let closed = false;
    while (this.stack.length > keep && isSo()) {
      const group = this.stack.pop();
      if (!group) break;
      // In the innermost one it ended; those around it only wait.
      if (!closed) this.endUnderWay(group, at);
      closed = true;
      this.checkPlan(group, at);
      const name = group.name ?? 'a suite without a name';
      this.problem(at, `${name} ended without a result`);
      this.give(this.top, at, {
        name,
        outcome: 'crashed',
        note: this.panic ?? '',
        planned: group.planned,
        children: group.children,
      });
    }
    return closed;
  }

  /** Whoever was to come next is who it ended in. */
  private endUnderWay(group: Group, at: Moment): void {
    const hasAll = group.planned === null || group.children.length >= group.planned;
    if (hasAll || this.hasGivenUp) return;
    const name = group.speaker !== group.name ? group.speaker : null;
    this.give(group, at, {
      name: name ?? `test ${group.children.length + 1}`,
      outcome: 'crashed',
      note: this.panic ?? '',
      planned: null,
      children: [],
    });
  }

  private checkPlan({ planned, children, name }: Group, at: Moment): void {
    if (planned === null || planned === children.length) return;
    const whose = name === null ? '' : `${name}: `;
    this.problem(at, `${whose}${planned} were announced, ${children.length} came`);
  }

  private give(
    group: Group,
    at: Moment,
    said: Pick<TestNode, 'name' | 'outcome' | 'note' | 'planned' | 'children'>,
  ): void {
    const { cursor } = group;
    const node = this.make.node({
      ...said,
      tookMs: between(cursor, at),
      from: Math.min(cursor.line, at.line),
      to: at.line + 1,
    });
    if (node) group.children.push(node);
    else this.problem(at, 'There are more results than are kept');
    group.cursor = next(at);
    group.speaker = null;
  }

  private problem({ line }: Moment, text: string): void {
    if (this.problems.length < PROBLEMS_MAX) this.problems.push({ line, text: text.slice(0, 600) });
    else if (this.problems.length === PROBLEMS_MAX) this.problems.push({ line, text: 'And more' });
  }

  private isOpen({ indent, hashes }: KtapPlace): boolean {
    return this.stack.some((group) => group.hashes === hashes && group.indent <= indent);
  }

  private get top(): Group {
    return this.stack.at(-1) ?? this.root;
  }
}

const start: Moment = { line: 0, ms: null };

function newGroup({ indent, hashes }: KtapPlace, cursor: Moment): Group {
  return { indent, hashes, name: null, planned: null, heard: 0, children: [], cursor, speaker: null };
}

function next(at: Moment): Moment {
  return { ...at, line: at.line + 1 };
}
