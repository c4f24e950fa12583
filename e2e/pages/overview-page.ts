import type { Locator, Page } from '@playwright/test';

/** The Overview tab of the selected machine. */
export class OverviewPage {
  readonly events: Locator;
  readonly lastRuns: Locator;

  constructor(private readonly page: Page) {
    this.events = page.getByRole('list', { name: 'Events, newest first' }).getByRole('listitem');
    this.lastRuns = page.getByRole('region', { name: 'Last runs' }).getByRole('row');
  }

  /** What a graph says of itself, to who can't see it. */
  graph(title: 'CPU' | 'Memory' | 'Disk'): Locator {
    return this.page.getByRole('region', { name: title, exact: true }).getByRole('img');
  }

  /** The figure that matters most of a graph: 12 for "12 %". */
  async figure(title: 'CPU' | 'Memory' | 'Disk'): Promise<number> {
    const text = await this.page
      .getByRole('region', { name: title, exact: true })
      .locator('.big')
      .innerText();
    return parseFloat(text);
  }

  /** Chooses how far back the graphs go. */
  async show(range: '5 min' | '1 hour' | 'Day' | 'This run'): Promise<void> {
    await this.page.getByRole('group', { name: 'Time shown' }).getByRole('button', { name: range }).click();
  }
}
