import { expect, type Locator, type Page } from '@playwright/test';

/** The whole log of a console, in place of its terminal. */
export class LogPage {
  readonly box: Locator;
  readonly search: Locator;
  /** How many were found, and which one is shown. */
  readonly matches: Locator;
  /** The line that was gone to. */
  readonly goal: Locator;
  readonly dividers: Locator;

  constructor(private readonly page: Page) {
    const panel = page.locator('#console-panel');
    this.box = panel.getByRole('log', { name: /^Log of / });
    this.search = panel.getByRole('textbox', { name: 'Search the whole log' });
    this.matches = panel.getByRole('search', { name: 'Search the log' }).getByRole('status');
    this.goal = this.box.locator('[aria-current]');
    this.dividers = this.box.getByRole('separator');
  }

  /** Opens it by its key. */
  async open(): Promise<void> {
    await this.page.keyboard.press('Control+Shift+L');
    await expect(this.box).toBeVisible();
  }

  /** A button of its bar. */
  button(name: string | RegExp): Locator {
    return this.page.locator('#console-panel').getByRole('button', { name });
  }

  /** Chooses a place to jump to. */
  async jump(name: string | RegExp): Promise<void> {
    await this.button('Jump to').click();
    await this.page.getByRole('menuitem', { name }).click();
  }

  /** The lines in sight and a few around them. */
  async lines(): Promise<string[]> {
    return this.box.locator('.logtext').allInnerTexts();
  }
}
