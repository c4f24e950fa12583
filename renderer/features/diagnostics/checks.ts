import type { CheckResult } from '@shared/diagnostics/check.js';

const rank = { error: 0, warn: 1, ok: 2 } as const;

/** Checks with the worst first; equal ones stay in the host's order. */
export function worstFirst(checks: Readonly<Record<string, CheckResult>>): CheckResult[] {
  return Object.values(checks).sort((a, b) => rank[a.level] - rank[b.level]);
}

/** The checks in a sentence each: headline and what is behind it. */
export function checksSummary(checks: readonly CheckResult[]): { headline: string; text: string } {
  const count = (level: CheckResult['level']): number =>
    checks.filter((check) => check.level === level).length;
  if (checks.length === 0)
    return { headline: 'User Mode Linux on this computer', text: 'Looking at it now.' };
  const errors = count('error');
  const warnings = count('warn');
  const passed = `${capital(number(count('ok')))} ${count('ok') === 1 ? 'check' : 'checks'} passed`;
  if (errors > 0) {
    const first = checks.find((check) => check.level === 'error');
    return {
      headline:
        errors === 1 && first
          ? `One thing is missing: ${first.title}`
          : `${capital(number(errors))} things are missing for User Mode Linux`,
      text: `${passed}. What is missing is listed below, each with the command that mends it.`,
    };
  }
  return {
    headline: 'This computer is ready for User Mode Linux',
    text:
      warnings === 0
        ? `${passed}.`
        : `${passed}, ${number(warnings)} ${warnings === 1 ? 'is' : 'are'} worth a look, with the command or the button that mends it.`,
  };
}

const words = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

function number(count: number): string {
  return words[count] ?? String(count);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
