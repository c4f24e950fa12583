import { expect, type Locator, type Page } from '@playwright/test';
import { ConsolePage } from './console-page.js';

/** The places of a machine's consoles: panes, their tabs, and the borders between them. */
export class LayoutPage {
  readonly panes: Locator;
  readonly borders: Locator;
  /** What says that input goes to several consoles, once for each pane that it is seen in. */
  readonly broadcastMarks: Locator;
  readonly broadcastDialog: Locator;

  constructor(private readonly page: Page) {
    this.panes = page.locator('.pane');
    this.borders = page.getByRole('separator', { name: /^Border between/ });
    this.broadcastMarks = page.getByText(/^Broadcast to \d+$/);
    this.broadcastDialog = page.getByRole('dialog', { name: 'Broadcast input' });
  }

  /** The console in a pane, counted from 1. */
  console(pane: number): ConsolePage {
    return new ConsolePage(this.page, this.panes.nth(pane - 1));
  }

  /** Names of panes as a screen reader has them. */
  async names(): Promise<(string | null)[]> {
    return Promise.all((await this.panes.all()).map((pane) => pane.getAttribute('aria-label')));
  }

  /** The consoles of each pane, by the order of their tabs. */
  async order(): Promise<string[][]> {
    return Promise.all(
      (await this.panes.all()).map((pane) => pane.getByRole('tab').locator('.mono').allInnerTexts()),
    );
  }

  /** The tab of a console in a pane, counted from 1. */
  tab(console: string, pane = 1): Locator {
    return this.panes.nth(pane - 1).getByRole('tab', { name: new RegExp(`^${console}\\b`) });
  }

  /** Chooses from the menu of a tab. */
  async choose(tab: Locator, deed: string): Promise<void> {
    await tab.click({ button: 'right' });
    await this.page.getByRole('menuitem', { name: deed, exact: true }).click();
    await expect(this.page.getByRole('menu')).toBeHidden();
  }

  /** Drags a tab to a point of an element, told in parts of its width and height. */
  async drag(tab: Locator, to: Locator, x: number, y: number): Promise<void> {
    const [from, there] = [await tab.boundingBox(), await to.boundingBox()];
    if (!from || !there) throw new Error('not to be seen');
    const { mouse } = this.page;
    await mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await mouse.down();
    await mouse.move(there.x + there.width * x, there.y + there.height * y, { steps: 8 });
    await mouse.up();
  }
}
