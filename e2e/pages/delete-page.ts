import { expect, type Locator, type Page } from '@playwright/test';

/** The dialog that deletes a machine. */
export class DeletePage {
  readonly dialog: Locator;
  readonly nameField: Locator;
  readonly deleteButton: Locator;
  readonly keepButton: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: /^Delete / });
    this.nameField = this.dialog.getByRole('textbox');
    this.deleteButton = this.dialog.getByRole('button', { name: 'Delete', exact: true });
    this.keepButton = this.dialog.getByRole('button', { name: 'Keep it' });
  }

  /** Types the name, as the dialog asks, and deletes. */
  async confirm(machineName: string): Promise<void> {
    await expect(this.nameField).toBeFocused();
    await this.nameField.fill(machineName);
    await this.deleteButton.click();
    await expect(this.dialog).toBeHidden();
  }
}
