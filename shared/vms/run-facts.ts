import { formatBytes, formatDuration } from '../amounts.js';
import { stopReasonText } from '../diagnostics/stop-reason-text.js';
import type { RunComparison, RunSummary } from './run.js';

/** What can be said of a run in a few words, in the order of a page. */
export function runFacts(run: RunSummary): { what: string; text: string }[] {
  const since = (to: string): string => formatDuration(Date.parse(to) - Date.parse(run.startedAt));
  return [
    { what: 'Started', text: run.startedAt },
    { what: 'Kernel', text: run.kernelVersion },
    { what: 'Ran for', text: run.end ? since(run.end.at) : 'still running' },
    { what: 'Login prompt after', text: run.loginAt === null ? 'never' : since(run.loginAt) },
    { what: 'Reboots in place', text: String(run.reboots) },
    { what: 'Messages', text: String(run.messages) },
    { what: 'Ended', text: run.end ? stopReasonText(run.end.reason).short : 'not yet' },
    { what: 'Console output', text: formatBytes(run.logBytes) },
  ];
}

/** The facts of two runs beside each other; of the command line only the words that differ. */
export function compareRunFacts(a: RunSummary, b: RunSummary): RunComparison['facts'] {
  const other = runFacts(b);
  const facts = runFacts(a).map(({ what, text }, n) => ({ what, a: text, b: other[n]?.text ?? '' }));
  return [...facts, ...differingWords(a.argv, b.argv)].map((fact) => ({ ...fact, same: fact.a === fact.b }));
}

/** Words of the same key, `mem=64M` and `mem=128M`, belong together. */
function differingWords(
  a: readonly string[],
  b: readonly string[],
): { what: string; a: string; b: string }[] {
  const [inA, inB] = [byKey(a), byKey(b)];
  const differing = [...new Set([...inA.keys(), ...inB.keys()])].filter(
    (key) => inA.get(key) !== inB.get(key),
  );
  if (differing.length === 0) return [{ what: 'Command line', a: 'as the other', b: 'as the other' }];
  return differing.map((key) => ({
    what: `Argument ${key}`,
    a: inA.get(key) ?? 'not given',
    b: inB.get(key) ?? 'not given',
  }));
}

function byKey(argv: readonly string[]): Map<string, string> {
  const words = new Map<string, string>();
  for (const [n, word] of argv.entries()) {
    const key = n === 0 ? 'kernel program' : (word.split('=')[0] ?? word);
    words.set(key, words.has(key) ? `${words.get(key) ?? ''} ${word}` : word);
  }
  return words;
}
