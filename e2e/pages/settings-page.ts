import { expect, type Locator, type Page } from '@playwright/test';

/** The settings of the selected machine. */
export type SettingTitle =
  | 'Memory'
  | 'Memory folder'
  | 'CPU'
  | 'Consoles'
  | 'Group'
  | 'Tags'
  | 'Start by itself'
  | 'Start after'
  | 'Guest tools';

/** The Settings tab of the selected machine. */
export class SettingsPage {
  constructor(private readonly page: Page) {}

  /** A setting with its control and what is said of it. */
  setting(title: SettingTitle): Locator {
    return this.page.getByRole('region', { name: title, exact: true });
  }

  /** The field of a setting that is typed. */
  field(title: 'Memory' | 'Memory folder' | 'Tags' | 'Group'): Locator {
    const setting = this.setting(title);
    if (title === 'Group') return setting.getByRole('combobox');
    // While it runs, memory has another one.
    return setting.getByRole('textbox').first();
  }

  /** Types a setting and waits until it is saved. */
  async set(title: 'Memory' | 'Memory folder' | 'Tags' | 'Group', value: string): Promise<void> {
    await this.field(title).fill(value);
    await this.field(title).press('Enter');
    await this.expectSaved(title);
  }

  /** Waits until the host took it. */
  async expectSaved(title: SettingTitle): Promise<void> {
    await expect(this.setting(title).getByRole('status')).toContainText('Saved');
  }

  /** A line of the machine in the editor. */
  line(name: string): Locator {
    return this.setting('Consoles').getByRole('listitem', { name, exact: true });
  }

  /** Adds a line, which is a tab at first. */
  async addLine(name: string): Promise<void> {
    await this.setting('Consoles').getByRole('combobox', { name: 'Add a line' }).click();
    await this.page.getByRole('option', { name: new RegExp(`^${name}\\b`) }).click();
    await expect(this.line(name)).toBeVisible();
  }

  /** Lets a line lead elsewhere. */
  async lead(name: string, kind: string): Promise<void> {
    await this.line(name).getByRole('combobox').click();
    await this.page.getByRole('option', { name: kind }).click();
  }

  /** Chooses one of a list. */
  async choose(title: 'CPU' | 'Start after', label: string, choice: RegExp): Promise<void> {
    await this.setting(title).getByRole('combobox', { name: label }).click();
    await this.page.getByRole('option', { name: choice }).click();
  }
}
