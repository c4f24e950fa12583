import { expectAccessible } from '../fixtures/axe.js';
import { expect, test } from '../fixtures/paddock.js';
import { machinesUnder, processesOfMachine } from '../oracles/processes.js';

test('palette: by the keyboard alone a machine is found, started, paused and shut down; reasons are told', async ({
  paddock,
}) => {
  const app = await paddock.open();
  const host = await paddock.host();
  for (let n = 1; n <= 12; n += 1) await host.make(`pal-${n}`, { group: 'lab' });
  const { keyboard } = app.page;
  await expect(app.machines.rows).toHaveCount(12);

  // Outside a console the shown key does it, too.
  await keyboard.press('Control+k');
  await expect(app.palette.field).toBeFocused();
  await keyboard.type('pal-1');
  // The one that begins with it before those that only go on.
  await expect(app.palette.current).toHaveText(/^pal-1/);
  expect((await app.palette.lines.first().innerText()).startsWith('pal-1\n')).toBe(true);
  await keyboard.press('Enter');
  await expect(app.machine.bar).toContainText('pal-1');

  // A deed and a name, without going there first.
  await app.palette.do('start pal-2', /^Start pal-2/);
  await app.machines.waitForState('pal-2', 'running', 30_000);
  expect(processesOfMachine(paddock.umlDir, 'pal-2').length).toBeGreaterThan(0);
  expect(await app.machine.name()).toBe('pal-1');

  // What can't be done is reached, says why, and isn't done.
  await app.palette.open();
  await keyboard.type('pause');
  await expect(app.palette.current).toHaveText(/^Pause.*It is not running\./);
  await expect(app.palette.current).toHaveAttribute('aria-disabled', 'true');
  await expectAccessible(app.page, 'palette');
  await keyboard.press('Enter');
  await expect(app.palette.dialog).toBeVisible();
  await keyboard.press('Escape');
  await expect(app.palette.dialog).toBeHidden();

  // Other machines: two are picked, and one action is for both.
  await app.palette.open();
  await keyboard.press('Tab');
  await keyboard.type('pal-3');
  await keyboard.press('Enter');
  await keyboard.press('Control+a');
  await keyboard.type('pal-4');
  await keyboard.press('Enter');
  await expectAccessible(app.page, 'palette, picking');
  await keyboard.press('Tab');
  await keyboard.type('start');
  await expect(app.palette.current).toHaveText(/^Start 2 machines/);
  await keyboard.press('Enter');
  await app.bulk.waitFor('Start 2 machines', 'All 2 done');
  await app.machines.waitForState('pal-4', 'running');

  await app.palette.do('shut all gr', /^Shut down all 3 running machines in this group/);
  await app.bulk.waitFor('Shut down 3 machines', 'All 3 done');
  expect(machinesUnder(paddock.umlDir)).toEqual([]);
});

test('palette: it shows what keys do, gives the focus back, and from a console all keys without Shift are the guest’s', async ({
  paddock,
}) => {
  const app = await paddock.open();
  await app.startTiny();
  await app.console.logIn();
  const { keyboard } = app.page;
  // Ctrl+K is the guest's: it deletes to the end of the line.
  await keyboard.type('echo one two');
  await keyboard.press('Control+a');
  for (let n = 0; n < 'echo one'.length; n += 1) await keyboard.press('ArrowRight');
  await keyboard.press('Control+k');
  await keyboard.press('Enter');
  await app.console.waitForText(/^one$/m);
  await expect(app.palette.dialog).toBeHidden();

  await app.palette.open();
  await keyboard.press('Escape');
  await expect(app.palette.dialog).toBeHidden();
  await expect(app.console.keyboard).toBeFocused();

  // A key that can't do its action now says why.
  await keyboard.press('Control+Shift+S');
  await expect(app.palette.current).toHaveText(/^Start.*It is running already\./);
  await keyboard.press('Escape');
  await keyboard.press('Control+Shift+Q');
  await app.machine.waitForState('stopped', 30_000);

  await app.palette.do('theme dark', /^Theme: dark/);
  await expect(app.page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await app.palette.do('diagn', /^Diagnostics of this computer/);
  await expect(app.checks.first()).toBeVisible();
  await expectAccessible(app.page, 'diagnostics');
});

test('palette: quick with five hundred machines', async ({ paddock }) => {
  test.setTimeout(180_000);
  const app = await paddock.open();
  const host = await paddock.host();
  for (let n = 1; n <= 500; n += 1) await host.make(`m-${n}`);
  await expect(app.page.getByText('500 machines')).toBeVisible();
  await app.palette.open();
  const median = await app.palette.medianKeyMs('start m-49');
  test.info().annotations.push({ type: 'median ms a key', description: median.toFixed(1) });
  // A frame at 60 Hz is 17 ms; a slow run on a busy machine takes some.
  expect(median).toBeLessThan(500);
  await app.page.keyboard.press('Enter');
  await app.machines.filter.fill('m-49');
  await app.machines.waitForState('m-49', 'running', 30_000);
});
