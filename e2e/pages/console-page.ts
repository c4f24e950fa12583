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
  /** The remark on a console that was cleared. */
  readonly cleared: Locator;
  /** How far a file is that is typed line by line. */
  readonly progress: Locator;

  /** `panel` holds the terminal: with several panes, one of them. */
  constructor(
    private readonly page: Page,
    panel: Locator = page.locator('#console-panel'),
  ) {
    this.rows = panel.locator('.xterm-rows');
    this.screen = panel.locator('.xterm-screen');
    this.keyboard = panel.locator('.xterm-helper-textarea');
    this.dividers = panel.getByRole('separator');
    this.findField = panel.getByRole('textbox', { name: 'Find in console' });
    this.pasteDialog = page.getByRole('dialog', { name: /^Paste \d+ lines?/ });
    this.cleared = panel.getByRole('status').filter({ hasText: 'Cleared' });
    this.progress = panel.locator('.termfloat').filter({ has: page.getByRole('progressbar') });
  }

  /** The tab of a console. */
  tab(number: number): Locator {
    return this.page.getByRole('tab', { name: new RegExp(`^con${number}\\b`) });
  }

  /** The tab of a serial line. */
  serialTab(number: number): Locator {
    return this.page.getByRole('tab', { name: new RegExp(`^ssl${number}\\b`) });
  }

  /** The tab of the spare console of a machine whose own were lost. */
  get rescueTab(): Locator {
    return this.page.getByRole('tab', { name: /^rescue\b/ });
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

  /** Clicks text on the screen; what is printed as one run may be drawn in parts. */
  async clickText(text: string): Promise<void> {
    const place = await this.rows.evaluate((rows, wanted) => {
      for (const row of Array.from(rows.children).toReversed()) {
        const at = row.textContent.replaceAll('\u00a0', ' ').indexOf(wanted);
        if (at !== 0 && (at < 0 || row.textContent.includes('#'))) continue;
        const { left, top, height } = row.getBoundingClientRect();
        return { left, top: top + height / 2, at };
      }
      return null;
    }, text);
    if (!place) throw new Error(`${text} is not on the screen`);
    const width = await this.cellWidth();
    const x = place.left + (place.at + 2.5) * width;
    // Away first: xterm doesn't look again at the row and the cell that it looked at last.
    const top = (await this.screen.boundingBox())?.y ?? 0;
    await this.page.mouse.move(x + 300, place.top > top + 100 ? place.top - 60 : place.top + 60);
    // xterm looks for links when the pointer rests on them.
    await this.page.mouse.move(x, place.top + 1);
    await this.page.mouse.move(x + 1, place.top);
    await expect(this.screen).toBeVisible();
    await this.page.mouse.click(x, place.top, { delay: 30 });
  }

  /** Asks for the terminal's menu by the right button. */
  async openMenu(): Promise<void> {
    await this.screen.click({ button: 'right', position: { x: 200, y: 100 } });
  }

  private async cellWidth(): Promise<number> {
    const cols = await this.page.locator('.status .num', { hasText: '×' }).innerText();
    const width = await this.screen.evaluate((element) => element.getBoundingClientRect().width);
    return width / Number.parseInt(cols, 10);
  }

  /** Opens the find bar by its chord and looks for text. */
  async find(text: string): Promise<void> {
    await this.page.keyboard.press('Control+Shift+F');
    await this.findField.fill(text);
  }
}
