import { compareConsoles, type ConsoleName } from '@shared/consoles/console-name.js';
import type { LogQuery } from '@shared/consoles/log-query.js';
import {
  SHOWN_CHARACTERS_MAX,
  type LogCursor,
  type LogForm,
  type LogHit,
  type LogMark,
  type LogOfRun,
  type ShownLine,
} from '@shared/consoles/logs.js';
import { plainText } from '@shared/consoles/plain-text.js';
import { failure } from '@shared/errors/paddock-error.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { ConsoleLog } from './console-log.js';
import type { TrackSegment } from './console-stream.js';
import type { ConsoleTrack } from './console-track.js';
import { lineMapOf, type StretchOfLines } from './line-map.js';
import { lineBlocks, linesOf, logChunks } from './log-lines.js';
import { saveLogs } from './log-save.js';
import { LineMatcher, searchBack } from './log-search.js';
import { TroubleScan } from './trouble-scan.js';

/** So long a call looks through logs before it answers with what it has; the client asks for more. */
const LOOK_MS = 600;

/** A machine, as far as its logs go. */
interface LoggedMachine {
  spec: { name: string };
  tracks: ReadonlyMap<ConsoleName, ConsoleTrack>;
}

/** What the consoles said, kept over all runs: read by line, searched, written as text. */
export class LogService {
  private readonly ended = new WeakMap<ConsoleLog, { keptBytes: number; stretches: StretchOfLines[] }>();
  private readonly scans = new WeakMap<ConsoleLog, TroubleScan>();

  constructor(private readonly machine: (id: VmId) => LoggedMachine) {}

  /** What there is of a console's log, the oldest run first. */
  async outline(id: VmId, console: ConsoleName): Promise<LogOfRun[]> {
    const runs: LogOfRun[] = [];
    for (const { run, log } of this.track(id, console).runs) {
      const stretches = (await this.stretches(log)).map(({ from, to, line, lines }) => ({
        offset: from,
        bytes: to - from,
        line: line + 1,
        lines,
      }));
      const { number, startedAt, kernelVersion, end } = run;
      runs.push({ run: number, startedAt, kernelVersion, end, bytes: log.length, stretches });
    }
    return runs;
  }

  /** Of a run that is over they don't change any more, unless a part was lost. */
  private async stretches(log: ConsoleLog): Promise<StretchOfLines[]> {
    const known = this.ended.get(log);
    if (known?.keptBytes === log.keptBytes) return known.stretches;
    const stretches = await lineMapOf(log).stretches();
    if (!log.isLive) this.ended.set(log, { keptBytes: log.keptBytes, stretches });
    return stretches;
  }

  /** Some lines of one run, from a line on. Those that are not kept are left out. */
  async lines(id: VmId, { console, run, from, count, escapes }: LinesWanted): Promise<ShownLine[]> {
    const { log } = this.segment(id, console, run);
    const map = lineMapOf(log);
    const lines: ShownLine[] = [];
    for (const stretch of await this.stretches(log)) {
      if (stretch.line + stretch.lines < from) continue;
      const first = Math.max(from - 1, stretch.line);
      const start = await map.offsetOf(first, stretch);
      if (start >= stretch.to) continue;
      for await (const block of lineBlocks(logChunks(log, start, stretch.to))) {
        for (const { offset, line, bytes } of linesOf(block)) {
          if (lines.length === count) return lines;
          const said = bytes.toString();
          const whole = escapes ? said.replace(/\r$/, '') : plainText(said);
          const text = whole.slice(0, SHOWN_CHARACTERS_MAX);
          lines.push({
            line: first + line,
            offset,
            text,
            isCut: text.length < whole.length,
            at: map.timeAt(offset),
          });
        }
      }
    }
    return lines;
  }

  /** When the bytes of a run from an offset on came, as places from which on a time counts. */
  async times(
    id: VmId,
    console: ConsoleName,
    run: number,
    from: number,
    max: number,
  ): Promise<{ offset: number; at: number | null }[]> {
    const entries = await lineMapOf(this.segment(id, console, run).log).timesFrom(from, max);
    return entries.map(({ offset, at }) => ({ offset, at }));
  }

  /**
   * Finds what is older than `cursor`, newest first, in one console or all and in one run or all. Answers when it has
   * `limit` or has looked for a while; `next` says where to go on, null that there is no more.
   */
  async search(
    id: VmId,
    { console, run, query, cursor, limit }: SearchWanted,
  ): Promise<{ hits: LogHit[]; next: LogCursor | null }> {
    const matcher = new LineMatcher(query);
    const until = performance.now() + LOOK_MS;
    const hits: LogHit[] = [];
    for (const place of this.places(id, console, run)) {
      const side = cursor ? comparePlaces(place, cursor) : 1;
      if (side < 0) continue;
      const found = { run: place.run, console: place.console };
      const before = side === 0 && cursor ? cursor.before : Infinity;
      for await (const searched of searchBack(place.log, lineMapOf(place.log), matcher, before)) {
        for (const hit of searched.hits) {
          hits.push({ ...found, ...hit });
          if (hits.length === limit) return { hits, next: { ...found, before: hit.offset } };
        }
        if (performance.now() > until) return { hits, next: { ...found, before: searched.from } };
      }
    }
    return { hits, next: null };
  }

  /** The first error and the panics of each run, the oldest first; not complete while there is more to look through. */
  async marks(
    id: VmId,
    console: ConsoleName | null,
    run: number | null,
  ): Promise<{ marks: LogMark[]; isComplete: boolean }> {
    const until = performance.now() + LOOK_MS;
    const marks: LogMark[] = [];
    let isComplete = true;
    // The newest first: it is the one that is asked about.
    for (const place of this.places(id, console, run)) {
      const scan = this.scans.get(place.log) ?? new TroubleScan(place.log, lineMapOf(place.log));
      this.scans.set(place.log, scan);
      if (performance.now() < until) isComplete = (await scan.goOn(until)) && isComplete;
      else isComplete = false;
      for (const trouble of scan.found.toReversed())
        marks.push({ run: place.run, console: place.console, ...trouble });
    }
    return { marks: marks.toReversed(), isComplete };
  }

  /** Writes what a console said in a run, or in all for null, as text into a new file. */
  async save(
    id: VmId,
    console: ConsoleName,
    run: number | null,
    form: LogForm,
    path: string,
  ): Promise<{ path: string; bytes: number }> {
    const runs = run === null ? this.track(id, console).runs : [this.segment(id, console, run)];
    return saveLogs(path, runs, form);
  }

  /** The newest run first, and con0 first in each. */
  private places(id: VmId, console: ConsoleName | null, run: number | null): LogPlace[] {
    const { tracks } = this.machine(id);
    const names = console === null ? [...tracks.keys()] : [console];
    if (console !== null) this.track(id, console);
    if (console !== null && run !== null) this.segment(id, console, run);
    return names
      .flatMap((name) =>
        (tracks.get(name)?.runs ?? []).map((segment) => ({
          run: segment.run.number,
          console: name,
          log: segment.log,
        })),
      )
      .filter((place) => run === null || place.run === run)
      .sort(comparePlaces);
  }

  private track(id: VmId, console: ConsoleName): ConsoleTrack {
    const { spec, tracks } = this.machine(id);
    const track = tracks.get(console);
    if (!track) throw failure('console-unknown', { name: spec.name, console });
    return track;
  }

  private segment(id: VmId, console: ConsoleName, run: number): TrackSegment {
    const segment = this.track(id, console).runs.find((other) => other.run.number === run);
    if (!segment) throw failure('run-unknown', { name: this.machine(id).spec.name, run });
    return segment;
  }
}

interface LinesWanted {
  console: ConsoleName;
  run: number;
  /** Counted from 1. */
  from: number;
  count: number;
  escapes: boolean;
}

interface SearchWanted {
  console: ConsoleName | null;
  run: number | null;
  query: LogQuery;
  cursor: LogCursor | null;
  limit: number;
}

interface LogPlace {
  run: number;
  console: ConsoleName;
  log: ConsoleLog;
}

/** In the order in which logs are looked through. */
function comparePlaces(a: Omit<LogPlace, 'log'>, b: Omit<LogPlace, 'log'>): number {
  return b.run - a.run || compareConsoles(a.console, b.console);
}
