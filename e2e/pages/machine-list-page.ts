import { expect, type Locator, type Page } from '@playwright/test';

/** The list of machines at the left. */
export class MachineListPage {
  readonly list: Locator;
  readonly filter: Locator;
  readonly rows: Locator;

  constructor(private readonly page: Page) {
    this.list = page.getByRole('tree', { name: 'Machines' });
    this.filter = page.getByRole('textbox', { name: 'Filter machines' });
    this.rows = this.list.locator('.mrow:not(.stranger)');
  }

  /** The row of a machine. */
  row(name: string): Locator {
    return this.list.getByRole('treeitem', { name, exact: true });
  }

  /** The head of a group. */
  group(title: string): Locator {
    return this.list.getByRole('treeitem', { name: new RegExp(`^${title} \\d`) });
  }

  /** Names of the machines that are drawn, from the top. */
  async names(): Promise<string[]> {
    return this.rows.locator('.name').allInnerTexts();
  }

  /** Names of the picked ones. */
  async picked(): Promise<string[]> {
    return this.list.locator('.mrow[aria-selected=true] .name').allInnerTexts();
  }

  /** Selects a machine with the pointer. */
  async selectMachine(name: string): Promise<void> {
    await this.row(name).click();
    await expect(this.row(name)).toHaveAttribute('aria-selected', 'true');
  }

  /** Puts the machines in another order. */
  async sortBy(order: 'Name' | 'State' | 'Newest first' | 'CPU use'): Promise<void> {
    await this.page.getByRole('button', { name: 'Sort and pick' }).click();
    await this.page.getByRole('menuitemradio', { name: order }).click();
  }

  /** From here on a click, or Space, picks. */
  async startPicking(): Promise<void> {
    await this.page.getByRole('button', { name: 'Sort and pick' }).click();
    await this.page.getByRole('menuitemcheckbox', { name: 'Pick several' }).click();
    await this.page.keyboard.press('Escape');
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
