import { readFileSync } from 'node:fs';
import { expect, test } from '../fixtures/paddock.js';
import { machinesUnder } from '../oracles/processes.js';

test('one click to a login prompt, two consoles, a resize that the guest sees, and a clean end', async ({
  paddock,
}) => {
  const app = await paddock.open();
  await app.startTiny();
  await app.console.waitForText(/tiny login: *$/m);
  expect(machinesUnder(paddock.umlDir).length).toBeGreaterThan(0);
  await app.console.logIn();
  await app.console.type('echo $((6 * 7))-$(id -un)-$(hostname)\n');
  await app.console.waitForText(/^42-root-tiny$/m);

  await app.console.consoleTab(1);
  await app.console.logIn();
  await app.console.type('tty\n');
  await app.console.waitForText(/^\/dev\/tty1$/m);

  await app.console.consoleTab(0);
  const before = await app.console.guestSize('before');
  await paddock.resize(1000, 600);
  await expect
    .poll(async () => (await app.console.guestSize(`at${Date.now()}`)).cols)
    .toBeLessThan(before.cols);
  await paddock.resize(1280, 800);

  await app.machine.shutDown();
  await app.machine.waitForState('stopped', 30_000);
  await app.machines.waitForState('tiny', 'stopped');
  await expect.poll(() => machinesUnder(paddock.umlDir)).toEqual([]);
  await expect(app.machine.startButton).toBeVisible();

  await app.machine.start();
  await app.console.waitForText(/login: *$/m);
  await app.console.scrollToDivider(/Run 1 stopped: clean poweroff/);
});

test('kill -9 of the app: the machine runs on; a new window has its scrollback, and typing works', async ({
  paddock,
}) => {
  const first = await paddock.open();
  await first.startTiny();
  await first.console.logIn();
  await first.console.type('echo before-the-kill; touch /tmp/alive\n');
  await first.console.waitForText(/^before-the-kill$/m);
  const running = machinesUnder(paddock.umlDir);
  await paddock.kill();
  expect(machinesUnder(paddock.umlDir)).toEqual(expect.arrayContaining(running));

  const second = await paddock.open();
  await second.machines.selectMachine('tiny');
  await second.machine.waitForState('running');
  await second.console.waitForText(/^before-the-kill$/m);
  await second.console.focus();
  await second.console.type('ls /tmp\n');
  await second.console.waitForText(/^alive$/m);
  // What xterm answers to the queries in the replayed history was not typed into the guest.
  expect(await second.console.terminalText()).not.toMatch(/\d+;\d+R/);
});

test('closing the window leaves the machine running, with every byte of its console in the log', async ({
  paddock,
}) => {
  const app = await paddock.open();
  await app.startTiny();
  await app.console.logIn();
  await paddock.close();
  expect(machinesUnder(paddock.umlDir).length).toBeGreaterThan(0);
  const [vm] = JSON.parse(paddock.command('vm', 'list', '--json')) as { id: string; state: string }[];
  expect(vm).toMatchObject({ state: 'running' });
  paddock.command(
    'console',
    'tiny',
    'con0',
    '--send',
    'echo closed-window\\n',
    '--expect',
    '^closed-window',
    '--timeout',
    '20',
  );
  const log = readFileSync(`${paddock.home}/data/paddock/vms/${vm?.id ?? ''}/runs/1/con0.log`, 'utf8');
  expect(log).toContain('Linux version');
  expect(log).toContain('\nclosed-window');
  paddock.command('vm', 'stop', 'tiny');
  expect(machinesUnder(paddock.umlDir)).toEqual([]);
});

test('find marks matches; copy and paste go through the clipboard; a paste of many lines asks', async ({
  paddock,
}) => {
  const app = await paddock.open();
  await app.startTiny();
  await app.console.logIn();
  await app.console.find('ubda');
  await expect(app.page.getByText(/\d+ of \d+/)).toBeVisible();
  await app.page.keyboard.press('Escape');
  await app.console.focus();
  await paddock.electron.evaluate(({ clipboard }) => clipboard.writeText('echo pasted-$((1+1))'));
  await app.page.keyboard.press('Control+Shift+V');
  await app.console.type('\n');
  await app.console.waitForText(/^pasted-2$/m);
  // Selected by a double click and copied by its chord.
  await app.console.doubleClick('pasted-2');
  await app.page.keyboard.press('Control+Shift+C');
  await expect
    .poll(() => paddock.electron.evaluate(({ clipboard }) => clipboard.readText()))
    .toMatch(/pasted|2/);
  await paddock.electron.evaluate(({ clipboard }) => clipboard.writeText('echo one\necho two\n'));
  await app.page.keyboard.press('Control+Shift+V');
  await expect(app.console.pasteDialog).toBeVisible();
  await app.page.keyboard.press('Escape');
  await expect(app.console.pasteDialog).toBeHidden();
});

test('a panic is explained above the console, and the machine can be started again', async ({ paddock }) => {
  const app = await paddock.open();
  await app.startTiny();
  await app.console.logIn();
  await app.console.type('echo c > /proc/sysrq-trigger\n');
  await app.machine.waitForState('crashed', 30_000);
  await expect(app.machine.explanation).toContainText('sysrq triggered crash');
  await expect.poll(() => machinesUnder(paddock.umlDir)).toEqual([]);
  await app.machine.start();
  await app.machine.waitForState('running', 30_000);
  await app.console.waitForText(/login: *$/m);
});
