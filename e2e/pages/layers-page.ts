import { expect, type Locator, type Page } from '@playwright/test';

/** The place of layers: the tree, the details beside it, and what its buttons open. */
export class LayersPage {
  readonly place: Locator;
  readonly tree: Locator;
  readonly rows: Locator;
  readonly filter: Locator;
  readonly summary: Locator;
  /** What is said of the selected row. */
  readonly details: Locator;

  constructor(private readonly page: Page) {
    this.place = page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Layers' });
    this.tree = page.getByRole('treegrid', { name: 'Bases and layers' });
    this.rows = this.tree.locator('[role=row]:not(.lhead)');
    this.filter = page.getByRole('textbox', { name: 'Filter layers' });
    this.summary = page.locator('.lsum');
    this.details = page.getByRole('complementary');
  }

  /** Shows the place. */
  async open(): Promise<void> {
    await this.place.click();
    await expect(this.tree).toBeVisible();
  }

  /** The row of a layer or a snapshot whose name is this, whole. */
  row(name: string): Locator {
    return this.named(this.rows.and(this.tree.locator(':not(.isbase)')), name);
  }

  /** The row of a base. */
  base(name: string): Locator {
    return this.named(this.rows.and(this.tree.locator('.isbase')), name);
  }

  private named(rows: Locator, name: string): Locator {
    const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const own = this.page.locator('.lname .ell > span:first-child', { hasText: new RegExp(`^${escaped}$`) });
    return rows.filter({ has: own });
  }

  /** Names of the rows that are drawn, from the top. */
  async names(): Promise<string[]> {
    return this.rows.locator('.lname .ell > span:first-child').allInnerTexts();
  }

  /** Selects a row and waits for its details. */
  async select(name: string): Promise<void> {
    await this.row(name).click();
    await expect(this.row(name)).toHaveAttribute('aria-selected', 'true');
    await expect(this.details.getByRole('heading', { level: 2 })).toHaveText(name);
  }

  /** A button of the place's bar. */
  bar(name: 'New layer' | 'Branch' | 'Snapshot' | 'Merge…' | 'More about layers'): Locator {
    return this.page.locator('header.lbar').getByRole('button', { name, exact: true });
  }

  /** A button of the details. */
  deed(name: string | RegExp): Locator {
    return this.details.getByRole('button', { name, exact: typeof name === 'string' });
  }

  /** Opens the trash from the menu of the place. */
  async openTrash(): Promise<Locator> {
    await this.bar('More about layers').click();
    await this.page.getByRole('menuitem', { name: 'Trash…' }).click();
    return this.page.getByRole('dialog', { name: 'Trash' });
  }

  /** The dialog that is open, by its title. */
  dialog(title: string | RegExp): Locator {
    return this.page.getByRole('dialog', { name: title });
  }
}
