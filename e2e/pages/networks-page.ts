import { expect, type Locator, type Page } from '@playwright/test';

/** The place of networks, its dialog, and the Network tab of a machine. */
export class NetworksPage {
  readonly place: Locator;
  readonly dialog: Locator;
  readonly detail: Locator;
  readonly cards: Locator;
  readonly alerts: Locator;

  constructor(private readonly page: Page) {
    this.place = page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Networks' });
    this.dialog = page.getByRole('dialog', { name: /^(New network|Change )/ });
    this.detail = page.locator('.networkside');
    this.cards = page
      .getByRole('list', { name: 'Network cards' })
      .getByRole('listitem', { name: /^Network card/ });
    this.alerts = page.locator('main').getByRole('alert');
  }

  /** Shows the place. */
  async open(): Promise<void> {
    await this.place.click();
    await expect(this.page.getByRole('heading', { level: 1, name: 'Networks' })).toBeVisible();
    await this.page.getByRole('button', { name: 'List', exact: true }).click();
  }

  /** Opens the dialog for a new network. */
  async newNetwork(): Promise<void> {
    await this.page
      .getByRole('button', { name: /^New (network|switch)…$/ })
      .first()
      .click();
    await expect(this.dialog).toBeVisible();
  }

  /** The line of a network in the table. */
  row(name: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByRole('button', { name, exact: true }) });
  }

  /** Leads a card of the machine that is shown somewhere. */
  async lead(card: number, to: string): Promise<void> {
    await this.page.getByRole('combobox', { name: `Card ${card} leads to` }).click();
    await this.page.getByRole('option').filter({ hasText: to }).first().click();
  }

  /** Opens the Network tab of the machine that is shown. */
  async showTab(): Promise<void> {
    await this.page.getByRole('tab', { name: 'Network' }).click();
    await expect(this.page.getByRole('heading', { name: 'Network cards' })).toBeVisible();
  }
}
