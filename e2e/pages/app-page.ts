import { expect, type Locator, type Page } from '@playwright/test';
import { BulkPage } from './bulk-page.js';
import { ConsolePage } from './console-page.js';
import { ControlPage } from './control-page.js';
import { DeletePage } from './delete-page.js';
import { DisksPage } from './disks-page.js';
import { ImagesPage } from './images-page.js';
import { LayersPage } from './layers-page.js';
import { LayoutPage } from './layout-page.js';
import { LogPage } from './log-page.js';
import { MachineListPage } from './machine-list-page.js';
import { MachinePage } from './machine-page.js';
import { MergePage } from './merge-page.js';
import { NewMachinePage } from './new-machine-page.js';
import { PalettePage } from './palette-page.js';
import { OverviewPage } from './overview-page.js';
import { RunsPage } from './runs-page.js';
import { SettingsPage } from './settings-page.js';

/** Long enough for a host to start on a loaded machine. */
const HOST_DEADLINE_MS = 20_000;

/** The window as a whole. */
export class AppPage {
  readonly machines: MachineListPage;
  readonly machine: MachinePage;
  readonly console: ConsolePage;
  readonly layout: LayoutPage;
  readonly log: LogPage;
  readonly overview: OverviewPage;
  readonly control: ControlPage;
  readonly settings: SettingsPage;
  readonly runs: RunsPage;
  readonly newMachine: NewMachinePage;
  readonly merge: MergePage;
  readonly images: ImagesPage;
  readonly layers: LayersPage;
  readonly disks: DisksPage;
  readonly delete: DeletePage;
  readonly bulk: BulkPage;
  readonly palette: PalettePage;
  /** "This computer is ready for User Mode Linux", or what is missing. */
  readonly headline: Locator;
  readonly startTinyButton: Locator;
  /** One item for each thing that was checked on this computer. */
  readonly checks: Locator;

  constructor(readonly page: Page) {
    this.machines = new MachineListPage(page);
    this.machine = new MachinePage(page);
    this.console = new ConsolePage(page);
    this.layout = new LayoutPage(page);
    this.log = new LogPage(page);
    this.overview = new OverviewPage(page);
    this.control = new ControlPage(page);
    this.settings = new SettingsPage(page);
    this.runs = new RunsPage(page);
    this.newMachine = new NewMachinePage(page);
    this.merge = new MergePage(page);
    this.images = new ImagesPage(page);
    this.layers = new LayersPage(page);
    this.disks = new DisksPage(page);
    this.delete = new DeletePage(page);
    this.bulk = new BulkPage(page);
    this.palette = new PalettePage(page);
    this.headline = page.getByRole('heading', { level: 1 });
    this.startTinyButton = page.getByRole('button', { name: 'Start a tiny Linux' });
    this.checks = page.getByRole('region', { name: 'What was checked' }).getByRole('listitem');
  }

  /** Waits until the window shows what the host knows: the start page or a machine. */
  async waitUntilReady(): Promise<void> {
    await expect(this.startTinyButton.or(this.machine.bar)).toBeVisible({ timeout: HOST_DEADLINE_MS });
  }

  /** Shows what was checked on this computer. */
  async showDiagnostics(): Promise<void> {
    await this.page.getByRole('button', { name: /^Diagnostics/ }).click();
    await expect(this.checks.first()).toBeVisible();
  }

  /** The one big choice: a machine with a login prompt. */
  async startTiny(): Promise<void> {
    await this.startTinyButton.click();
    await expect(this.machine.bar).toBeVisible({ timeout: HOST_DEADLINE_MS });
  }

  /** Opens the New machine dialog by its key. */
  async openNewMachine(): Promise<NewMachinePage> {
    await this.page.getByRole('button', { name: 'New machine (Ctrl+N)' }).click();
    await expect(this.newMachine.dialog).toBeVisible();
    return this.newMachine;
  }

  /** Opens the preferences and chooses a theme. */
  async chooseTheme(theme: 'As the system' | 'Light' | 'Dark' | 'High contrast'): Promise<void> {
    await this.preference('Theme', theme);
  }

  /** Opens the preferences and chooses a text size. */
  async chooseTextSize(percent: 90 | 100 | 115 | 130 | 150 | 200): Promise<void> {
    await this.preference('Text size', `${percent} %`);
  }

  private async preference(group: string, choice: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Preferences' }).click();
    const dialog = this.page.getByRole('dialog', { name: 'Preferences' });
    await dialog
      .getByRole('group', { name: group })
      .getByRole('button', { name: choice, exact: true })
      .click();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect(dialog).toBeHidden();
  }
}
