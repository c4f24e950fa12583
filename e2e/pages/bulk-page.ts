import { expect, type Locator, type Page } from '@playwright/test';

/** What is done to several machines at once: the bar below the list, and the results. */
export class BulkPage {
  readonly bar: Locator;

  constructor(private readonly page: Page) {
    this.bar = page.getByRole('region', { name: 'Picked machines' });
  }

  /** A deed of the bar. */
  deed(name: 'Start' | 'Shut down' | 'Force off' | 'Delete…' | 'Group' | 'Tags'): Locator {
    return this.bar.getByRole('button', { name: new RegExp(`^${name}`) });
  }

  /** The results of something done, by its title. */
  results(title: string): Locator {
    return this.page.getByRole('region', { name: title, exact: true });
  }

  /** The result of one machine. */
  result(title: string, machine: string): Locator {
    return this.results(title).getByRole('listitem').filter({ hasText: machine });
  }

  /** Waits until the results say so. */
  async waitFor(title: string, says: string | RegExp, timeoutMs = 60_000): Promise<void> {
    await expect(this.results(title).locator('.bulksum')).toContainText(says, { timeout: timeoutMs });
  }
}
