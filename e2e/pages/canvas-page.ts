import { expect, type Locator, type Page } from '@playwright/test';

/** The canvas of networks: nodes, wires and the side beside it. */
export class CanvasPage {
  readonly side: Locator;
  readonly links: Locator;

  constructor(private readonly page: Page) {
    this.side = page.locator('.networkside');
    this.links = page.getByRole('table', { name: 'All links' });
  }

  /** A machine, network or the internet on the canvas. */
  node(name: string): Locator {
    return this.page.locator('.react-flow__node').filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** A line of the table of links. */
  link(name: string): Locator {
    return this.links.getByRole('row').filter({ has: this.page.getByRole('button', { name, exact: true }) });
  }

  /** Draws a wire from one thing to another with the pointer. */
  async draw(from: string, to: string): Promise<void> {
    await this.node(from).hover();
    const grip = await centre(this.node(from).locator('.grip'));
    const end = await centre(this.node(to));
    await this.page.mouse.move(...grip);
    await this.page.mouse.down();
    await this.page.mouse.move((grip[0] + end[0]) / 2, (grip[1] + end[1]) / 2, { steps: 4 });
    await this.page.mouse.move(...end, { steps: 4 });
    await this.page.mouse.up();
  }

  /** Drags a thing by so many pixels. */
  async drag(name: string, by: readonly [number, number]): Promise<void> {
    const [x, y] = await centre(this.node(name));
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    // A drag begins where the pointer is once it has moved a little, as a hand does it.
    await this.page.mouse.move(x + Math.sign(by[0]), y + Math.sign(by[1]));
    await this.page.mouse.move(x + by[0] / 2, y + by[1] / 2, { steps: 3 });
    await this.page.mouse.move(x + by[0], y + by[1], { steps: 3 });
    await this.page.mouse.up();
  }

  /** Chooses in the menu of the bar. */
  async more(title: string): Promise<void> {
    await this.page.getByRole('button', { name: 'More', exact: true }).click();
    await this.page.getByRole('menuitem', { name: title }).click();
  }

  /** Opens the place on its canvas. */
  async open(): Promise<void> {
    await this.page
      .getByRole('navigation', { name: 'Places' })
      .getByRole('button', { name: 'Networks' })
      .click();
    await expect(this.page.getByRole('heading', { level: 1, name: 'Networks' })).toBeVisible();
    await this.page.getByRole('button', { name: 'Canvas', exact: true }).click();
  }
}

/** The middle of something on the screen. */
async function centre(locator: Locator): Promise<[number, number]> {
  const box = await locator.boundingBox();
  if (!box) throw new Error('it is not in sight');
  return [box.x + box.width / 2, box.y + box.height / 2];
}
