import { expect, type Locator, type Page } from '@playwright/test';

/** The dialog that merges a layer into a new image. */
export class MergePage {
  readonly dialog: Locator;
  readonly imageName: Locator;
  readonly mergeButton: Locator;
  readonly intoBaseButton: Locator;
  /** Where the base's name is typed before a merge into it. */
  readonly confirmation: Locator;
  /** The layers that a merge into the base ends. */
  readonly breaks: Locator;
  readonly verify: Locator;
  readonly cancelMergeButton: Locator;
  readonly backgroundButton: Locator;
  readonly newMachineButton: Locator;
  /** One item for each check before the first byte. */
  readonly checks: Locator;
  readonly command: Locator;
  readonly alerts: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: /^Merge/ });
    this.imageName = this.dialog.getByRole('textbox', { name: 'Name of the new image' });
    this.mergeButton = this.dialog.getByRole('button', { name: 'Merge', exact: true });
    this.intoBaseButton = this.dialog.getByRole('button', { name: 'Merge into the base' });
    this.confirmation = this.dialog.getByRole('textbox', { name: /^Type .* to go on$/ });
    this.breaks = this.dialog.getByRole('list', { name: 'Layers that break' }).getByRole('listitem');
    this.verify = this.dialog.getByRole('checkbox', { name: /^Verify with uml_moo/ });
    this.cancelMergeButton = this.dialog.getByRole('button', { name: 'Cancel merge' });
    this.backgroundButton = this.dialog.getByRole('button', { name: 'Go on in background' });
    this.newMachineButton = this.dialog.getByRole('button', { name: 'New machine on it' });
    this.checks = this.dialog
      .getByRole('list', { name: 'Checked before the first byte' })
      .getByRole('listitem');
    this.command = this.dialog.getByRole('group', { name: 'Command line' });
    this.alerts = this.dialog.getByRole('alert');
  }

  /** Chooses whereto, or by whom. */
  async choose(title: 'Into a new image' | 'Into the base itself' | 'uml_moo' | 'Fast merge'): Promise<void> {
    await this.dialog.getByRole('radio', { name: title, exact: true }).check();
  }

  /** Merges under a name and waits for the result. */
  async mergeAs(imageName: string, timeoutMs = 60_000): Promise<void> {
    await this.imageName.fill(imageName);
    await expect(this.mergeButton).not.toHaveAttribute('aria-disabled', 'true');
    await this.mergeButton.click();
    await expect(this.dialog.getByRole('heading', { name: `Merged into ${imageName}` })).toBeVisible({
      timeout: timeoutMs,
    });
  }

  /** Closes it. */
  async close(): Promise<void> {
    await this.dialog.getByRole('button', { name: /^(Close|Cancel)$/ }).click();
    await expect(this.dialog).toBeHidden();
  }
}
