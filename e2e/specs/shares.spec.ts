import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expectAccessible } from '../fixtures/axe.js';
import { expect, test } from '../fixtures/paddock.js';

const looks = resolve(import.meta.dirname, '../../test-results/screenshots');

test('a folder is shared in the settings, read-only until it is made writable, and the guest has it', async ({
  paddock,
}) => {
  mkdirSync(looks, { recursive: true });
  const outside = mkdtempSync('/var/tmp/pdk-e2e-');
  const work = join(outside, 'my work');
  try {
    mkdirSync(work);
    writeFileSync(join(work, 'here'), 'from this computer\n');
    const app = await paddock.open();
    await app.startTiny();
    await app.console.logIn();
    await app.machine.showTab('Settings');
    const setting = app.settings.setting('Shared folders');
    const field = setting.getByRole('textbox', { name: 'Add a folder' });
    await field.fill('/proc');
    await field.press('Enter');
    await expect(setting.getByRole('alert')).toContainText('/proc belongs to the system');
    await field.fill(work);
    await field.press('Enter');
    await app.settings.expectSaved('Shared folders');
    await expect(setting).toContainText('From the next start on');
    await expect(setting).toContainText('Of your other files it sees none');
    const row = setting.getByRole('listitem', { name: 'my-work' });
    await expect(row).toContainText('/mnt/my-work');
    await expect(row.getByRole('combobox')).toContainText('Read-only');
    await row.scrollIntoViewIfNeeded();
    await expectAccessible(app.page, 'shared folders');
    await app.page.screenshot({ path: `${looks}/shares-light.png` });

    await app.machine.button('Restart').click();
    await expect(app.machine.bar.getByRole('tab', { name: 'Runs' })).toContainText('2', { timeout: 40_000 });
    await app.machine.waitForState('running', 40_000);
    await app.machine.showTab('Consoles');
    await app.console.logIn();
    await app.console.type(
      'until grep -q my-work /proc/mounts; do sleep 0.1; done; cat /mnt/my-work/here; echo no > /mnt/my-work/new\n',
    );
    await app.console.waitForText(/^from this computer$/m);
    await app.console.waitForText(/Read-only file system/);
    expect(existsSync(join(work, 'new'))).toBe(false);

    await app.machine.showTab('Settings');
    await row.getByRole('combobox').click();
    await app.page.getByRole('option', { name: 'Writable' }).click();
    await app.settings.expectSaved('Shared folders');
    await app.chooseTheme('Dark');
    await row.scrollIntoViewIfNeeded();
    await app.page.screenshot({ path: `${looks}/shares-dark.png` });
    await paddock.resize(720, 600);
    await row.scrollIntoViewIfNeeded();
    await app.page.screenshot({ path: `${looks}/shares-narrow-dark.png` });
    await paddock.resize(1280, 800);
    await app.machine.button('Restart').click();
    await expect(app.machine.bar.getByRole('tab', { name: 'Runs' })).toContainText('3', { timeout: 40_000 });
    await app.machine.waitForState('running', 40_000);
    await app.machine.showTab('Consoles');
    await app.console.logIn();
    await app.console.type(
      'until grep -q my-work /proc/mounts; do sleep 0.1; done; echo kept > /mnt/my-work/new; sync; echo done-it\n',
    );
    await app.console.waitForText(/^done-it$/m);
    expect(readFileSync(join(work, 'new'), 'utf8')).toBe('kept\n');
  } finally {
    rmSync(outside, { recursive: true, force: true });
  }
});
