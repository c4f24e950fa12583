import { expect, type Locator, type Page } from '@playwright/test';

/** What the shape of a machine's state is called. */
export type StateName =
  'never started' | 'starting' | 'running' | 'paused' | 'stopping' | 'stopped' | 'crashed' | 'broken';

/** The selected machine: its bar, tabs and actions. */
export class MachinePage {
  readonly main: Locator;
  readonly bar: Locator;
  readonly startButton: Locator;
  readonly shutDownButton: Locator;
  readonly mergeButton: Locator;
  /** "Why did it stop?" */
  readonly explanation: Locator;

  constructor(private readonly page: Page) {
    this.main = page.getByRole('main');
    this.bar = this.main.locator('header.mbar');
    this.startButton = this.bar.getByRole('button', { name: 'Start', exact: true });
    this.shutDownButton = this.bar.getByRole('button', { name: 'Shut down', exact: true });
    this.mergeButton = this.main
      .getByRole('tabpanel')
      .getByRole('button', { name: 'Merge layer with uml_moo…' });
    this.explanation = page.getByRole('region', { name: 'Why did it stop?' });
  }

  /** The name of the machine that is shown. */
  async name(): Promise<string> {
    return this.bar.getByRole('heading').innerText();
  }

  /** Its state in words. */
  async state(): Promise<string> {
    return (await this.bar.getByRole('img').getAttribute('aria-label')) ?? '';
  }

  /** Waits until it is in a state. */
  async waitForState(state: StateName, timeoutMs = 20_000): Promise<void> {
    await expect(this.bar.getByRole('img', { name: state, exact: true })).toBeVisible({ timeout: timeoutMs });
  }

  /** Starts it. */
  async start(): Promise<void> {
    await this.startButton.click();
  }

  /** Asks the guest to shut down. */
  async shutDown(): Promise<void> {
    await this.shutDownButton.click();
  }

  /** Stops its kernel at once. */
  async halt(): Promise<void> {
    await (await this.stopMenuItem('Halt')).click();
  }

  /** Ends its processes. */
  async forceOff(): Promise<void> {
    await (await this.stopMenuItem('Force off')).click();
  }

  /** Opens the ladder of ways to stop. */
  async stopMenuItem(name: 'Shut down' | 'Halt' | 'Force off'): Promise<Locator> {
    await this.bar.getByRole('button', { name: 'Other ways to stop' }).click();
    return this.page.getByRole('menuitem', { name, exact: true });
  }

  /** Opens the menu of rarer actions. */
  async moreMenuItem(
    name: 'Snapshot…' | 'Go back…' | 'Branch its layer…' | 'Merge layer with uml_moo…' | 'Delete…',
  ): Promise<Locator> {
    await this.bar.getByRole('button', { name: 'More actions' }).click();
    return this.page.getByRole('menuitem', { name, exact: true });
  }

  /** Opens the delete dialog. */
  async delete(): Promise<void> {
    await (await this.moreMenuItem('Delete…')).click();
  }

  /** Opens the merge dialog from the Disk tab. */
  async merge(): Promise<void> {
    await this.showTab('Disks');
    await this.mergeButton.click();
  }

  /** Shows a tab. */
  async showTab(title: 'Consoles' | 'Overview' | 'Disks' | 'Control' | 'Settings' | 'Runs'): Promise<void> {
    await this.bar.getByRole('tab', { name: title }).click();
    await expect(this.bar.getByRole('tab', { name: title })).toHaveAttribute('aria-selected', 'true');
  }

  /** A button of the toolbar, by its name. */
  button(name: 'Pause' | 'Resume' | 'Restart' | 'Wait longer' | 'More actions'): Locator {
    return this.bar.getByRole('button', { name, exact: true });
  }

  /** The exact command line, from the Overview tab. */
  async commandLine(): Promise<string> {
    await this.showTab('Overview');
    await this.main.getByRole('button', { name: 'Show command' }).click();
    return this.main.getByRole('group', { name: 'Command line' }).innerText();
  }
}
