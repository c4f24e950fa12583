import { expectAccessible } from '../fixtures/axe.js';
import { expect, test } from '../fixtures/paddock.js';

test('Settings: a serial line becomes a tab, at the next start and at once', async ({ paddock }) => {
  const app = await paddock.open();
  await app.startTiny();
  await app.console.logIn();
  await app.machine.showTab('Settings');
  const { settings } = app;
  await settings.addLine('ssl0');
  await settings.expectSaved('Consoles');
  await expect(settings.line('ssl0')).toContainText('from the next start on');
  expect(paddock.command('vm', 'show', 'tiny')).toMatch(/Consoles: +con0=tab con1=tab ssl0=tab/);

  // Another one at once: a tab, without a login until its guest runs one.
  await settings.addLine('con5');
  await settings.line('con5').getByRole('button', { name: 'Add it now: con5' }).click();
  await expect(settings.line('con5')).not.toContainText('next start');
  await expectAccessible(app.page, 'lines');
  await app.machine.showTab('Consoles');
  await expect(app.console.tab(5)).toBeVisible();
  await expect(app.console.serialTab(0)).toBeHidden();
  await app.console.consoleTab(0);
  await app.console.type('setsid getty -L 0 tty5 &\n');
  await app.console.consoleTab(5);
  await app.console.waitForText(/login:/);
  await app.console.type('root\n');
  await app.console.waitForText(/^~ #/m);
  await app.console.type('echo on-$(tty)\n');
  await app.console.waitForText(/^on-\/dev\/tty5$/m);

  await app.machine.button('Restart').click();
  await expect(app.console.serialTab(0)).toBeVisible({ timeout: 60_000 });
  await app.machine.waitForState('running', 40_000);
  await app.console.serialTab(0).click();
  await app.console.focus();
  await app.console.waitForText(/login:/);
  await app.console.type('root\n');
  await app.console.waitForText(/^~ #/m);
  await app.console.type('echo on-$(tty)\n');
  await app.console.waitForText(/^on-\/dev\/ttyS0$/m);
});

test('Settings: other channels with their fields, their warnings and the host’s refusal', async ({
  paddock,
}) => {
  const app = await paddock.open();
  await (await paddock.host()).make('lines');
  await app.machines.row('lines').click();
  await app.machine.showTab('Settings');
  const { settings } = app;
  await settings.addLine('con1');
  await settings.lead('con1', 'A terminal such as');
  const terminal = settings.line('con1').getByRole('textbox', { name: 'Terminal, con1' });
  await terminal.fill('dev/tty8');
  await expect(settings.line('con1')).toContainText('The whole path');
  await terminal.fill('/dev/ttyNotThere');
  await terminal.press('Enter');
  await expect(settings.setting('Consoles').getByRole('alert')).toContainText(
    'con1 can’t use /dev/ttyNotThere: it is not there.',
  );
  await settings.lead('con1', 'A pseudo terminal');
  await settings.expectSaved('Consoles');
  await settings.addLine('ssl0');
  await settings.lead('ssl0', 'A TCP port');
  await expect(settings.line('ssl0')).toContainText('every address of this computer');
  await expectAccessible(app.page, 'a port');
  await settings.line('ssl0').getByRole('button', { name: 'Remove ssl0' }).click();
  await settings.lead('con0', 'Nowhere');
  await settings.expectSaved('Consoles');
  expect(paddock.command('vm', 'show', 'lines')).toMatch(/Consoles: +con0=null con1=pts/);

  // No tab at all: it runs, says so, and names the way to its lines.
  await app.machine.showTab('Consoles');
  await expect(app.page.getByRole('heading', { name: 'None of its lines is a tab' })).toBeVisible();
  await app.machine.start();
  await app.machine.waitForState('running');
  await expectAccessible(app.page, 'a machine without a tab');
  await app.page.getByRole('button', { name: 'Other lines' }).click();
  await expect(app.page.getByRole('menuitem', { name: 'con0: nowhere' })).toBeVisible();
  await app.page.keyboard.press('Escape');
  await expect(async () => {
    await app.page.getByRole('button', { name: 'Other lines' }).click();
    await expect(app.page.getByRole('menuitem', { name: /con1: \/dev\/pts\/\d+/ })).toBeVisible({
      timeout: 500,
    });
  }).toPass({ timeout: 20_000 });
  await app.page.getByRole('menuitem', { name: /con1: \/dev\/pts\/\d+/ }).click();
  await app.page.getByRole('button', { name: 'Add a tab now' }).click();
  await expect(app.page.getByRole('tab', { name: /^con3\b/ })).toBeVisible();
});

test('New machine: lines chosen one by one', async ({ paddock }) => {
  const app = await paddock.open();
  const form = await app.openNewMachine();
  await form.name.fill('chosen');
  await form.dialog.getByRole('button', { name: 'Choose lines…' }).click();
  const editor = form.dialog.getByRole('region', { name: 'Consoles' });
  await editor.getByRole('button', { name: 'Remove con1' }).click();
  await editor.getByRole('combobox', { name: 'Add a line' }).click();
  await app.page.getByRole('option', { name: /^ssl0\b/ }).click();
  await expectAccessible(app.page, 'lines of a new machine');
  await form.startRightAway.click();
  await form.make();
  expect(paddock.command('vm', 'show', 'chosen')).toMatch(/Consoles: +con0=tab ssl0=tab/);
});
