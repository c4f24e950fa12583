import { md5, readConsoleLog } from '../oracles/console-log.js';
import { expect, test, type Paddock } from '../fixtures/paddock.js';
import type { AppPage } from '../pages/app-page.js';

/** Lines of the guest's file: numbered, so that the screen shows whether any is missing. */
const LINES = 40_000;
const TEXT = ' The quick brown fox jumps over the lazy dog';
const FLOOD_LIMIT_MS = 60_000;

const expected = Array.from({ length: LINES }, (_, n) => `${n + 1}${TEXT}\n`).join('');

/** A machine with the file, the guest's own checksum of it, and a second console to end floods from. */
async function prepare(paddock: Paddock): Promise<{ app: AppPage; id: string; checksum: string }> {
  const app = await paddock.open();
  await app.startTiny();
  await app.console.logIn();
  await app.console.type(`seq 1 ${LINES} | sed 's/$/${TEXT}/' > /tmp/f; md5sum /tmp/f\n`);
  await app.console.waitForText(/^[0-9a-f]{32} {2}\/tmp\/f$/m, 60_000);
  const [, checksum = ''] = /^([0-9a-f]{32})/m.exec(await app.console.terminalText()) ?? [];
  paddock.command('console', 'tiny', 'con1', '--expect', 'login: ', '--send', 'root\\n', '--expect', '# ');
  const [vm] = JSON.parse(paddock.command('vm', 'list', '--json')) as { id: string }[];
  return { app, id: vm?.id ?? '', checksum };
}

/** Prints the file over and over; returns once it is under way. */
async function beginFlood(app: AppPage, mark: string): Promise<void> {
  await app.console.type(
    `rm -f /tmp/stop; echo ${mark}-be"gin"; n=0; while [ ! -e /tmp/stop ]; do cat /tmp/f; n=$((n+1)); done; echo ${mark}-e"nd" $n\n`,
  );
  await app.console.waitForText(/^\d+ The quick/m);
}

/** Ends it from the other console. */
function endFlood(paddock: Paddock): void {
  paddock.command('console', 'tiny', 'con1', '--send', 'touch /tmp/stop; echo o""k\\n', '--expect', '^ok');
}

/** Every byte of the flood is in the log, and nothing but it, as often as the guest says it printed the file. */
async function expectWholeFlood(paddock: Paddock, id: string, mark: string, checksum: string): Promise<void> {
  let log = '';
  await expect
    .poll(() => new RegExp(`\n${mark}-end \\d+\n`).test((log = readConsoleLog(paddock.home, id, 1))), {
      timeout: FLOOD_LIMIT_MS,
    })
    .toBe(true);
  const begin = log.indexOf(`\n${mark}-begin\n`) + `\n${mark}-begin\n`.length;
  const end = log.indexOf(`\n${mark}-end `, begin) + 1;
  const times = Number(log.slice(end + `${mark}-end `.length).split('\n', 1)[0]);
  expect(times).toBeGreaterThan(0);
  expect(end - begin).toBe(expected.length * times);
  for (let n = 0; n < times; n += 1) {
    const from = begin + n * expected.length;
    expect(md5(log.slice(from, from + expected.length))).toBe(checksum);
  }
}

/** The screen ends as the guest's output does, with no line of it missing. */
async function expectScreenAtEnd(app: AppPage, mark: string): Promise<void> {
  await app.console.waitForText(new RegExp(`^${mark}-end \\d+$`, 'm'), FLOOD_LIMIT_MS);
  await expect
    .poll(async () => {
      const rows = (await app.console.terminalText()).split('\n');
      const end = rows.findIndex((row) => row.startsWith(`${mark}-end `));
      return rows.slice(0, end).join('\n');
    })
    .toMatch(endOfLines(10));
}

/** The last lines of the file, at the end of a text. */
function endOfLines(count: number): RegExp {
  const lines = Array.from({ length: count }, (_, n) => `${LINES - count + 1 + n}${TEXT}`);
  return new RegExp(`^${lines.join('\\n')}$`, 'm');
}

/** Where a text stops being the beginning of another, with what is there; '' when it is. */
function differenceOf(text: string, whole: string): string {
  if (whole.startsWith(text)) return '';
  let at = 0;
  while (text[at] === whole[at]) at += 1;
  return `at ${at} of ${text.length}: ${JSON.stringify(text.slice(Math.max(0, at - 80), at + 120))}`;
}

test('in a flood: tabs are switched, the window is closed and opened, the app is killed; not a byte is lost', async ({
  paddock,
}) => {
  test.slow();
  const { app, id, checksum } = await prepare(paddock);
  expect(md5(expected)).toBe(checksum);

  await test.step('tabs are switched', async () => {
    await beginFlood(app, 'tabs');
    await app.console.consoleTab(1);
    await app.console.waitForText(/# *$/m);
    await app.console.consoleTab(0);
    await app.console.consoleTab(1);
    await app.console.consoleTab(0);
    endFlood(paddock);
    await expectScreenAtEnd(app, 'tabs');
    await expectWholeFlood(paddock, id, 'tabs', checksum);
  });

  let second = app;
  await test.step('the window is closed and opened', async () => {
    await beginFlood(app, 'window');
    await paddock.close();
    second = await paddock.open();
    await second.machines.selectMachine('tiny');
    await second.console.waitForText(/^\d+ The quick/m);
    endFlood(paddock);
    await expectScreenAtEnd(second, 'window');
    await expectWholeFlood(paddock, id, 'window', checksum);
  });

  await test.step('the app is killed', async () => {
    await second.console.focus();
    await beginFlood(second, 'kill');
    await paddock.kill();
    const third = await paddock.open();
    await third.machines.selectMachine('tiny');
    await third.console.waitForText(/^\d+ The quick/m);
    endFlood(paddock);
    await expectScreenAtEnd(third, 'kill');
    await expectWholeFlood(paddock, id, 'kill', checksum);
  });
});

test('in a flood: the machine is killed, it panics, it is restarted; what it said stays, up to its last word', async ({
  paddock,
}) => {
  test.slow();
  const { app, id } = await prepare(paddock);

  await test.step('killed', async () => {
    await beginFlood(app, 'killed');
    const [vm] = JSON.parse(paddock.command('vm', 'list', '--json')) as { pid: number }[];
    process.kill(vm?.pid ?? 0, 'SIGKILL');
    await app.machine.waitForState('crashed');
    const log = readConsoleLog(paddock.home, id, 1);
    const flood = log.slice(log.indexOf('\nkilled-begin\n') + '\nkilled-begin\n'.length);
    // What UML's own processes say when their kernel is gone comes by another way, between any two bytes of the guest's.
    const guest = flood.replace(/(?:[\w-]+: )?waitpid: [^\n]*\n/g, '');
    const times = Math.ceil(guest.length / expected.length);
    expect(times).toBeGreaterThan(0);
    expect(differenceOf(guest, expected.repeat(times))).toBe('');
    // The screen has the last whole line, too.
    await app.console.waitForText(new RegExp(`^${guest.split('\n').at(-2) ?? ''}$`, 'm'));
  });

  await test.step('panicked', async () => {
    await app.machine.start();
    await app.console.logIn();
    await app.console.type(`seq 1 ${LINES} > /tmp/f; echo rea""dy\n`);
    await app.console.waitForText(/^ready$/m, 60_000);
    await app.console.type('(while :; do cat /tmp/f; done) & sleep 1; echo c > /proc/sysrq-trigger\n');
    await app.machine.waitForState('crashed', 30_000);
    const log = readConsoleLog(paddock.home, id, 2);
    expect(log).toMatch(/Kernel panic - not syncing: sysrq triggered crash/);
    // The trace behind it is longer than the screen: that ends as the log does.
    const last = log.trimEnd().split('\n').at(-1)?.trim() ?? '';
    await expect.poll(async () => (await app.console.terminalText()).trimEnd().endsWith(last)).toBe(true);
  });

  await test.step('restarted: the earlier runs are above, divided, and their logs as they were', async () => {
    const before = [1, 2].map((run) => md5(readConsoleLog(paddock.home, id, run)));
    await app.machine.start();
    await app.console.logIn();
    await app.console.scrollToDivider(/Run 2 crashed/);
    expect([1, 2].map((run) => md5(readConsoleLog(paddock.home, id, run)))).toEqual(before);
  });
});
