import type { Locator, Page } from '@playwright/test';

/** The Runs tab of the selected machine. */
export class RunsPage {
  readonly runs: Locator;
  readonly search: Locator;
  readonly hits: Locator;
  /** The chosen run, or two of them compared. */
  readonly detail: Locator;

  constructor(private readonly page: Page) {
    const panel = page.getByRole('tabpanel');
    this.runs = panel.getByRole('listbox', { name: 'Runs' }).getByRole('option');
    this.search = panel.getByRole('textbox', { name: 'Search all runs' });
    this.hits = panel.locator('.hitrow');
    this.detail = panel.locator('.rundetail');
  }

  /** A button of the chosen run. */
  button(name: string | RegExp): Locator {
    return this.detail.getByRole('button', { name });
  }

  /** Chooses a run by its number. */
  async choose(number: number): Promise<void> {
    await this.runs.filter({ has: this.page.getByText(String(number), { exact: true }) }).click();
  }

  /** Puts the chosen run beside another one. */
  async compareWith(number: number): Promise<void> {
    await this.button(/^Compare with/).click();
    await this.page.getByRole('menuitem', { name: `Run ${number}`, exact: true }).click();
  }
}
