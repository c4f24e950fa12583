import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expectAccessible } from '../fixtures/axe.js';
import { expect, test } from '../fixtures/paddock.js';

const shots = 'test-results/screenshots';

test('kernels: what one can do and why not; Debian’s is got, compared, chosen for a machine, and removed', async ({
  paddock,
}) => {
  const app = await paddock.open();
  const { page } = app;
  await page.keyboard.press('Control+Shift+U');
  await expect(page.getByRole('heading', { name: 'Kernels', exact: true })).toBeVisible();
  const list = page.getByRole('listbox', { name: 'Kernels' });
  const own = execFileSync('/usr/bin/linux.uml', ['--version'], { encoding: 'utf8' }).trim();
  await expect(list.getByRole('option')).toHaveCount(1);
  await expect(list.getByRole('option')).toContainText(own);
  const machine = page.getByRole('region', { name: 'The machine' });
  await expect(machine.getByRole('listitem').filter({ hasText: 'Several processors' })).toContainText(
    'Built without CONFIG_SMP.',
  );
  await expect(
    machine.getByRole('listitem').filter({ hasText: 'hostfs' }).getByRole('img', { name: 'yes' }),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Configuration' }).click();
  await page.getByRole('textbox', { name: 'Configuration' }).fill('net vector');
  await expect(page.getByRole('region', { name: 'Options' })).toHaveText('CONFIG_UML_NET_VECTOR=y');

  await page.getByRole('button', { name: 'Get a kernel…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Get a kernel' });
  await expectAccessible(page, 'get a kernel');
  await page.screenshot({ path: `${shots}/kernels-get.png` });
  await dialog.getByRole('radio', { name: 'A file' }).check();
  await dialog.getByRole('textbox', { name: 'Kernel file' }).fill('/bin/true');
  await dialog.getByRole('button', { name: 'Add it' }).click();
  await expect(dialog.getByRole('alert')).toContainText('/bin/true is not a User Mode Linux kernel');
  await dialog.getByRole('radio', { name: 'Debian 13' }).check();
  await dialog.getByRole('button', { name: 'Get it' }).click();
  await expect(dialog).toBeHidden();
  const got = list.getByRole('option').filter({ hasText: 'Debian trixie' });
  await expect(got).toBeVisible({ timeout: 120_000 });
  // What was being fetched is shown when it is there.
  await expect(got).toHaveAttribute('aria-selected', 'true');
  const file = (await page.getByText(/\/kernels\/debian-trixie\/linux$/).innerText()).trim();
  const version = execFileSync(file, ['--version'], { encoding: 'utf8' }).trim();
  await expect(page.getByRole('heading', { name: `Linux ${version}` })).toBeVisible();
  await page.getByRole('combobox', { name: 'Compare with' }).click();
  await page
    .getByRole('option', { name: `${own} /usr/bin/linux.uml` })
    .last()
    .click();
  await expectAccessible(page, 'kernels');
  await page.screenshot({ path: `${shots}/kernels.png` });
  for (const theme of ['Dark', 'High contrast'] as const) {
    await app.chooseTheme(theme);
    await expectAccessible(page, `kernels, ${theme}`);
  }
  await app.chooseTheme('Dark');
  await paddock.resize(720, 800);
  await page.screenshot({ path: `${shots}/kernels-narrow-dark.png` });
  await paddock.resize(1280, 800);

  await page.getByRole('button', { name: 'New machine with it…' }).click();
  await expect(app.newMachine.kernel).toContainText(version);
  await app.newMachine.name.fill('newer');
  await app.newMachine.make();
  await app.console.waitForText(/newer login:/, 30_000);
  const pids = execFileSync('pgrep', ['-f', `^${file} umid=newer `], { encoding: 'utf8' })
    .trim()
    .split('\n');
  expect(execFileSync('readlink', [`/proc/${pids[0]}/exe`], { encoding: 'utf8' }).trim()).toBe(file);

  await page.getByRole('tab', { name: 'Settings' }).click();
  const mode = page.getByRole('region', { name: 'How it runs' });
  await mode.getByRole('textbox', { name: 'More arguments' }).fill('mem=1G');
  await expect(mode.getByRole('alert')).toContainText('it is the machine’s memory');
  await mode.getByRole('textbox', { name: 'More arguments' }).fill('loglevel=7');
  await mode.getByRole('textbox', { name: 'More arguments' }).press('Enter');
  await expect(mode).toContainText('Saved.');
  await page.screenshot({ path: `${shots}/kernels-settings.png` });

  await page.keyboard.press('Control+Shift+U');
  await got.click();
  const remove = page.getByRole('button', { name: 'Remove' });
  await expect(remove).toHaveAttribute('aria-disabled', 'true');
  await page.getByRole('button', { name: 'newer' }).click();
  await app.machine.forceOff();
  await app.machine.waitForState('stopped');
  await app.machine.delete();
  await app.delete.confirm('newer');
  await page.keyboard.press('Control+Shift+U');
  await got.click();
  await remove.click();
  await page.getByRole('button', { name: 'Remove it for good' }).click();
  await expect(got).toHaveCount(0);
  expect(existsSync(file)).toBe(false);
});
