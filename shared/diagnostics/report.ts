import type { CheckResult } from './check.js';

/** What was found on a computer as plain text, to paste into a bug report. */
export function checksReport(checks: readonly CheckResult[], version: string): string {
  const lines = checks.flatMap(({ level, title, text, fixes }) => [
    `${levelWords[level]}  ${title}: ${text}`,
    ...fixes.map((fix) => `        ${fix.label}${fix.command === null ? '' : `: ${fix.command}`}`),
  ]);
  return [`Paddock ${version}`, ...lines, ''].join('\n');
}

/** The level of a check as a word of four letters, so that titles stand in a column. */
export const levelWords = { ok: 'ok  ', warn: 'warn', error: 'FAIL' } as const;
