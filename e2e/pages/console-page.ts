import { expect, type Locator, type Page } from '@playwright/test';

/** The consoles of the selected machine. */
export class ConsolePage {
  /** The rows of the terminal that is shown (DOM renderer). */
  readonly rows: Locator;
  readonly screen: Locator;
  readonly keyboard: Locator;
  readonly dividers: Locator;
  readonly findField: Locator;
  readonly pasteDialog: Locator;

  constructor(private readonly page: Page) {
    const panel = page.locator('#console-panel');
    this.rows = panel.locator('.xterm-rows');
    this.screen = panel.locator('.xterm-screen');
    this.keyboard = panel.locator('.xterm-helper-textarea');
    this.dividers = panel.getByRole('separator');
    this.findField = panel.getByRole('textbox', { name: 'Find in console' });
    this.pasteDialog = page.getByRole('dialog', { name: /^Paste \d+ lines/ });
  }

  /** The tab of a console. */
  tab(number: number): Locator {
    return this.page.getByRole('tab', { name: new RegExp(`^con${number}\\b`) });
  }

  /** Shows a console and gives it the keyboard. */
  async consoleTab(number: number): Promise<void> {
    await this.tab(number).click();
    await expect(this.tab(number)).toHaveAttribute('aria-selected', 'true');
    await expect(this.rows).toBeVisible();
    await this.focus();
  }

  /** Gives the terminal the keyboard. */
  async focus(): Promise<void> {
    await this.screen.click();
    await expect(this.keyboard).toBeFocused();
  }

  /** What is on the screen of the terminal, a line for each row. */
  async terminalText(): Promise<string> {
    const rows = await this.rows.locator('> div').allInnerTexts();
    return rows.map((row) => row.replaceAll('\u00a0', ' ').trimEnd()).join('\n');
  }

  /** Waits until the screen has it; the error shows the screen. */
  async waitForText(pattern: RegExp, timeoutMs = 20_000): Promise<void> {
    await expect.poll(() => this.terminalText(), { timeout: timeoutMs }).toMatch(pattern);
  }

  /** Types as a person does; \n is Enter. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** Logs in as root, who has no password. */
  async logIn(): Promise<void> {
    await this.waitForText(/login: *$/m);
    await this.focus();
    await this.type('root\n');
    await this.waitForText(/# *$/m);
  }

  /** Rows and columns as the guest sees them, by `stty size`. */
  async guestSize(mark: string): Promise<{ rows: number; cols: number }> {
    await this.type(`echo ${mark}-$(stty size | tr ' ' x)-\n`);
    const pattern = new RegExp(`${mark}-(\\d+)x(\\d+)-`);
    await this.waitForText(pattern);
    const [, rows, cols] = pattern.exec(await this.terminalText()) ?? [];
    return { rows: Number(rows), cols: Number(cols) };
  }

  /** Scrolls back until a run divider is on the screen: those outside it are not in the page. */
  async scrollToDivider(pattern: RegExp): Promise<void> {
    const divider = this.dividers.filter({ hasText: pattern });
    await this.screen.hover();
    await expect(async () => {
      await this.page.mouse.wheel(0, -400);
      await expect(divider.first()).toBeVisible({ timeout: 200 });
    }).toPass({ timeout: 20_000, intervals: [50] });
  }

  /** Double clicks a word on the screen, which selects it. */
  async doubleClick(word: string): Promise<void> {
    // By place: the rows themselves take no pointer, the screen over them does.
    const box = await this.rows.getByText(word, { exact: true }).last().boundingBox();
    if (!box) throw new Error(`${word} is not on the screen`);
    await this.page.mouse.dblclick(box.x + 10, box.y + box.height / 2);
  }

  /** Opens the find bar by its chord and looks for text. */
  async find(text: string): Promise<void> {
    await this.page.keyboard.press('Control+Shift+F');
    await this.findField.fill(text);
  }
}
