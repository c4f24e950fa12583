import type { CheckResult } from '@shared/diagnostics/check.js';
import { log } from '../platform/log.js';
import type { StateStore } from '../state-store.js';

/** One look at this computer. */
export interface Check {
  id: string;
  title: string;
  look(): Promise<Omit<CheckResult, 'id' | 'title'>>;
}

/** Runs all checks and keeps their answers in the state. */
export class Diagnostics {
  constructor(
    private readonly store: StateStore,
    private readonly checks: readonly Check[],
    private readonly before: () => Promise<void>,
  ) {}

  /** Looks at everything now, in the order of the list. */
  async run(): Promise<CheckResult[]> {
    await this.before();
    const results = await Promise.all(this.checks.map((check) => result(check)));
    for (const value of results) this.store.change({ collection: 'checks', id: value.id, value });
    return results;
  }
}

async function result(check: Check): Promise<CheckResult> {
  const { id, title } = check;
  try {
    return { id, title, ...(await check.look()) };
  } catch (error) {
    log('error', 'check failed', { id, error: (error as Error).stack });
    return {
      id,
      title,
      level: 'warn',
      text: `could not be checked: ${(error as Error).message}`,
      fixCommand: null,
    };
  }
}
