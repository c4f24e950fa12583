import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasTun } from '../oracles/tun.js';
import { expectAccessible } from '../fixtures/axe.js';
import { expect, test } from '../fixtures/paddock.js';
import { CanvasPage } from '../pages/canvas-page.js';

const BOOT_MS = 60_000;

test('a lab from the window: started, looked at, a cable moved while it runs, deleted', async ({
  paddock,
}) => {
  const app = await paddock.open();
  const host = await paddock.host();
  const canvas = new CanvasPage(app.page);
  await canvas.open();
  await app.page.getByRole('button', { name: 'Start a lab…' }).click();
  const dialog = app.page.getByRole('dialog', { name: 'Labs' });
  const lab = dialog.getByRole('listitem', { name: 'Two hosts and a switch' });
  for (const theme of ['light', 'dark', 'contrast']) {
    await app.page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme);
    await expectAccessible(app.page, `labs, ${theme}`);
    await app.page.screenshot({ path: `test-results/screenshots/labs-${theme}.png` });
  }
  await app.page.evaluate(() => (document.documentElement.dataset['theme'] = 'light'));
  await lab.getByRole('button', { name: 'Start' }).click();
  await expect(lab).toContainText('2 of 2 machines on', { timeout: BOOT_MS });
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(canvas.link('one, lan')).toContainText('up', { timeout: BOOT_MS });

  await canvas.node('two').dblclick();
  await app.page.getByRole('tab', { name: 'Consoles' }).click();
  await app.console.waitForText(/login: *$/m, BOOT_MS);
  await app.console.focus();
  await app.console.type('root\n');
  await app.console.waitForText(/# *$/m);
  await app.console.type(
    'dmesg -n 1; until ping -c 1 -W 1 one >/dev/null 2>&1; do sleep 1; done; echo found-$((1+1))\n',
  );
  await app.console.waitForText(/^found-2$/m, BOOT_MS);

  await canvas.open();
  await canvas.link('one, lan').getByRole('button').click();
  await app.page.screenshot({ path: 'test-results/screenshots/canvas-live.png' });
  if (hasTun) {
    // Pulled and put back while both run.
    await canvas.side.getByRole('button', { name: 'Unplug' }).click();
    await expect(canvas.link('one, lan')).toBeHidden();
    await app.page.keyboard.press('Control+z');
    await expect(canvas.link('one, lan')).toContainText('up');
    await host.network('other');
    await canvas.node('one').click();
    await app.page.getByRole('combobox', { name: 'Connect to' }).click();
    await app.page.getByRole('option', { name: 'other' }).click();
    await expect(canvas.link('one, other')).toContainText('up', { timeout: BOOT_MS });
  }

  await app.page.getByRole('button', { name: 'Labs…' }).click();
  await lab.getByRole('button', { name: 'Delete', exact: true }).click();
  await lab.getByRole('button', { name: 'Delete 2 machines' }).click();
  await expect(lab).toContainText('comes with Paddock', { timeout: BOOT_MS });
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(canvas.node('two')).toBeHidden();
});

test('a lab from a file: what it asks for is told first, what is wrong in it with its line', async ({
  paddock,
}) => {
  const app = await paddock.open();
  const path = join(paddock.home, 'lab.yaml');
  const open = async (text: string): Promise<void> => {
    writeFileSync(path, text);
    await app.page.getByRole('button', { name: 'Open a file…' }).click();
  };
  await paddock.electron.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] });
  }, path);
  await new CanvasPage(app.page).open();
  await app.page.getByRole('button', { name: 'Labs…' }).click();
  const dialog = app.page.getByRole('dialog', { name: 'Labs' });
  await open(
    'paddock-lab: 1\nname: asks\nmachines:\n  a:\n    cards: [{ internet: true, reach-host: true }]\n',
  );
  await expect(dialog).toContainText('a reaches programs that listen on 127.0.0.1 of this computer.');
  await expectAccessible(app.page, 'a lab that asks');
  await dialog.getByRole('button', { name: 'Leave it' }).click();
  await expect(dialog.getByRole('listitem', { name: 'asks' })).toBeHidden();
  await open('paddock-lab: 1\nname: bad\nmachines:\n  a:\n    cards: [lan]\n');
  await expect(dialog.getByRole('alert')).toContainText(
    'line 5: machines.a.cards.0: there is no network lan',
  );
});
