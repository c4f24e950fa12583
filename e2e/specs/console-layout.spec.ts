import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expectAccessible } from '../fixtures/axe.js';
import { expect, test, type Paddock } from '../fixtures/paddock.js';
import type { AppPage } from '../pages/app-page.js';
import { ConsolePage } from '../pages/console-page.js';

/** A machine with consoles that are logged in, shown in the window. */
async function startMachine(paddock: Paddock, consoles: number, name = 'web'): Promise<AppPage> {
  const app = await paddock.open();
  const host = await paddock.host();
  await host.start(await host.make(name, {}, 'tiny', consoles));
  await app.machines.selectMachine(name);
  await app.console.logIn();
  return app;
}

/** The columns and rows that a pane's terminal has room for and shows, from the line under the consoles. */
async function shownSize(page: Page): Promise<string> {
  return (await page.locator('.status .num').last().innerText()).replaceAll(' ', '');
}

/** Waits until the guest has the size that the window shows. */
async function expectGuestToHaveSize(page: Page, shown: ConsolePage): Promise<void> {
  // Both may still be on their way: what is shown follows the host, which follows the views.
  await expect(async () => {
    const { rows, cols } = await shown.guestSize(`s${Date.now()}`);
    expect(`${cols}×${rows}`).toBe(await shownSize(page));
  }).toPass({ timeout: 20_000 });
}

/** Waits for another window and what it shows. */
async function ownWindow(paddock: Paddock, open: () => Promise<void>): Promise<Page> {
  const coming = paddock.electron.waitForEvent('window');
  await open();
  const page = await coming;
  await expect(page.locator('.xterm-rows')).toBeVisible();
  return page;
}

test('split panes are two terminals, each with the size its guest reports; borders move by mouse and keys', async ({
  paddock,
}) => {
  const app = await startMachine(paddock, 2);
  const { layout, page } = app;
  await page.keyboard.press('Control+Shift+E');
  await expect(layout.panes).toHaveCount(2);
  expect(await layout.names()).toEqual(['Pane 1 of 2: con0 of web', 'Pane 2 of 2: con1 of web']);
  await layout.console(2).logIn();
  await layout.console(2).type('echo in-$(basename $(tty))\n');
  await layout.console(2).waitForText(/^in-tty1$/m);
  await expectGuestToHaveSize(page, layout.console(2));

  await page.keyboard.press('Control+Shift+ArrowLeft');
  await expect(layout.console(1).keyboard).toBeFocused();
  await layout.console(1).type('echo in-$(basename $(tty))\n');
  await layout.console(1).waitForText(/^in-tty0$/m);
  await expectGuestToHaveSize(page, layout.console(1));

  // The border by the mouse, by keys and back to the middle.
  const border = layout.borders.first();
  const width = async (): Promise<number> => (await layout.panes.first().boundingBox())?.width ?? 0;
  const half = await width();
  const at = await border.boundingBox();
  if (!at) throw new Error('no border');
  await page.mouse.move(at.x, at.y + 200);
  await page.mouse.down();
  await page.mouse.move(at.x - 160, at.y + 200, { steps: 10 });
  await page.mouse.up();
  expect(await width()).toBeCloseTo(half - 160, -1);
  await layout.console(1).focus();
  await expectGuestToHaveSize(page, layout.console(1));
  await border.focus();
  const value = Number(await border.getAttribute('aria-valuenow'));
  await page.keyboard.press('ArrowRight');
  await expect(border).toHaveAttribute('aria-valuenow', String(value + 2));
  await border.dblclick();
  await expect(border).toHaveAttribute('aria-valuenow', '50');
  expect(await width()).toBe(half);

  // Closed, both are tabs again, and nothing is lost.
  await layout.console(2).focus();
  await page.keyboard.press('Control+Shift+W');
  await expect(layout.panes).toHaveCount(1);
  expect(await layout.order()).toEqual([['con0', 'con1']]);
  await app.console.consoleTab(1);
  await app.console.waitForText(/^in-tty1$/m);
});

test('tabs move by keys, by the menu and by the mouse, also into another pane and to a side of one', async ({
  paddock,
}) => {
  const app = await startMachine(paddock, 3);
  const { layout, page } = app;
  await page.keyboard.press('Control+Shift+PageDown');
  expect(await layout.order()).toEqual([['con1', 'con0', 'con2']]);
  await page.keyboard.press('Control+Shift+PageUp');
  expect(await layout.order()).toEqual([['con0', 'con1', 'con2']]);
  await layout.choose(layout.tab('con2'), 'Move tab left');
  expect(await layout.order()).toEqual([['con0', 'con2', 'con1']]);
  await layout.drag(layout.tab('con1'), layout.tab('con0'), 0.1, 0.5);
  await expect.poll(() => layout.order()).toEqual([['con1', 'con0', 'con2']]);
  await layout.drag(layout.tab('con2'), layout.panes.first().locator('.termwrap'), 0.5, 0.95);
  await expect.poll(() => layout.order()).toEqual([['con1', 'con0'], ['con2']]);
  await layout.drag(layout.tab('con0'), layout.panes.nth(1).locator('.termwrap'), 0.95, 0.5);
  await expect.poll(() => layout.order()).toEqual([['con1'], ['con2'], ['con0']]);
  await expect(layout.borders).toHaveCount(2);
  await layout.drag(layout.tab('con2', 2), layout.tab('con1', 1), 0.1, 0.5);
  await expect.poll(() => layout.order()).toEqual([['con2', 'con1'], ['con0']]);
  // A tab that is dropped nowhere stays where it was.
  await layout.drag(layout.tab('con2'), app.machine.bar, 0.5, 0.5);
  expect(await layout.order()).toEqual([['con2', 'con1'], ['con0']]);
  await app.palette.do('make all panes', /Make all panes one/);
  await expect(layout.panes).toHaveCount(1);
});

test('one console seen twice: the same output, the smaller of both sizes, one answer', async ({
  paddock,
}) => {
  const app = await startMachine(paddock, 1);
  const { layout, page } = app;
  await page.keyboard.press('Control+Shift+Y');
  await expect(layout.panes).toHaveCount(2);
  expect(await layout.names()).toEqual(['Pane 1 of 2: con0 of web', 'Pane 2 of 2: con0 of web']);
  const border = await layout.borders.first().boundingBox();
  if (!border) throw new Error('no border');
  await page.mouse.move(border.x, border.y + 100);
  await page.mouse.down();
  await page.mouse.move(border.x + 120, border.y + 100, { steps: 5 });
  await page.mouse.up();
  await layout.console(2).focus();
  await layout.console(2).type('echo twice-$((40 + 2))\n');
  await layout.console(1).waitForText(/^twice-42$/m);
  await layout.console(2).waitForText(/^twice-42$/m);
  await expectGuestToHaveSize(page, layout.console(2));
  const smaller = await shownSize(page);
  await expect(layout.panes.first().locator('.limited')).toBeVisible();
  await layout.console(1).focus();
  expect(await shownSize(page)).toBe(smaller);
  await page.screenshot({ path: 'test-results/screenshots/seen-twice.png' });
  // Where is the cursor? Two terminals hear the question, one answers.
  await layout.console(1).type("printf '\\033[6n'; sleep 1; echo asked-$((1 + 1))\n");
  await layout.console(1).waitForText(/^.*asked-2$/m);
  // The guest's terminal line echoes what came as an answer.
  expect([...(await layout.console(1).terminalText()).matchAll(/\^\[\[\d+;\d+R/g)]).toHaveLength(1);
  // Alone again it has all its room.
  await page.keyboard.press('Control+Shift+W');
  await expect(layout.panes).toHaveCount(1);
  await expectGuestToHaveSize(page, app.console);
  await expect(page.locator('.limited')).toHaveCount(0);
});

test('popped out in a flood and brought back: no byte is lost; it outlives the main window and a restart', async ({
  paddock,
}) => {
  const app = await startMachine(paddock, 2);
  const { page } = app;
  const { id } = (JSON.parse(paddock.command('vm', 'list', '--json')) as { id: string }[])[0] ?? { id: '' };
  await app.console.type('seq 100001 400000 > /tmp/flood; echo sum-$(md5sum < /tmp/flood)\n');
  await app.console.waitForText(/^sum-[0-9a-f]{32}/m, 60_000);
  const [, expected = ''] = /^sum-([0-9a-f]{32})/m.exec(await app.console.terminalText()) ?? [];
  await app.console.type('echo flood-$((1+0)); cat /tmp/flood; echo flood-$((2+0))\n');
  await app.console.waitForText(/^1\d{5}$/m);
  const own = await ownWindow(paddock, () => page.keyboard.press('Control+Shift+J'));
  await expect(page.getByText('con0 is in its own window.')).toBeVisible();
  await expect(own.getByRole('heading', { name: 'web' })).toBeVisible();
  const there = new ConsolePage(own);
  await there.waitForText(/^\d{6}$/m);
  await page.getByRole('button', { name: 'Bring back' }).click();
  await app.console.waitForText(/^399999\n400000\nflood-2$/m, 60_000);
  await expect(app.console.keyboard).toBeFocused();
  const log = readFileSync(join(paddock.home, 'data/paddock/vms', id, 'runs/1/con0.log'), 'latin1');
  const flood = log.slice(log.indexOf('\nflood-1\r\n') + 10, log.lastIndexOf('flood-2\r\n'));
  expect(createHash('md5').update(flood.replaceAll('\r\n', '\n')).digest('hex')).toBe(expected);
  // A flood may be shown in leaps; when it is over the screen is whole.
  await expect.poll(async () => consecutive(await app.console.terminalText())).toBe(true);

  // Out again: the end of the flood is there as well, typing works, and axe finds nothing.
  await app.console.focus();
  const again = await ownWindow(paddock, () => page.keyboard.press('Control+Shift+J'));
  const console = new ConsolePage(again);
  await console.waitForText(/^400000\nflood-2$/m);
  // A flood may be shown in leaps; when it is over the screen is whole.
  await expect.poll(async () => consecutive(await console.terminalText())).toBe(true);
  await console.focus();
  await console.type('echo from-its-own-$((1+1))\n');
  await console.waitForText(/^from-its-own-2$/m);
  // Its whole log, and back to the terminal with the keyboard.
  await again.keyboard.press('Control+Shift+L');
  await expect(again.getByRole('log', { name: 'Log of con0' })).toContainText('from-its-own-2');
  await expect(again.getByRole('button', { name: 'Log', exact: true })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await again.keyboard.press('Control+Shift+L');
  await expect(console.keyboard).toBeFocused();
  await again.screenshot({ path: 'test-results/screenshots/own-window.png' });
  // It is locked down as the first window is.
  const locks = await paddock.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map(({ webContents }) => {
      const { contextIsolation, sandbox, nodeIntegration, webSecurity, preload } = (
        webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }
      ).getLastWebPreferences();
      return { contextIsolation, sandbox, nodeIntegration, webSecurity, preload };
    }),
  );
  expect(locks).toHaveLength(2);
  expect(locks[1]).toEqual(locks[0]);
  expect(locks[1]).toMatchObject({ contextIsolation: true, sandbox: true, nodeIntegration: false });
  const response = await again.evaluate(() =>
    fetch(location.href).then(
      () => 'done',
      () => 'refused',
    ),
  );
  expect(response).toBe('refused');
  await expectAccessible(again, 'own window');
  await page.screenshot({ path: 'test-results/screenshots/in-its-own-window.png' });
  await expectAccessible(page, 'in its own window');

  // It outlives the main window, which comes back from there.
  const closed = page.waitForEvent('close');
  // The window may be gone before Playwright hears that it was clicked.
  const clicked = page.getByRole('button', { name: /^Close window/ }).click();
  await Promise.all([closed, clicked.catch(() => {})]);
  await console.type('echo still-$((1+2))\n');
  await console.waitForText(/^still-3$/m);
  const mainPage = await ownMain(paddock, () => again.keyboard.press('Control+Shift+M'));
  await expect(mainPage.getByText('con0 is in its own window.')).toBeVisible({ timeout: 20_000 });

  // And a stop and start of the machine.
  paddock.command('vm', 'stop', 'web');
  await expect(again.getByRole('img', { name: 'stopped' }).first()).toBeVisible();
  paddock.command('vm', 'start', 'web');
  await console.waitForText(/login: *$/m, 30_000);

  // After a crash of the app it is a tab again.
  await paddock.kill();
  const after = await paddock.open();
  await after.machines.selectMachine('web');
  await expect(after.layout.tab('con0')).toBeVisible();
  await after.console.waitForText(/login: *$/m);
  expect(await after.layout.order()).toEqual([['con0', 'con1']]);
});

test('broadcast types into two machines until one stops; it does not outlive the app', async ({
  paddock,
}) => {
  const app = await startMachine(paddock, 1, 'left');
  const { layout, page } = app;
  const host = await paddock.host();
  const second = await host.make('right');
  await host.start(second);
  await host.make('off');
  await app.machines.selectMachine('right');
  await app.console.logIn();
  await page.keyboard.press('Control+Shift+B');
  const dialog = layout.broadcastDialog;
  await expect(dialog.getByRole('checkbox')).toHaveCount(2);
  await expect(dialog.getByRole('group', { name: 'off' })).toContainText('it doesn’t run');
  await page.screenshot({ path: 'test-results/screenshots/broadcast-dialog.png' });
  await expectAccessible(page, 'broadcast dialog');
  await dialog.getByRole('group', { name: 'left' }).getByRole('checkbox').click();
  await dialog.getByRole('button', { name: 'Broadcast to 2 consoles' }).click();
  await expect(layout.broadcastMarks).toHaveText('Broadcast to 2');
  await expect(app.console.keyboard).toBeFocused();
  await app.console.type('echo typed-on-$(hostname) | tee /tmp/typed\n');
  await app.console.waitForText(/^typed-on-/m);
  await paddock.electron.evaluate(({ clipboard }) => clipboard.writeText('echo pasted-$((3+4))'));
  await page.keyboard.press('Control+Shift+V');
  await app.console.type('\n');
  await app.console.waitForText(/^pasted-7$/m);
  // What a terminal answers is not typed by a person: it stays where it was asked.
  await app.console.type("[ $(hostname) = left ] || printf '\\033[6n'; sleep 1; echo asked-$((1 + 1))\n");
  await app.console.waitForText(/asked-2$/m);
  await expect.poll(() => app.console.terminalText()).toMatch(/\^\[\[\d+;\d+R/);
  await app.machines.selectMachine('left');
  await app.console.waitForText(/^typed-on-/m);
  await app.console.waitForText(/^pasted-7$/m);
  await app.console.waitForText(/asked-2$/m);
  expect(await app.console.terminalText()).not.toMatch(/\^\[\[\d+;\d+R/);
  await expect(layout.broadcastMarks).toHaveText('Broadcast to 2');
  await page.screenshot({ path: 'test-results/screenshots/broadcasting.png' });
  await expectAccessible(page, 'broadcasting');

  await host.stop(second);
  await expect(layout.broadcastMarks).toHaveCount(0);

  await host.start(second);
  await app.machines.waitForState('right', 'running');
  await page.keyboard.press('Control+Shift+B');
  await dialog.getByRole('group', { name: 'right' }).getByRole('checkbox').click();
  await dialog.getByRole('button', { name: 'Broadcast to 2 consoles' }).click();
  await expect(layout.broadcastMarks).toHaveCount(1);
  await paddock.close();
  const later = await paddock.open();
  await later.machines.selectMachine('left');
  await expect(later.console.rows).toBeVisible();
  await expect(later.layout.broadcastMarks).toHaveCount(0);
});

test('a restart of the app brings the layout back; axe finds nothing in any theme', async ({ paddock }) => {
  const app = await startMachine(paddock, 3);
  await app.page.keyboard.press('Control+Shift+E');
  await app.page.keyboard.press('Control+Shift+O');
  await expect(app.layout.panes).toHaveCount(3);
  await app.layout.borders.first().focus();
  for (let n = 0; n < 5; n += 1) await app.page.keyboard.press('ArrowLeft');
  const names = await app.layout.names();
  const share = await app.layout.borders.first().getAttribute('aria-valuenow');
  for (const theme of ['Light', 'Dark', 'High contrast'] as const) {
    await app.chooseTheme(theme);
    await expectAccessible(app.page, `three panes, ${theme}`);
    await app.page.screenshot({ path: `test-results/screenshots/panes-${theme.replace(' ', '-')}.png` });
  }
  await app.layout.tab('con0').click({ button: 'right' });
  await expectAccessible(app.page, 'menu of a tab');
  await app.page.screenshot({ path: 'test-results/screenshots/panes-menu.png' });
  await app.page.keyboard.press('Escape');
  await paddock.close();

  const later = await paddock.open();
  await later.machines.selectMachine('web');
  await expect(later.layout.panes).toHaveCount(3);
  expect(await later.layout.names()).toEqual(names);
  await expect(later.layout.borders.first()).toHaveAttribute('aria-valuenow', share ?? '');
  await paddock.resize(800, 600);
  await expectAccessible(later.page, 'three panes in a narrow window');
  await later.page.screenshot({ path: 'test-results/screenshots/panes-narrow.png' });
});

/** Whether the numbers on a screen come one after the other, none missing and none twice. */
function consecutive(screen: string): boolean {
  const numbers = [...screen.matchAll(/^\d{6}$/gm)].map(Number);
  return numbers.length > 3 && numbers.every((number, place) => number === (numbers[0] ?? 0) + place);
}

/** Waits for the main window to be opened again. */
async function ownMain(paddock: Paddock, open: () => Promise<void>): Promise<Page> {
  const coming = paddock.electron.waitForEvent('window');
  await open();
  return coming;
}
