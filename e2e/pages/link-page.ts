import { expect, type Locator, type Page } from '@playwright/test';

/** The panel of a link, in the details of its network. */
export class LinkPage {
  readonly panel: Locator;
  readonly dialog: Locator;
  readonly captures: Locator;
  readonly measurements: Locator;

  constructor(private readonly page: Page) {
    this.panel = page.getByRole('region', { name: /^Link of / });
    this.dialog = page.getByRole('dialog', { name: /^Capture of / });
    this.captures = this.panel.getByRole('list', { name: 'Captures' });
    this.measurements = this.panel.getByRole('list', { name: 'Measurements' });
  }

  /** Shows the link of a machine of the network that is shown. */
  async show(machine: string): Promise<void> {
    await this.page.getByRole('button', { name: `Link of ${machine}` }).click();
    await expect(this.panel).toBeVisible();
  }

  /** Types a value into one of the fields, and leaves it. */
  async set(label: 'Delay' | 'Jitter' | 'Loss' | 'Rate', value: string): Promise<void> {
    const field = this.panel.getByRole('textbox', { name: label });
    await field.fill(value);
    await field.press('Enter');
  }

  /** Begins a capture. */
  async capture(): Promise<void> {
    await this.panel.getByRole('button', { name: 'Capture', exact: true }).click();
    await expect(this.panel.getByRole('button', { name: 'Stop the capture' })).toBeVisible();
  }

  /** Ends it; what is in it is then shown. */
  async stopCapture(): Promise<void> {
    await this.panel.getByRole('button', { name: 'Stop the capture' }).click();
    await expect(this.dialog).toBeVisible();
  }
}
