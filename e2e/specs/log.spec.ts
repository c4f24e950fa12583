import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vmViewSchema } from '@shared/vms/vm-view.js';
import { expectAccessible } from '../fixtures/axe.js';
import { expect, test } from '../fixtures/paddock.js';

test('the whole log of a console: over runs, beyond the scrollback, searched, jumped through, saved', async ({
  paddock,
}) => {
  test.setTimeout(240_000);
  let app = await paddock.open();
  await app.startTiny();
  await app.console.logIn();
  const { id } = vmViewSchema.parse(JSON.parse(paddock.command('vm', 'show', 'tiny', '--json')));
  // More lines than the terminal keeps, the needle before them all.
  await app.console.type('echo "a need""le in run one"; seq 1 30000\n');
  await app.console.waitForText(/^30000$/m, 120_000);
  await app.console.type('echo c > /proc/sysrq-trigger\n');
  await app.machine.waitForState('crashed', 30_000);
  await app.machine.start();
  await app.console.logIn();

  await app.log.open();
  // It follows: what is said now comes by itself, in another window's or the command's way.
  await expect(app.log.box).toContainText('login: root');
  paddock.command('console', 'tiny', 'con0', '--send', 'echo still-$((40+2))\\n', '--expect', 'still-42');
  await expect(app.log.box).toContainText('still-42', { timeout: 10_000 });
  await app.page.screenshot({ path: 'test-results/screenshots/log-end.png' });

  // The needle is far above what the terminal has.
  await app.log.search.fill('a NEEDLE in run one');
  await expect(app.log.matches).toHaveText(/^\d of \d$/, { timeout: 30_000 });
  await expect(app.log.goal).toHaveText('a needle in run one', { timeout: 10_000 });
  await app.log.search.fill('in run one');
  await expect(app.log.matches).toHaveText('2 of 2');
  await app.log.search.press('Enter');
  await expect(app.log.matches).toHaveText('1 of 2');
  await expect(app.log.goal).toContainText('echo "a need');
  await app.log.button('Regular expression').click();
  await app.log.search.fill('^2999[0-9]$');
  await expect(app.log.matches).toHaveText('10 of 10', { timeout: 30_000 });
  await expect(app.log.goal).toHaveText('29999');
  await app.log.search.fill('(');
  await expect(app.log.box.page().getByRole('alert')).toContainText('no regular expression');
  await app.log.search.fill('');
  await app.log.button('Regular expression').click();

  await app.log.jump('Panic in run 1');
  await expect(app.log.goal).toContainText('Kernel panic - not syncing');
  await expect(app.log.dividers.filter({ hasText: 'Run 1 crashed: panic' })).toContainText('Run 2 started');
  await expect(app.log.button('Time of each line')).toHaveAttribute('aria-pressed', 'false');
  await app.log.button('Time of each line').click();
  await expect(app.log.goal.locator('time')).toHaveText(/^\d\d:\d\d:\d\d\.\d{3}$/);
  await expectAccessible(app.page, 'log');
  await app.page.screenshot({ path: 'test-results/screenshots/log-light.png' });
  await app.log.jump('Start of run 1');
  await expect(app.log.box).toContainText('Linux version');
  await app.log.box.press('End');
  await expect(app.log.box).toContainText('still-42');
  await app.log.jump('Panic in run 1');

  // Saved: as it is on disk, and as text; the system's own dialog is answered from here.
  const save = async (name: string, prepare: () => Promise<void>): Promise<Buffer> => {
    const path = join(paddock.home, 'tmp', name);
    await paddock.electron.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, path);
    await app.log.button('Save as text…').click();
    const form = app.page.getByRole('dialog', { name: 'Save the log of con0 as text' });
    await prepare();
    await form.getByRole('button', { name: 'Save…' }).click();
    await expect(form).toContainText(`Written to ${path}`);
    await form.getByRole('button', { name: 'Close' }).click();
    return readFileSync(path);
  };
  const onDisk = (): Buffer => {
    const path = join(paddock.home, 'data/paddock/vms', id, 'runs/1/con0.log');
    return existsSync(path) ? readFileSync(path) : execFileSync('zcat', [`${path}.gz`], { maxBuffer: 1e9 });
  };
  const raw = await save('raw.log', async () => {
    await app.page.getByRole('checkbox', { name: /With escape sequences/ }).click();
  });
  expect(raw.equals(onDisk())).toBe(true);
  const text = (
    await save('all.txt', () => app.page.getByRole('button', { name: 'All kept runs' }).click())
  ).toString();
  expect(text).toMatch(/==== run 1, started [\s\S]*\na needle in run one\n1\n2\n[\s\S]*\n30000\n/);
  expect(text).toMatch(/==== run 1 ended .*panic[\s\S]*==== run 2, started [\s\S]*still-42/);

  // Dark, and narrow.
  await app.chooseTheme('Dark');
  await app.page.screenshot({ path: 'test-results/screenshots/log-dark.png' });
  await paddock.resize(800, 700);
  await app.page.screenshot({ path: 'test-results/screenshots/log-narrow.png' });
  await paddock.resize(1440, 900);

  // Its key leads back to the terminal; a hit of the search over all runs leads to its line.
  await app.page.keyboard.press('Control+Shift+L');
  await expect(app.console.rows).toBeVisible();
  await expect(app.console.keyboard).toBeFocused();
  await app.console.type('echo typed-$((1+1))\n');
  await app.console.waitForText(/^typed-2$/m);
  await app.machine.showTab('Runs');
  await app.runs.search.fill('needle in run one');
  await expect(app.runs.hits).not.toHaveCount(0);
  await app.runs.hits.first().click();
  await expect(app.log.goal).toContainText('a needle in run one');
  await expect(app.log.search).toHaveValue('needle in run one');

  // Whatever happens to the window and the host: the same log.
  await paddock.kill();
  app = await paddock.open();
  await app.machines.selectMachine('tiny');
  await app.log.open();
  await app.log.search.fill('30000');
  await expect(app.log.goal).toContainText('30000', { timeout: 30_000 });
});
