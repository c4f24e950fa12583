import type { Outcome } from './test-node.js';

/** A line that says something about tests. */
export type KtapLine =
  | { kind: 'version' }
  | { kind: 'plan'; count: number; skipped: boolean; note: string }
  | { kind: 'subtest'; name: string }
  | { kind: 'result'; outcome: Outcome; number: number | null; name: string; note: string }
  | { kind: 'bail'; why: string };

/** Where it stands: spaces before it, and how often `# ` (kselftest puts it before what its programs say). */
export interface KtapPlace {
  indent: number;
  hashes: number;
}

/** No kernel has more tests; a plan is a number that somebody wrote. */
const PLAN_MAX = 1_000_000;

const directives: Readonly<Record<string, Outcome>> = {
  skip: 'skipped',
  todo: 'expected',
  xfail: 'expected',
  timeout: 'failed',
  error: 'broken',
};

/**
 * What a line says, by Documentation/dev-tools/ktap.rst, and as TAP 13 and 14, KUnit from 5.5 on and kselftest write it;
 * null for one that says nothing of tests.
 */
export function readKtapLine(text: string): (KtapLine & KtapPlace) | null {
  let at = 0;
  let indent = 0;
  for (let hashes = 0; ; hashes += 1) {
    // KUnit of 5.4 and 5.5 indents by tabs.
    for (; text[at] === ' ' || text[at] === '\t'; at += 1) indent += text[at] === ' ' ? 1 : 4;
    const line = readWords(text.slice(at).trimEnd());
    if (line) return { ...line, indent, hashes };
    // What is quoted may itself be indented, and quote.
    if (text[at] !== '#' || text[at + 1] !== ' ' || hashes > 8) return null;
    at += 2;
    indent += 2;
  }
}

function readWords(words: string): KtapLine | null {
  if (/^K?TAP version \d{1,3}$/i.test(words)) return { kind: 'version' };
  const plan = /^1\.\.(\d{1,9})(?:\s+# ?(skip)?\S*\s?(.*))?$/i.exec(words);
  if (plan)
    return {
      kind: 'plan',
      count: Math.min(Number(plan[1]), PLAN_MAX),
      skipped: plan[2] !== undefined,
      note: plan[3] ?? '',
    };
  const subtest = /^# Subtest:\s*(.*)$/.exec(words);
  if (subtest) return { kind: 'subtest', name: subtest[1] ?? '' };
  const bail = /^Bail out!\s*(.*)$/i.exec(words);
  if (bail) return { kind: 'bail', why: bail[1] ?? '' };
  // With its number, or as TAP allows it without one; `ok` alone begins many a sentence of a log.
  const result = /^(ok|not ok)(?: (\d{1,9})(?= |$)(?: -(?= |$))?| -(?= ))(.*)$/.exec(words);
  return result && readResult(result);
}

function readResult([, ok, number, rest = '']: RegExpExecArray): KtapLine {
  const split = /(?:^|\s)#(?=\s|\w)/.exec(rest);
  const name = (split ? rest.slice(0, split.index) : rest).trim();
  const behind = split ? rest.slice(split.index + split[0].length).trim() : '';
  const [, word = '', note = ''] = /^([A-Za-z]+)\b:?\s*(.*)$/.exec(behind) ?? [];
  const directive = Object.hasOwn(directives, word.toLowerCase())
    ? directives[word.toLowerCase()]
    : undefined;
  const said: Outcome = ok === 'ok' ? 'passed' : 'failed';
  // A directive that excuses a failure changes nothing about a test that passed, but for SKIP.
  const counts = directive === 'skipped' || said === 'failed' ? directive : undefined;
  const isKnown = directive !== undefined;
  return {
    kind: 'result',
    outcome: counts ?? said,
    number: number === undefined ? null : Number(number),
    name: name.replace(/\\#/g, '#'),
    note: isKnown && (counts === 'skipped' || counts === 'expected') ? note : behind,
  };
}
