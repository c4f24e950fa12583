import { expect, type Locator, type Page } from '@playwright/test';
import { ImageWizardPage } from './image-wizard-page.js';

/** The place of images: its list, the details or the job beside it, and what its buttons open. */
export class ImagesPage {
  readonly place: Locator;
  readonly list: Locator;
  readonly filter: Locator;
  readonly note: Locator;
  /** Title of what is shown beside the list: an image or a job. */
  readonly title: Locator;
  /** The present step of the job that is shown, or what became of it. */
  readonly headline: Locator;
  readonly steps: Locator;
  readonly logLines: Locator;
  /** What is wrong, in words, beside the list. */
  readonly alerts: Locator;
  readonly users: Locator;
  /** Work on the image that is shown, and what came of it. */
  readonly work: Locator;
  readonly wizard: ImageWizardPage;

  constructor(private readonly page: Page) {
    this.place = page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Images' });
    this.list = page.getByRole('tree', { name: 'Images' });
    this.filter = page.getByRole('textbox', { name: 'Filter images' });
    this.note = page.getByRole('textbox', { name: 'Note' });
    this.title = page.locator('main').getByRole('heading', { level: 1 });
    this.headline = page.locator('.jobtitle .big');
    this.steps = page.getByRole('list', { name: 'Steps' }).getByRole('listitem');
    this.logLines = page.locator('.joblogline');
    this.alerts = page.locator('main').getByRole('alert');
    this.work = page.getByRole('region', { name: 'Work on this image' });
    this.users = page.getByRole('region', { name: /^Used by/ });
    this.wizard = new ImageWizardPage(page);
  }

  /** Shows the place. */
  async open(): Promise<void> {
    await this.place.click();
    await expect(this.list).toBeVisible();
  }

  /** The line of an image, or of a job that makes one. */
  row(name: string): Locator {
    const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return this.list.locator('.mrow').filter({
      has: this.page.locator('.imagename', { hasText: new RegExp(`^${escaped}$`) }),
    });
  }

  /** A group of the list by its head. */
  group(name: 'Building' | 'Failed' | 'Ready'): Locator {
    return this.list.locator('.mgroup', { hasText: name });
  }

  /** Selects an image and waits for its details. */
  async select(name: string): Promise<void> {
    await this.row(name).click();
    await expect(this.title).toHaveText(name);
  }

  /** A button beside the list. */
  deed(name: string | RegExp): Locator {
    return this.page.locator('main').getByRole('button', { name, exact: typeof name === 'string' });
  }

  /** Opens the menu of what else can be done to the image and finds one of its entries. */
  async more(title: string): Promise<Locator> {
    await this.deed('More to do with it').click();
    return this.page.getByRole('menuitem', { name: title });
  }

  /** Opens the wizard, empty or as it was left. */
  async newImage(): Promise<ImageWizardPage> {
    await this.page.getByRole('button', { name: 'New image', exact: true }).click();
    await expect(this.wizard.next.or(this.wizard.build)).toBeVisible();
    return this.wizard;
  }

  /** Opens the trash from the menu of the list. */
  async openTrash(): Promise<Locator> {
    await this.page.getByRole('button', { name: 'More about images' }).click();
    await this.page.getByRole('menuitem', { name: 'Trash…' }).click();
    return this.dialog('Trash');
  }

  /** The dialog that is open, by its title. */
  dialog(title: string | RegExp): Locator {
    return this.page.getByRole('dialog', { name: title });
  }
}
