import { expect, type Locator, type Page } from '@playwright/test';

/** The Control tab of the selected machine. */
export class ControlPage {
  readonly transcript: Locator;

  constructor(private readonly page: Page) {
    this.transcript = page.getByRole('log', { name: 'Transcript' });
  }

  /** The button of a command that takes nothing. */
  button(title: string): Locator {
    return this.page.getByRole('tabpanel').getByRole('button', { name: title, exact: true });
  }

  /** The field of a command that takes something. */
  field(title: string): Locator {
    return this.command(title).getByRole('textbox').or(this.command(title).getByRole('combobox'));
  }

  /** The button behind such a field. */
  send(title: string): Locator {
    return this.command(title).locator('button[type=submit]');
  }

  /** A command with its field, its note and what is wrong with what was typed. */
  command(title: string): Locator {
    return this.page.getByRole('listitem').filter({ has: this.page.getByText(title, { exact: true }) });
  }

  /** Types into a command's field and sends it. */
  async give(title: string, argument: string): Promise<void> {
    await this.field(title).fill(argument);
    await this.field(title).press('Escape');
    await this.send(title).click();
  }

  /** Waits until the newest exchange shows it. */
  async expectAnswer(pattern: RegExp): Promise<void> {
    await expect(this.transcript.locator('.exchange').last()).toContainText(pattern);
  }
}
