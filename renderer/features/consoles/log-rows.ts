import type { LogOfRun } from '@shared/consoles/logs.js';
import type { RunEnd } from '@shared/vms/run.js';

/** Between two runs, above the first and below the last that is over. */
export interface DividerRow {
  kind: 'divider';
  ended: { run: number; startedAt: string; end: RunEnd } | null;
  started: { run: number; startedAt: string; kernelVersion: string } | null;
}
/** A part of a log that is not kept. */
export interface GapRow {
  kind: 'gap';
  run: number;
  bytes: number;
}
/** A line of a run, counted from 1. */
export interface LineRow {
  kind: 'line';
  run: number;
  line: number;
}
/** What stands in one row of the log view. */
export type LogRow = DividerRow | GapRow | LineRow;

type Part = { first: number; count: number } & (
  DividerRow | GapRow | { kind: 'lines'; run: number; line: number }
);

/** Where everything of a console's log stands: rows of equal height, counted from 0, over all runs. */
export class LogRows {
  private readonly parts: Part[] = [];
  readonly count: number;

  constructor(runs: readonly LogOfRun[]) {
    let first = 0;
    const add = (
      part: DividerRow | GapRow | { kind: 'lines'; run: number; line: number },
      count = 1,
    ): void => {
      if (count > 0) this.parts.push({ ...part, first, count });
      first += count;
    };
    let ended: DividerRow['ended'] = null;
    for (const { run, startedAt, kernelVersion, end, bytes, stretches } of runs) {
      add({ kind: 'divider', ended, started: { run, startedAt, kernelVersion } });
      let position = 0;
      for (const stretch of stretches) {
        if (stretch.offset > position) add({ kind: 'gap', run, bytes: stretch.offset - position });
        add({ kind: 'lines', run, line: stretch.line }, stretch.lines);
        position = stretch.offset + stretch.bytes;
      }
      if (bytes > position) add({ kind: 'gap', run, bytes: bytes - position });
      ended = end && { run, startedAt, end };
    }
    if (ended) add({ kind: 'divider', ended, started: null });
    this.count = first;
  }

  /** What stands in a row; null behind the last. */
  at(row: number): LogRow | null {
    const part = this.lastBefore(({ first }) => first <= row);
    if (!part || row >= part.first + part.count) return null;
    return part.kind === 'lines' ? { kind: 'line', run: part.run, line: part.line + row - part.first } : part;
  }

  /** The row of a line, or of what stands in its place; null when its run is not there. */
  rowOf(run: number, line: number): number | null {
    let nearest: number | null = null;
    for (const part of this.parts) {
      if (part.kind !== 'lines' || part.run !== run) continue;
      if (line < part.line) return nearest ?? part.first;
      nearest = part.first + Math.min(part.count - 1, line - part.line);
    }
    return nearest ?? this.headOf(run);
  }

  /** The row above a run's first line. */
  headOf(run: number): number | null {
    const part = this.parts.find((one) => one.kind === 'divider' && one.started?.run === run);
    return part?.first ?? null;
  }

  private lastBefore(isSo: (part: Part) => boolean): Part | undefined {
    let [low, high] = [0, this.parts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const part = this.parts[middle];
      if (part && isSo(part)) low = middle + 1;
      else high = middle;
    }
    return this.parts[low - 1];
  }
}
