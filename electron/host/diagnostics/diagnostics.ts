import { setTimeout as delay } from 'node:timers/promises';
import type { CheckFix, CheckResult } from '@shared/diagnostics/check.js';
import { failure } from '@shared/errors/paddock-error.js';
import { log } from '../platform/log.js';
import type { StateStore } from '../state-store.js';

/** A look takes milliseconds; a folder on a server that is gone takes for ever. */
const CHECK_LIMIT_MS = 10_000;

/** What a check found. */
export type Finding = Pick<CheckResult, 'level' | 'text' | 'fixes'>;

/** One look at this computer, one file each. */
export interface Check {
  id: string;
  /** Two words: "UML kernel". */
  title: string;
  /** False where it means nothing on this computer, or to this user: then it isn't listed. */
  applies(): boolean;
  check(): Promise<Finding>;
  /** What Paddock does itself, by the id of the fix that `check` offers. Throws Failure. */
  fixes: Readonly<Record<string, () => Promise<void>>>;
}

/** Runs all checks and keeps their answers in the state. */
export class Diagnostics {
  constructor(
    private readonly store: StateStore,
    private readonly checks: readonly Check[],
    private readonly before: () => Promise<void>,
  ) {}

  /** Looks at everything now, all at once; the answers come in the order of the list. */
  async run(): Promise<CheckResult[]> {
    await this.before();
    const listed = this.checks.filter((check) => check.applies());
    const results = await Promise.all(listed.map((check) => answerOf(check)));
    for (const value of results) this.store.change({ collection: 'checks', id: value.id, value });
    for (const id of Object.keys(this.store.state.checks))
      if (!listed.some((check) => check.id === id))
        this.store.change({ collection: 'checks', id, value: null });
    return results;
  }

  /** Carries out a runnable fix, and looks again. Throws Failure. */
  async fix(checkId: string, fixId: string): Promise<CheckResult[]> {
    const deeds = this.checks.find(({ id }) => id === checkId)?.fixes ?? {};
    const deed = Object.hasOwn(deeds, fixId) ? deeds[fixId] : undefined;
    const offered = Object.values(this.store.state.checks)
      .find(({ id }) => id === checkId)
      ?.fixes.find(({ id }) => id === fixId);
    if (!deed || !offered?.runnable) throw failure('fix-unknown', { check: checkId, fix: fixId });
    await deed();
    return this.run();
  }
}

/** A fix that is a command for the user, under what it does; none for null. */
export function byCommand(label: string, command: string | null, id = 'command'): CheckFix[] {
  return command === null ? [] : [{ id, label, command, runnable: false }];
}

async function answerOf(check: Check): Promise<CheckResult> {
  const { id, title } = check;
  const limit = new AbortController();
  try {
    const found = await Promise.race([check.check(), noAnswer(limit.signal)]);
    return { id, title, ...found };
  } catch (error) {
    log('error', 'check failed', { id, error: (error as Error).stack });
    const text = `could not be checked: ${(error as Error).message}`;
    return { id, title, level: 'warn', text, fixes: [] };
  } finally {
    limit.abort();
  }
}

async function noAnswer(signal: AbortSignal): Promise<never> {
  await delay(CHECK_LIMIT_MS, null, { signal });
  throw new Error(`no answer within ${CHECK_LIMIT_MS / 1000} s`);
}
