import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures/paddock.js';

async function expectClean(page: Page, screen: string): Promise<void> {
  // Playwright's own page for axe's frames can't be opened in Electron; there are no frames.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
  expect(found, screen).toEqual([]);
}

for (const theme of ['Light', 'Dark', 'High contrast'] as const) {
  test(`axe finds nothing on any screen: ${theme}`, async ({ paddock }) => {
    const app = await paddock.open();
    await app.chooseTheme(theme);
    await expectClean(app.page, 'first start');
    const form = await app.openNewMachine();
    await expectClean(app.page, 'new machine');
    await form.name.fill('Not a name');
    await expectClean(app.page, 'new machine with an error');
    await app.page.keyboard.press('Escape');
    await app.startTiny();
    await app.console.logIn();
    await expectClean(app.page, 'console');
    await app.console.find('ubda');
    await expectClean(app.page, 'find');
    await app.page.keyboard.press('Escape');
    await app.machine.showTab('Disk');
    await expectClean(app.page, 'disk of a running machine');
    await app.machine.showTab('Settings');
    await expectClean(app.page, 'settings');
    await app.machine.showTab('Consoles');
    await app.console.focus();
    await app.console.type('echo c > /proc/sysrq-trigger\n');
    await app.machine.waitForState('crashed', 30_000);
    await expectClean(app.page, 'crashed');
    await app.machine.merge();
    await expect(app.merge.mergeButton).toBeVisible();
    await expectClean(app.page, 'merge');
    await app.page.keyboard.press('Escape');
    await app.machine.delete();
    await expectClean(app.page, 'delete');
  });
}
