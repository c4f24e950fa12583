import { diffArrays, type ChangeObject } from 'diff';
import { withoutTime } from '@shared/consoles/without-time.js';
import type { RunComparison } from '@shared/vms/run.js';
import type { ConsoleLog } from '../consoles/console-log.js';
import { lineBlocks, linesOf, logChunks } from '../consoles/log-lines.js';

/** Of each log so many lines are compared, from its beginning: a boot has some hundreds. */
const LINES_MAX = 20_000;
/** A line is compared and shown up to here. */
const LINE_CHARACTERS_MAX = 500;
/** Logs that differ in more lines than this have little to do with each other; memory grows with its square. */
const EDITS_MAX = 1500;
const TIME_LIMIT_MS = 10_000;
/** So many equal lines are shown around a difference. */
const CONTEXT = 3;
/** And so many lines in all. */
const SHOWN_MAX = 5000;

type Lines = RunComparison['lines'];

/** Two logs line by line, the kernel's times and escape sequences taken off. */
export async function compareLogs(
  a: ConsoleLog | null,
  b: ConsoleLog | null,
): Promise<Pick<RunComparison, 'lines' | 'truncated'>> {
  const [inA, inB] = [await comparableLines(a), await comparableLines(b)];
  const lines = withoutEqualStretches(await differences(inA.lines, inB.lines));
  return {
    lines: lines.slice(0, SHOWN_MAX),
    truncated: inA.isCut || inB.isCut || lines.length > SHOWN_MAX,
  };
}

async function comparableLines(log: ConsoleLog | null): Promise<{ lines: string[]; isCut: boolean }> {
  const lines: string[] = [];
  if (log === null) return { lines, isCut: false };
  for await (const block of lineBlocks(logChunks(log))) {
    for (const { bytes } of linesOf(block)) {
      if (lines.length === LINES_MAX) return { lines, isCut: true };
      lines.push(withoutTime(bytes.toString()).slice(0, LINE_CHARACTERS_MAX));
    }
  }
  return { lines, isCut: false };
}

async function differences(a: string[], b: string[]): Promise<Lines> {
  const changes = await new Promise<ChangeObject<string[]>[] | undefined>((resolve) => {
    // With a callback it goes back to the event loop after every step.
    diffArrays(a, b, { maxEditLength: EDITS_MAX, timeout: TIME_LIMIT_MS, callback: resolve });
  });
  if (changes === undefined) return betweenEqualEnds(a, b);
  return changes.flatMap(({ value, added, removed }) =>
    value.map((text) => ({
      side: added ? ('b' as const) : removed ? ('a' as const) : ('both' as const),
      text,
    })),
  );
}

/** The coarsest comparison there is, and still a true one: everything between a like beginning and a like end differs. */
function betweenEqualEnds(a: string[], b: string[]): Lines {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const on = (side: 'a' | 'b' | 'both', lines: string[]): Lines => lines.map((text) => ({ side, text }));
  return [
    ...on('both', a.slice(0, start)),
    ...on('a', a.slice(start, a.length - end)),
    ...on('b', b.slice(start, b.length - end)),
    ...on('both', a.slice(a.length - end)),
  ];
}

function withoutEqualStretches(lines: Lines): Lines {
  const near = new Set<number>();
  for (const [n, { side }] of lines.entries()) {
    if (side !== 'both') for (let other = n - CONTEXT; other <= n + CONTEXT; other += 1) near.add(other);
  }
  const shown: Lines = [];
  for (let n = 0; n < lines.length;) {
    const from = n;
    while (n < lines.length && !near.has(n)) n += 1;
    if (n > from)
      shown.push({ side: 'gap', text: n - from === 1 ? '1 equal line' : `${n - from} equal lines` });
    const line = lines[n];
    if (line) shown.push(line);
    n += 1;
  }
  return shown;
}
