import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../fixtures/paddock.js';
import { machinesUnder } from '../oracles/processes.js';

test('New machine: bad input says what is allowed, good input starts it; delete asks for the name', async ({
  paddock,
}) => {
  const app = await paddock.open();
  const form = await app.openNewMachine();
  await form.name.fill('My Server');
  await expect(form.dialog).toContainText('my-server');
  await form.memory.fill('16');
  await expect(form.dialog).toContainText(/less than 32 MB/);
  await form.name.fill('web-1');
  await form.memory.fill('64');
  await form.make();
  await app.machine.waitForState('running', 30_000);
  expect(await app.machine.name()).toBe('web-1');
  await app.console.waitForText(/web-1 login: *$/m);

  // A running machine can't be deleted, and the menu says why.
  const item = await app.machine.moreMenuItem('Delete…');
  await expect(item).toHaveAttribute('aria-disabled', 'true');
  await expect(item).toContainText(/running/);
  await app.page.keyboard.press('Escape');

  await app.machine.forceOff();
  await app.machine.waitForState('stopped', 30_000);
  expect(machinesUnder(paddock.umlDir)).toEqual([]);
  await app.machine.delete();
  await expect(app.delete.deleteButton).toHaveAttribute('aria-disabled', 'true');
  await app.delete.confirm('web-1');
  await expect(app.machines.rows).toHaveCount(0);
  expect(readdirSync(join(paddock.home, 'data/paddock/vms'))).toEqual([]);
});

test('an error of the host stays in the dialog with its fix, and nothing typed is lost', async ({
  paddock,
}) => {
  const app = await paddock.open();
  paddock.command('vm', 'create', 'taken');
  await expect(app.machines.row('taken')).toBeVisible();
  const form = await app.openNewMachine();
  await form.name.fill('other');
  await form.memory.fill('4000000');
  await form.makeButton.click();
  await expect(form.dialog).toContainText(/more than this computer/);
  await expect(form.name).toHaveValue('other');
  await app.page.keyboard.press('Escape');
  await expect(app.machines.rows).toHaveCount(1);
});

test('merge: what was changed in the guest is in the new image, which boots; its job ends in the list', async ({
  paddock,
}) => {
  const app = await paddock.open();
  await app.startTiny();
  await app.console.logIn();
  await app.console.type('echo kept > /root/proof; sync\n');
  await app.console.waitForText(/# *$/m);
  await app.machine.shutDown();
  await app.machine.waitForState('stopped', 30_000);
  await app.machine.merge();
  await expect(app.merge.imageName).toHaveValue('tiny-gold');
  await app.merge.mergeButton.click();
  await expect(app.merge.dialog).toContainText(/Merged/i, { timeout: 30_000 });
  expect(existsSync(join(paddock.home, 'data/paddock/images/tiny-gold.img'))).toBe(true);
  await app.page.keyboard.press('Escape');

  paddock.command('vm', 'create', 'gold', '--image', 'tiny-gold', '--memory', '64', '--start');
  await app.machines.selectMachine('gold');
  await app.machine.showTab('Consoles');
  await app.console.logIn();
  await app.console.type('cat /root/proof; hostname\n');
  await app.console.waitForText(/^kept\ngold$/m);
});

test('the keyboard alone: from the first start to a command in the guest, out of the console, shut down', async ({
  paddock,
}) => {
  const app = await paddock.open();
  const { keyboard } = app.page;
  const tabTo = async (name: RegExp): Promise<void> => {
    for (let n = 0; n < 40; n += 1) {
      const focused = await app.page.evaluate(() => {
        const element = document.activeElement;
        return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
      });
      if (name.test(focused)) return;
      await keyboard.press('Tab');
    }
    throw new Error(`Tab never reached ${String(name)}`);
  };
  await tabTo(/^Start a tiny Linux$/);
  await keyboard.press('Enter');
  await app.console.waitForText(/login: *$/m);
  await expect(app.console.keyboard).toBeFocused();
  await keyboard.type('root\n');
  await app.console.waitForText(/# *$/m);
  // Tab and Ctrl+C are the guest's.
  await keyboard.type('echo /etc/inittab | wc -c; cat /etc/initt\t | head -n1\n');
  await app.console.waitForText(/^::sysinit:/m);
  await keyboard.type('sleep 100\n');
  await keyboard.press('Control+C');
  await keyboard.type('echo after-ctrl-c\n');
  await app.console.waitForText(/^after-ctrl-c$/m);
  await app.machines.focusByKey();
  await tabTo(/^Shut down$/);
  await keyboard.press('Enter');
  await app.machine.waitForState('stopped', 30_000);
});

test('a dozen machines: the list filters, and keys walk it', async ({ paddock }) => {
  const app = await paddock.open();
  for (let n = 1; n <= 12; n += 1) paddock.command('vm', 'create', `box-${n}`, '--memory', '64');
  await expect(app.machines.rows).toHaveCount(12);
  await app.machines.filter.fill('box-1');
  await expect(app.machines.rows).toHaveCount(4);
  await app.machines.filter.fill('');
  await app.machines.list.focus();
  await app.page.keyboard.press('End');
  await app.page.keyboard.press('Enter');
  await expect(app.machine.bar).toBeVisible();
});
