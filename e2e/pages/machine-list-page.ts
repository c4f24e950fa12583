import { expect, type Locator, type Page } from '@playwright/test';

/** The list of machines at the left. */
export class MachineListPage {
  readonly list: Locator;
  readonly filter: Locator;
  readonly rows: Locator;

  constructor(private readonly page: Page) {
    this.list = page.getByRole('listbox', { name: 'Machines' });
    this.filter = page.getByRole('textbox', { name: 'Filter machines' });
    this.rows = this.list.getByRole('option');
  }

  /** The row of a machine. */
  row(name: string): Locator {
    return this.list.getByRole('option', { name, exact: true });
  }

  /** Selects a machine with the pointer. */
  async selectMachine(name: string): Promise<void> {
    await this.row(name).click();
    await expect(this.row(name)).toHaveAttribute('aria-selected', 'true');
  }

  /** Waits until the row's shape says the state, in words. */
  async waitForState(name: string, state: string, timeoutMs = 20_000): Promise<void> {
    await expect(this.row(name).getByRole('img', { name: state, includeHidden: true })).toBeAttached({
      timeout: timeoutMs,
    });
  }

  /** Leaves a console by its chord and lands on the list. */
  async focusByKey(): Promise<void> {
    await this.page.keyboard.press('Control+Shift+M');
    await expect(this.list).toBeFocused();
  }
}
