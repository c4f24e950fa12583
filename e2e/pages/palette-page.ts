import { expect, type Locator, type Page } from '@playwright/test';

/** The command palette. */
export class PalettePage {
  readonly dialog: Locator;
  readonly field: Locator;
  readonly lines: Locator;
  /** The line that Enter does. */
  readonly current: Locator;

  constructor(private readonly page: Page) {
    this.dialog = page.getByRole('dialog', { name: 'Search machines and actions' });
    this.field = this.dialog.getByRole('combobox');
    this.lines = this.dialog.getByRole('option');
    this.current = this.dialog.locator('.pitem[data-highlighted]');
  }

  /** Opens it by its key, which works in a console, too. */
  async open(): Promise<void> {
    await this.page.keyboard.press('Control+Shift+K');
    await expect(this.field).toBeFocused();
  }

  /** The line of a title. */
  line(title: string | RegExp): Locator {
    return this.lines.filter({ hasText: title });
  }

  /** Types something, waits for the line to be the first choice, and does it. */
  async do(typed: string, title: string | RegExp): Promise<void> {
    await this.open();
    await this.page.keyboard.type(typed);
    await expect(this.current).toHaveText(title);
    await this.page.keyboard.press('Enter');
    await expect(this.dialog).toBeHidden();
  }

  /** Types a text and says how long a key took until its result was drawn, in ms. */
  async medianKeyMs(text: string): Promise<number> {
    // What was measured hangs on the field's element: the page has no globals of ours.
    await this.field.evaluate((field) => {
      const times: number[] = [];
      field.addEventListener(
        'keydown',
        (event) => {
          // The frame after the next has been drawn with what the key changed.
          requestAnimationFrame(() =>
            requestAnimationFrame(() => {
              times.push(performance.now() - event.timeStamp);
              field.setAttribute('data-times', times.join(' '));
            }),
          );
        },
        { capture: true },
      );
    });
    for (const [n, key] of Array.from(text).entries()) {
      await this.page.keyboard.press(key === ' ' ? 'Space' : key);
      await expect(this.field).toHaveAttribute('data-times', new RegExp(`^(\\S+ ){${n}}\\S+$`));
    }
    const times = ((await this.field.getAttribute('data-times')) ?? '').split(' ').map(Number);
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  }
}
