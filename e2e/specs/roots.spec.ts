import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '../fixtures/paddock.js';

const looks = resolve(import.meta.dirname, '../../test-results/screenshots');

test('a shell in a copy of this computer from the first page, and a folder as root from the dialog', async ({
  paddock,
}) => {
  mkdirSync(looks, { recursive: true });
  const outside = mkdtempSync('/var/tmp/pdk-e2e-');
  try {
    writeFileSync(join(outside, 'precious'), 'mine');
    const app = await paddock.open();
    await app.page.screenshot({ path: `${looks}/roots-start-light.png` });
    await app.page.getByRole('button', { name: 'A shell in a copy of this computer…' }).click();
    const form = app.newMachine;
    await expect(form.source('This computer’s own files')).toBeChecked();
    await expect(form.name).toHaveValue('this-computer');
    await expect(form.memory).toHaveValue('256');
    await expect(form.image).toBeHidden();
    await app.page.screenshot({ path: `${looks}/roots-computer-light.png` });
    await form.make();
    await app.machine.waitForState('running', 30_000);
    await app.console.waitForText(/this-computer login: *$/m);
    await app.console.logIn();
    await app.console.type(
      `cat ${outside}/precious; echo; rm -rf ${outside} /etc/hostname; ls -d ${outside}\n`,
    );
    await app.console.waitForText(/^mine$/m);
    await app.console.waitForText(/cannot access/);
    expect(readFileSync(join(outside, 'precious'), 'utf8')).toBe('mine');
    expect(existsSync('/etc/hostname')).toBe(true);
    await app.machine.showTab('Overview');
    await expect(app.page.getByRole('region', { name: 'Made of' })).toContainText(
      'this computer’s own files',
    );
    await app.page.screenshot({ path: `${looks}/roots-overview-light.png` });
    await app.machine.showTab('Disks');
    await expect(app.page.getByText(/it has no disks and no snapshots/)).toBeVisible();
    await app.machine.showTab('Consoles');
    await app.console.focus();
    await app.console.type('poweroff\n');
    await app.machine.waitForState('stopped', 30_000);

    const path = await (await paddock.host()).tinyImage();
    const root = join(outside, 'my root');
    mkdirSync(root);
    execFileSync('debugfs', ['-R', `rdump / "${root}"`, path], { stdio: 'ignore' });
    await app.chooseTheme('Dark');
    await app.openNewMachine();
    await form.source('A folder as root').check();
    await expect(form.name).toHaveValue('folder');
    await form.folder.fill('my root');
    await expect(form.dialog).toContainText('The whole path, starting with /.');
    await form.folder.fill(join(outside, 'none'));
    await form.makeButton.click();
    await expect(form.alerts).toContainText(/No machine can boot from the folder .*: it is not there/);
    await app.page.screenshot({ path: `${looks}/roots-folder-dark.png` });
    await form.folder.fill(root);
    await form.make();
    await app.machine.waitForState('running', 30_000);
    await app.console.logIn();
    await app.console.type('echo kept > /root/file; sync; echo done-it\n');
    await app.console.waitForText(/^done-it$/m);
    expect(readFileSync(join(root, 'root/file'), 'utf8')).toBe('kept\n');
    await app.machine.showTab('Overview');
    await app.page.screenshot({ path: `${looks}/roots-overview-dark.png` });
  } finally {
    rmSync(outside, { recursive: true, force: true });
  }
});
