import { expect, type Locator, type Page } from '@playwright/test';

/** The New machine dialog. */
export class NewMachinePage {
  readonly dialog: Locator;
  readonly name: Locator;
  readonly folder: Locator;
  readonly readOnly: Locator;
  readonly image: Locator;
  readonly kernel: Locator;
  readonly kernelFile: Locator;
  readonly memory: Locator;
  readonly consoles: Locator;
  readonly startRightAway: Locator;
  readonly addGuestTools: Locator;
  readonly makeButton: Locator;
  /** What is wrong, as the host or a field says it. */
  readonly alerts: Locator;

  constructor(private readonly page: Page) {
    this.dialog = page.getByRole('dialog', { name: 'New machine' });
    this.name = this.dialog.getByRole('textbox', { name: 'Name' });
    this.folder = this.dialog.getByRole('textbox', { name: 'Folder' });
    this.readOnly = this.dialog.getByRole('checkbox', { name: /^Read-only/ });
    this.image = this.dialog.getByRole('combobox', { name: 'Image' });
    this.kernel = this.dialog.getByRole('combobox', { name: 'Kernel' });
    this.kernelFile = this.dialog.getByRole('textbox', { name: 'Kernel file' });
    this.memory = this.dialog.getByRole('textbox', { name: 'Memory' });
    this.consoles = this.dialog.getByRole('textbox', { name: 'Consoles' });
    this.startRightAway = this.dialog.getByRole('checkbox', { name: 'Start it right away' });
    this.addGuestTools = this.dialog.getByRole('checkbox', { name: /^Add guest tools/ });
    this.makeButton = this.dialog.getByRole('button', { name: /^Make/ });
    this.alerts = this.dialog.getByRole('alert');
  }

  /** Chooses what it boots from. */
  source(title: 'An image' | 'A folder as root' | 'This computer’s own files'): Locator {
    return this.dialog.getByRole('radio', { name: title });
  }

  /** Chooses an image by its title. */
  async chooseImage(title: string): Promise<void> {
    await this.choose(this.image, title);
  }

  /** Chooses a kernel by its version, or "A file…" with the path of one. */
  async chooseKernel(title: string, file?: string): Promise<void> {
    await this.choose(this.kernel, title);
    if (file !== undefined) await this.kernelFile.fill(file);
  }

  /** Makes the machine and waits until the dialog is gone. */
  async make(): Promise<void> {
    await this.makeButton.click();
    await expect(this.dialog).toBeHidden({ timeout: 20_000 });
  }

  private async choose(field: Locator, title: string): Promise<void> {
    await field.click();
    await this.page.getByRole('option').filter({ hasText: title }).first().click();
  }
}
