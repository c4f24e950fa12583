import { expect, type Locator, type Page } from '@playwright/test';

/** The image wizard. */
export class ImageWizardPage {
  readonly next: Locator;
  readonly build: Locator;
  readonly name: Locator;
  readonly bootWhenReady: Locator;
  /** What is wrong: with a field, or with the plan. */
  readonly alerts: Locator;
  /** Steps of the plan. */
  readonly planSteps: Locator;

  constructor(private readonly page: Page) {
    const main = page.locator('main');
    this.next = main.getByRole('button', { name: 'Next' });
    this.build = main.getByRole('button', { name: 'Build', exact: true });
    this.name = main.getByRole('textbox', { name: 'Name', exact: true });
    this.bootWhenReady = main.getByRole('checkbox', { name: 'Boot it when it is ready' });
    this.alerts = main.getByRole('alert');
    this.planSteps = main.getByRole('region', { name: 'Steps of the build' }).getByRole('listitem');
  }

  /** A recipe of the gallery, by its title. */
  recipe(title: string): Locator {
    return this.page.locator('button.recipe').filter({ hasText: title });
  }

  /** Chooses where the image comes from. */
  async choose(source: string): Promise<void> {
    await this.page.getByRole('radio', { name: source, exact: true }).check();
  }

  /** Goes to a step by the list of them. */
  async goTo(step: 'Source' | 'Contents' | 'Disk' | 'Access' | 'Review'): Promise<void> {
    const button = this.page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: step });
    await button.click();
    await expect(button).toHaveAttribute('aria-current', 'step');
  }

  /** A field by its label. */
  field(label: string): Locator {
    return this.page.locator('main').getByRole('textbox', { name: label, exact: true });
  }

  /** Gives root a password. */
  async givePassword(password: string): Promise<void> {
    await this.goTo('Access');
    await this.page.getByRole('radio', { name: 'A password' }).check();
    await this.field('Password of root').fill(password);
  }

  /** Starts the build once the plan says that it can be done. */
  async start(): Promise<void> {
    await expect(this.build).not.toHaveAttribute('aria-disabled', 'true', { timeout: 20_000 });
    await this.build.click();
  }
}
