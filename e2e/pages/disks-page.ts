import { expect, type Locator, type Page } from '@playwright/test';

/** The Disks tab of a machine: its disks, its snapshots, and the dialogs about them. */
export class DisksPage {
  readonly panel: Locator;
  readonly disks: Locator;
  readonly snapshots: Locator;

  constructor(private readonly page: Page) {
    this.panel = page.getByRole('tabpanel', { name: 'Disks' });
    this.disks = this.panel.getByRole('list', { name: 'Disks' }).getByRole('listitem');
    this.snapshots = this.panel.getByRole('list', { name: 'Snapshots' }).getByRole('listitem');
  }

  /** A button of the tab. */
  button(name: 'Add disk…' | 'Go back…' | 'Snapshot…' | 'Branch…'): Locator {
    return this.panel.getByRole('button', { name, exact: true });
  }

  /** Takes a snapshot with a note and waits until it is there; the dialog says how long it stood still. */
  async takeSnapshot(note: string): Promise<string> {
    await this.button('Snapshot…').click();
    const dialog = this.page.getByRole('dialog', { name: /snapshot/i });
    await dialog.getByRole('textbox', { name: 'Note' }).fill(note);
    await dialog.getByRole('button', { name: 'Take snapshot' }).click();
    await expect(dialog.getByRole('heading')).toHaveText(/taken$/, { timeout: 30_000 });
    const said = await dialog.innerText();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect(dialog).toBeHidden();
    await expect(this.snapshots.filter({ hasText: note.split('\n')[0] ?? '' })).toBeVisible();
    return said;
  }

  /** Goes back to a snapshot by its note, or to the pristine base. */
  async goBackTo(title: string, keep = true): Promise<void> {
    await this.button('Go back…').click();
    const dialog = this.page.getByRole('dialog', { name: /^Go back|is back$/ });
    await dialog.getByRole('radio', { name: title }).check();
    if (!keep) await dialog.getByRole('checkbox').click();
    await dialog.getByRole('button', { name: 'Go back', exact: true }).click();
    await expect(dialog.getByRole('heading')).toHaveText(/is back$/, { timeout: 30_000 });
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect(dialog).toBeHidden();
  }

  /** Opens the dialog that adds a disk. */
  async openAdd(): Promise<Locator> {
    await this.button('Add disk…').click();
    return this.page.getByRole('dialog', { name: /^Add a disk/ });
  }

  /** Opens the menu of a disk or a snapshot and chooses from it. */
  async choose(
    disk: string,
    entry: 'Flags and serial number…' | 'Remove…' | 'Show in Layers' | 'To the trash',
  ): Promise<void> {
    await this.panel.getByRole('button', { name: `More about ${disk}` }).click();
    await this.page.getByRole('menuitem', { name: entry }).click();
  }
}
