import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectAccessible } from '../fixtures/axe.js';
import { expect, test, type Paddock } from '../fixtures/paddock.js';
import type { AppPage } from '../pages/app-page.js';

/** A window with a tiny Linux, logged in. */
async function loggedIn(paddock: Paddock): Promise<AppPage> {
  const app = await paddock.open();
  await app.startTiny();
  await app.console.logIn();
  return app;
}

/** From here on the desktop's browser is a list that a test can read. */
async function catchOpened(paddock: Paddock): Promise<() => Promise<string[]>> {
  await paddock.electron.evaluate(({ shell }) => {
    const opened: string[] = [];
    Reflect.set(globalThis, 'opened', opened);
    shell.openExternal = (address) => {
      opened.push(address);
      return Promise.resolve();
    };
  });
  return () => paddock.electron.evaluate(() => Reflect.get(globalThis, 'opened') as string[]);
}

const clipboard = (paddock: Paddock): Promise<string> =>
  paddock.electron.evaluate(({ clipboard: board }) => board.readText());

/** All text of the console, by way of the clipboard. */
async function allText(paddock: Paddock, app: AppPage): Promise<string> {
  await paddock.electron.evaluate(({ clipboard: board }) => board.writeText(''));
  await app.console.focus();
  await app.page.keyboard.press('Control+Shift+A');
  await app.page.keyboard.press('Control+Shift+C');
  await expect.poll(() => clipboard(paddock)).not.toBe('');
  await app.console.focus();
  return (await clipboard(paddock)).trimEnd();
}

test('links: underlined, asked about with their real address, opened only then', async ({ paddock }) => {
  const app = await loggedIn(paddock);
  const { console: terminal, page } = app;
  const opened = await catchOpened(paddock);
  await terminal.type('echo see https://kernel.org/doc.\n');
  await terminal.waitForText(/^see https/m);
  await terminal.clickText('https://kernel.org/doc');
  const dialog = page.getByRole('dialog', { name: 'Open kernel.org?' });
  await expect(dialog).toContainText('https://kernel.org/doc');
  await dialog.getByRole('button', { name: 'Don’t open' }).click();
  await expect(dialog).toBeHidden();
  expect(await opened()).toEqual([]);
  await terminal.clickText('https://kernel.org/doc');
  await expect(dialog).toBeVisible();
  for (const theme of ['light', 'dark', 'contrast']) {
    await page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme);
    await expectAccessible(page, `a link, ${theme}`);
  }
  await page.screenshot({ path: 'test-results/screenshots/link-dialog.png' });
  await dialog.getByRole('button', { name: 'Open', exact: true }).click();
  await expect.poll(opened).toEqual(['https://kernel.org/doc']);

  // Behind text: what it says is not where it leads.
  await terminal.type(
    "clear; printf '\\033]8;;https://evil.example/x\\033\\\\https://kernel.org\\033]8;;\\033\\\\\\n'\n",
  );
  await terminal.waitForText(/^https:\/\/kernel\.org$/m);
  await terminal.clickText('https://kernel.org');
  const other = page.getByRole('dialog', { name: 'Open evil.example?' });
  await expect(other).toContainText('names another site');
  await expect(other).toContainText('https://evil.example/x');
  await page.keyboard.press('Escape');

  await terminal.type("clear; printf '\\033]8;;javascript:alert(1)\\033\\\\harmless\\033]8;;\\033\\\\\\n'\n");
  await terminal.waitForText(/^harmless$/m);
  await terminal.clickText('harmless');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  // Wrapped over rows, it is still one address.
  const path = 'long/'.repeat(60);
  await terminal.type(`clear; echo https://a.example/${path}end\n`);
  await terminal.waitForText(/^https:\/\/a\.example/m);
  await terminal.clickText('https://a.example');
  await page.screenshot({ path: 'test-results/screenshots/long-link.png' });
  await expect(page.getByRole('dialog', { name: 'Open a.example?' })).toContainText(`${path}end`);
  await page.keyboard.press('Escape');
  expect(await opened()).toEqual(['https://kernel.org/doc']);
});

test('pastes are shown and cleaned; a file is pasted, or typed line by line and stopped', async ({
  paddock,
}) => {
  const app = await loggedIn(paddock);
  const { console: terminal, page } = app;
  await paddock.electron.evaluate(({ clipboard: board }) =>
    board.writeText('echo cle\x1b[201~an-$((40+2))\x07'),
  );
  await page.keyboard.press('Control+Shift+V');
  await expect(terminal.pasteDialog).toContainText('2 control characters in it are left out');
  for (const theme of ['light', 'dark', 'contrast']) {
    await page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme);
    await expectAccessible(page, `a paste, ${theme}`);
  }
  await page.screenshot({ path: 'test-results/screenshots/paste-dialog.png' });
  await terminal.pasteDialog.getByRole('button', { name: 'Paste', exact: true }).click();
  await page.keyboard.press('Enter');
  await terminal.waitForText(/^cle\[201~an-42$/m);

  // The system's own dialog can't be driven from here; what it would answer is given in its place.
  const folder = join(paddock.home, 'tmp');
  const choose = async (name: string, text: string): Promise<void> => {
    writeFileSync(join(folder, name), text);
    await paddock.electron.evaluate(
      ({ dialog }, path) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
      },
      join(folder, name),
    );
  };
  await choose('two.sh', 'echo file-$((1+1))\necho done-$((1+2))\n');
  await app.palette.do('Paste from file', 'Paste from file into the console…');
  await page
    .getByRole('dialog', { name: 'Paste 2 lines from two.sh?' })
    .getByRole('button', { name: 'Paste', exact: true })
    .click();
  await terminal.waitForText(/^done-3$/m);
  await choose('large.txt', 'x'.repeat(2 * 1024 * 1024));
  await app.palette.do('Paste from file', 'Paste from file into the console…');
  const refused = page.getByRole('dialog', { name: 'large.txt is not sent' });
  await expect(refused).toContainText('2 MB');
  await refused.getByRole('button', { name: 'Close' }).click();

  // After each prompt: `read` takes the next line when it is there, not the shell's.
  await choose('slow.sh', Array.from({ length: 12 }, (_, n) => `echo slow-$((${n}+100))\n`).join(''));
  await app.palette.do('Send a file', 'Send a file’s text slowly to the console…');
  const send = page.getByRole('dialog', { name: 'Send 12 lines of slow.sh?' });
  await send.getByRole('button', { name: 'After each prompt' }).click();
  await expect(send.getByRole('textbox', { name: 'The prompt ends with' })).toHaveValue('#');
  for (const theme of ['light', 'dark', 'contrast']) {
    await page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme);
    await expectAccessible(page, `sending a file, ${theme}`);
  }
  await page.screenshot({ path: 'test-results/screenshots/send-dialog.png' });
  await send.getByRole('button', { name: 'Send', exact: true }).click();
  await terminal.waitForText(/^slow-111$/m);
  const rows = (await terminal.terminalText()).split('\n');
  const first = rows.findIndex((row) => row === 'slow-100');
  // Each command stands behind its own prompt: none was typed before the guest was ready for it.
  expect(rows.slice(first, first + 4)).toEqual([
    'slow-100',
    '~ # echo slow-$((1+100))',
    'slow-101',
    '~ # echo slow-$((2+100))',
  ]);

  await choose('long.sh', 'true\n'.repeat(500));
  await app.palette.do('Send a file', 'Send a file’s text slowly to the console…');
  await page
    .getByRole('dialog', { name: 'Send 500 lines of long.sh?' })
    .getByRole('button', { name: 'Send', exact: true })
    .click();
  await expect(terminal.progress).toContainText(/[2-9] of 500/);
  await page.screenshot({ path: 'test-results/screenshots/sending.png' });
  await terminal.progress.getByRole('button', { name: 'Cancel' }).click();
  await expect(terminal.progress).toBeHidden();
});

test('copy, also on select and of wrapped lines; clear and bring back; the menu', async ({ paddock }) => {
  const app = await loggedIn(paddock);
  const { console: terminal, page } = app;
  const long = 'wrapped-'.repeat(50);
  await terminal.type(`echo ${long}; seq 1 400\n`);
  await terminal.waitForText(/^400$/m);
  const before = await allText(paddock, app);
  expect(before.split('\n')).toContain(long);

  await app.page.keyboard.press('Control+,');
  const preferences = page.getByRole('dialog', { name: 'Preferences' });
  if (!(await preferences.isVisible())) await page.keyboard.press('Control+Shift+,');
  await preferences.getByRole('checkbox', { name: 'Copy text as soon as it is selected' }).click();
  await page.keyboard.press('Escape');
  await terminal.doubleClick('400');
  await expect.poll(() => clipboard(paddock)).toBe('400');

  await terminal.openMenu();
  await expect(page.getByRole('menuitem', { name: 'Copy', exact: true })).toBeVisible();
  await expectAccessible(page, 'the menu of a terminal');
  await page.screenshot({ path: 'test-results/screenshots/terminal-menu.png' });
  await page.getByRole('menuitem', { name: 'Clear' }).click();
  await expect(terminal.cleared).toBeVisible();
  await page.screenshot({ path: 'test-results/screenshots/cleared.png' });
  await expectAccessible(page, 'a cleared console');
  expect(await terminal.terminalText()).not.toMatch(/^400$/m);
  await terminal.focus();
  await terminal.type('echo after-$((40+2))\n');
  await terminal.waitForText(/^after-42$/m);
  await terminal.cleared.getByRole('button', { name: 'Undo' }).click();
  await terminal.waitForText(/^400$/m);
  await terminal.waitForText(/^after-42$/m);
  const after = await allText(paddock, app);
  expect(after.startsWith(before)).toBe(true);
  expect(after).toContain('after-42');
});

test('what a terminal answers never becomes part of a login name, and programs get their answers', async ({
  paddock,
}) => {
  const app = await loggedIn(paddock);
  const { console: terminal } = app;
  // A program that asks for the cursor's place gets it: ESC [ 3 ; 1 R.
  await terminal.type(
    "stty -icanon -echo; printf '\\033[2J\\033[3;1H\\033[6n'; a=$(dd bs=1 count=6 2>/dev/null | od -An -c); stty sane; echo; echo got$a\n",
  );
  await terminal.waitForText(/^got 033 +\[ +3 +; +1 +R$/m);

  // One that comes while nobody reads, just before a name is asked for, isn't in the name.
  await terminal.type(
    "stty -echo; printf '\\033[6n'; sleep 0.5; printf 'fake lo''gin: '; head -n1 | od -An -c; stty echo\n",
  );
  await terminal.waitForText(/^fake login: *$/m);
  await terminal.type('anna\n');
  await terminal.waitForText(/^fake login: +a +n +n +a +\\n$/m);

  // As systemd does before a login prompt: it asks for the size, and the prompt is there before the answer.
  for (const round of [1, 2, 3]) {
    await terminal.type("printf '\\033[6n'; exit\n");
    await terminal.waitForText(/login: *$/m);
    await terminal.type('root\n');
    await terminal.waitForText(/login: root$/m);
    await terminal.waitForText(/# *$/m);
    await terminal.type(`echo round-$((${round}+10))\n`);
    await terminal.waitForText(new RegExp(`^round-1${round}$`, 'm'));
  }

  // And one that goes on asking while a name is typed, until somebody is logged in.
  const [vm] = JSON.parse(paddock.command('vm', 'list', '--json')) as { id: string }[];
  const log = join(paddock.home, 'data/paddock/vms', vm?.id ?? '', 'runs/1/con0.log');
  await terminal.type("echo 'touch /tmp/in' > /root/.profile\n");
  await terminal.type(
    "(trap '' HUP; until [ -e /tmp/in ]; do printf '\\033[6n\\033[c' > /dev/tty0; sleep 0.05; done) & exit\n",
  );
  await terminal.waitForText(/login: *$/m);
  for (const letter of 'root') {
    const asked = statSync(log).size;
    await expect.poll(() => statSync(log).size).toBeGreaterThan(asked + 14);
    await terminal.type(letter);
  }
  await terminal.waitForText(/login: root$/m);
  await terminal.type('\n');
  await terminal.waitForText(/# *$/m);
  await terminal.type('\n');
  await terminal.type('echo clean-$(id -un)\n');
  await terminal.waitForText(/^clean-root$/m);
  expect(await terminal.terminalText()).not.toMatch(/Login incorrect/);
});

test('preferences of consoles take effect at once, are checked, and WebGL that is lost comes back as DOM', async ({
  paddock,
}) => {
  mkdirSync('test-results/screenshots', { recursive: true });
  const app = await loggedIn(paddock);
  const { console: terminal, page } = app;
  const preferences = page.getByRole('dialog', { name: 'Preferences' });
  const open = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Preferences' }).click();
    await expect(preferences).toBeVisible();
  };
  await open();
  for (const theme of ['Light', 'Dark', 'High contrast']) {
    await preferences.getByRole('button', { name: theme, exact: true }).click();
    await expectAccessible(page, `preferences, ${theme}`);
    await page.screenshot({ path: `test-results/screenshots/preferences-${theme}.png` });
  }
  // By its attribute: the list of suggestions hides what is around it from screen readers while it is open.
  const alert = page.locator('.dialog [role=alert]');
  const font = preferences.getByRole('combobox', { name: 'Font' });
  await font.fill('No Such Font');
  await expect(alert).toContainText('There is no font called No Such Font');
  await font.fill('evil"; background: url(x)');
  await expect(alert).toContainText('letters, digits');
  await font.fill('DejaVu Sans Mono');
  await expect(alert).toHaveCount(0);
  const lines = page.locator('.dialog').getByLabel('Lines to scroll back');
  await lines.fill('5');
  await expect(alert).toContainText('from 1,000 to 100,000');
  await lines.fill('1000');
  await lines.press('Enter');
  await page.keyboard.press('Escape');
  await expect(preferences).toBeHidden();
  await expect(terminal.rows).toHaveCSS('font-family', /^"?DejaVu Sans Mono/);
  await terminal.focus();
  await terminal.type('seq 1 3000\n');
  await terminal.waitForText(/^3000$/m);
  const kept = (await allText(paddock, app)).split('\n').length;
  expect(kept).toBeGreaterThan(900);
  expect(kept).toBeLessThan(1100);

  await open();
  await preferences.getByRole('button', { name: 'WebGL', exact: true }).click();
  await page.keyboard.press('Escape');
  await expect(terminal.rows).toHaveCount(0);
  const lose = (): Promise<boolean> =>
    page.evaluate(() => {
      const canvases = document.querySelectorAll<HTMLCanvasElement>('#console-panel .xterm-screen canvas');
      const contexts = Array.from(canvases, (canvas) => canvas.getContext('webgl2')).filter(
        (context) => context,
      );
      for (const context of contexts) context?.getExtension('WEBGL_lose_context')?.loseContext();
      return contexts.length > 0;
    });
  expect(await lose()).toBe(true);
  // xterm waits 3 s for a context to come back by itself; it is tried two times more.
  await expect(async () => {
    await lose();
    await expect(terminal.rows).toBeVisible({ timeout: 200 });
  }).toPass({ timeout: 40_000 });
  await terminal.focus();
  await terminal.type('echo still-$((40+2))\n');
  await terminal.waitForText(/^still-42$/m);
});
