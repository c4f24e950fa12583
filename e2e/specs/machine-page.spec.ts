import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { vmViewSchema, type VmView } from '@shared/vms/vm-view.js';
import { expect, test, type Paddock } from '../fixtures/paddock.js';
import { isPausedKernel } from '../oracles/guest-kernel.js';
import { hostsOf } from '../oracles/processes.js';

/** What the command says of a machine: another client of the same host. */
function shown(paddock: Paddock, name: string): VmView {
  return vmViewSchema.parse(JSON.parse(paddock.command('vm', 'show', name, '--json')));
}

test('pause halts the guest in place, resume lets it go on; both by button and by key', async ({
  paddock,
}) => {
  const app = await paddock.open();
  await app.startTiny();
  await app.console.logIn();
  const pid = shown(paddock, 'tiny').pid ?? 0;
  expect(isPausedKernel(pid)).toBe(false);

  await app.machine.button('Pause').click();
  await app.machine.waitForState('paused');
  expect(isPausedKernel(pid)).toBe(true);
  await expect(app.machine.button('Restart')).toHaveAttribute('aria-disabled', 'true');
  await app.machine.button('Resume').click();
  await app.machine.waitForState('running');
  expect(isPausedKernel(pid)).toBe(false);

  await app.page.keyboard.press('Control+Shift+P');
  await app.machine.waitForState('paused');
  expect(isPausedKernel(pid)).toBe(true);
  await app.page.keyboard.press('Control+Shift+P');
  await app.machine.waitForState('running');
  await app.console.focus();
  await app.console.type('echo still-$((40+2))\n');
  await app.console.waitForText(/^still-42$/m);
});

test('restart: the same machine, a new run, and it says that it restarts', async ({ paddock }) => {
  const app = await paddock.open();
  await app.startTiny();
  await app.console.logIn();
  const before = shown(paddock, 'tiny').pid;
  await app.machine.button('Restart').click();
  await expect(app.machine.bar).toContainText('Restarting');
  await expect(app.machine.bar.getByRole('tab', { name: 'Runs' })).toContainText('2', { timeout: 40_000 });
  await app.machine.waitForState('running', 40_000);
  expect(shown(paddock, 'tiny').pid).not.toBe(before);
});

test('a guest that doesn’t shut down is waited for as long as one likes, then forced off', async ({
  paddock,
}) => {
  const app = await paddock.open();
  await app.startTiny();
  await app.console.logIn();
  await app.console.type(
    "sed -i '/ctrlaltdel/d' /etc/inittab; kill -HUP 1; " +
      'for p in /proc/[0-9]*; do grep -q guest-tools $p/cmdline && kill -STOP ${p#/proc/}; done; echo deaf-$((1+1))\n',
  );
  await app.console.waitForText(/^deaf-2$/m);
  await app.machine.shutDown();
  await expect(app.machine.bar).toContainText(/Shutting down, then halt in (?:30|[12]?\d) s/);
  await app.machine.button('Wait longer').click();
  await expect(app.machine.bar).toContainText(/then halt in [5-9]\d s/);
  // Whatever stands beside them, the rarer actions stay in sight.
  await expect(app.machine.button('More actions')).toBeInViewport({ ratio: 1 });
  await app.page.screenshot({ path: 'test-results/screenshots/wait-longer.png' });
  await app.machine.forceOff();
  await app.machine.waitForState('stopped');
  expect(shown(paddock, 'tiny').lastEnd?.reason).toEqual({ code: 'forced' });
});

test('Control: answers, refusals with their reason, a second click for what can’t be undone', async ({
  paddock,
}) => {
  const app = await paddock.open();
  await app.startTiny();
  await app.console.logIn();
  await app.machine.showTab('Control');
  await app.control.button('Kernel version').click();
  await app.control.expectAnswer(/Linux tiny \d+\.\d+/);
  await app.control.give('Read a file of /proc', 'meminfo');
  await app.control.expectAnswer(/MemTotal: +\d+ kB/);
  await app.control.give('Read a file of /proc', '1/status');
  await expect(app.control.command('Read a file of /proc')).toContainText('can’t read /proc/1/status');
  await app.control.give('SysRq', 't');
  await expect(app.control.command('SysRq')).toContainText('kills User Mode Linux');
  await app.control.give('Remove a device', 'ubd0');
  await app.control.expectAnswer(/in use|open/i);

  // The transcript is kept while the window lives.
  await app.machine.showTab('Disks');
  await app.machine.showTab('Control');
  await expect(app.control.transcript).toContainText('MemTotal');

  await app.control.give('SysRq', 'o');
  await expect(app.control.send('SysRq')).toHaveText('Power off at once');
  await app.machine.waitForState('running');
  await app.control.send('SysRq').click();
  await app.machine.waitForState('stopped', 30_000);
  await expect(app.control.button('Kernel version')).toHaveAttribute('aria-disabled', 'true');
});

test('what a guest says stands among the events, harmless', async ({ paddock }) => {
  const app = await paddock.open();
  await app.startTiny();
  await app.console.logIn();
  await app.console.type("printf 'ready <b>now</b> \\033[31m' > /proc/mconsole\n");
  await app.machine.showTab('Overview');
  const said = app.overview.events.filter({ hasText: 'Guest says' });
  await expect(said).toContainText('ready <b>now</b> ␛[31m');
  await expect(app.overview.events.last()).toContainText('Started');
  await expect(app.overview.lastRuns).toHaveCount(1);
  expect(await app.machine.commandLine()).toContain('umid=tiny');
});

test('Overview shows a busy loop, and its graphs can be read by who can’t see them', async ({ paddock }) => {
  const app = await paddock.open();
  await app.startTiny();
  await app.console.logIn();
  await app.console.type('while :; do :; done\n');
  await app.machine.showTab('Overview');
  await expect.poll(() => app.overview.figure('CPU'), { timeout: 30_000 }).toBeGreaterThan(50);
  await expect(app.overview.graph('CPU')).toHaveAttribute('aria-label', /^CPU from .* %.*Scale up to \d+ %/);
  await expect(app.overview.graph('Memory')).toHaveAttribute('aria-label', /MB on this computer/);
  for (const range of ['1 hour', 'Day', 'This run'] as const) {
    await app.overview.show(range);
    await expect(app.overview.graph('Disk')).toBeVisible();
  }
  await app.machine.showTab('Consoles');
  await app.console.focus();
  await app.page.keyboard.press('Control+C');
  await app.machine.showTab('Overview');
  await expect.poll(() => app.overview.figure('CPU'), { timeout: 30_000 }).toBeLessThan(30);
});

test('settings are saved as they are changed, errors stand at the field, and a new window has them', async ({
  paddock,
}) => {
  let app = await paddock.open();
  paddock.command('vm', 'create', 'router', '--memory', '64');
  await app.startTiny();
  await app.machine.waitForState('running', 30_000);
  await app.machine.showTab('Settings');
  await app.settings.field('Memory').fill('16');
  await expect(app.settings.setting('Memory')).toContainText('less than 32 MB');
  await app.settings.set('Memory', '96');
  await expect(app.settings.setting('Memory')).toContainText('From the next start on');
  await app.settings.field('Memory folder').fill('/proc');
  await app.settings.field('Memory folder').press('Enter');
  await expect(app.settings.setting('Memory folder').getByRole('alert')).toContainText('/proc');
  await app.settings.field('Memory folder').press('Escape');
  await app.settings.choose('CPU', 'CPU', /Any CPU/);
  await app.settings.expectSaved('CPU');
  await app.settings.set('Group', 'Course 3');
  await app.settings.set('Tags', 'edge');
  await app.settings.choose('Start after', 'Add a machine to start before this one', /router/);
  await app.settings.expectSaved('Start after');
  await app.settings.choose('Start after', 'How far router must have come', /has said/);
  const text = app.settings.setting('Start after').getByRole('textbox');
  await text.fill('routes are up');
  await text.press('Enter');
  await app.settings.expectSaved('Start after');

  await app.machine.shutDown();
  await app.machine.waitForState('stopped', 30_000);
  await paddock.kill();
  app = await paddock.open();
  await app.machines.selectMachine('tiny');
  await app.machine.showTab('Settings');
  await expect(app.settings.field('Memory')).toHaveValue('96');
  await expect(app.settings.field('Memory folder')).toHaveValue('');
  await expect(app.settings.setting('CPU').getByRole('combobox')).toContainText('Any CPU');
  await expect(app.settings.field('Group')).toHaveValue('Course 3');
  await expect(app.settings.setting('Tags')).toContainText('edge');

  // The start waits for what the router says; it can be begun at once, and taken back.
  await app.machine.start();
  const waits = app.machine.main.getByRole('status').filter({ hasText: 'Waits until' });
  await expect(waits).toContainText('router has said “routes are up”');
  await waits.getByRole('button', { name: 'Don’t start' }).click();
  await expect(waits).toBeHidden();
  await app.machine.start();
  await waits.getByRole('button', { name: 'Start now' }).click();
  await app.machine.waitForState('running', 30_000);
});

test('runs: a panic is red, searched, compared, exported as an archive, and removed', async ({ paddock }) => {
  const app = await paddock.open();
  await app.startTiny();
  await app.console.logIn();
  await app.console.type('echo c > /proc/sysrq-trigger\n');
  await app.machine.waitForState('crashed', 30_000);
  await app.machine.start();
  await app.console.waitForText(/login: *$/m);
  await app.machine.showTab('Runs');
  await expect(app.runs.runs).toHaveCount(2);
  await expect(app.runs.runs.last()).toContainText('panic: sysrq triggered crash');
  await expect(app.runs.button('Delete run')).toHaveAttribute('aria-disabled', 'true');

  await app.runs.choose(1);
  await expect(app.runs.detail).toContainText('SIGABRT');
  await app.runs.compareWith(2);
  await expect(app.runs.detail).toContainText('Run 1 and run 2');
  await expect(app.runs.detail.locator('.diff .a').filter({ hasText: 'Kernel panic' })).toHaveCount(1);
  await app.runs.button(/^Back to run/).click();

  // The system's own dialog can't be driven from here; what it would answer is given in its place.
  const path = join(paddock.home, 'tmp', 'report.tar.gz');
  await paddock.electron.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, path);
  await app.runs.button('Export…').click();
  await expect(app.runs.detail).toContainText(`Written to ${path}`);
  const names = execFileSync('tar', ['-tzf', path], { encoding: 'utf8' });
  expect(names).toMatch(/run\.json/);
  expect(names).toMatch(/con0/);
  await app.runs.button('Export…').click();
  await expect(app.runs.detail).toContainText('overwrites nothing');

  await app.runs.search.fill('not syncing');
  await expect(app.runs.hits).toHaveCount(1);
  await app.runs.hits.first().click();
  await expect(app.log.search).toHaveValue('not syncing');
  await expect(app.log.goal).toContainText('Kernel panic - not syncing');

  await app.machine.showTab('Runs');
  await app.runs.choose(1);
  await app.runs.button('Delete run').click();
  const vmFolder = join(paddock.home, 'data/paddock/vms', shown(paddock, 'tiny').id);
  expect(existsSync(join(vmFolder, 'runs/1'))).toBe(true);
  await app.runs.button('Delete run 1 and its logs').click();
  await expect(app.runs.runs).toHaveCount(1);
  expect(existsSync(join(vmFolder, 'runs/1'))).toBe(false);
});

test('a host that was killed: the rescue console has a login, the others say that they are lost', async ({
  paddock,
}) => {
  const app = await paddock.open();
  await app.startTiny();
  await app.console.logIn();
  const { pid } = shown(paddock, 'tiny');
  for (const host of hostsOf(paddock.home)) process.kill(host, 'SIGKILL');
  await expect(app.console.rescueTab).toHaveAttribute('aria-selected', 'true', { timeout: 30_000 });
  await app.console.focus();
  await app.console.type('\n');
  await app.console.logIn();
  await app.console.type('echo rescued-$((40+2))\n');
  await app.console.waitForText(/^rescued-42$/m);
  expect(shown(paddock, 'tiny').pid).toBe(pid);

  await app.console.tab(0).click();
  const remark = app.page.locator('#console-panel');
  await expect(remark).toContainText('this console was lost');
  await remark.getByRole('button', { name: 'Restart' }).click();
  await expect(app.console.rescueTab).toBeHidden({ timeout: 40_000 });
  await app.machine.waitForState('running', 40_000);
  await app.console.logIn();
});
