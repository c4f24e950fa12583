import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectAccessible } from '../fixtures/axe.js';
import { expect, test, type Paddock } from '../fixtures/paddock.js';
import type { AppPage } from '../pages/app-page.js';

const WORK_MS = 60_000;
const MIB = 1024 * 1024;

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

/** Opens the place with the tiny image selected. Returns where its disk is. */
async function withTiny(paddock: Paddock): Promise<{ app: AppPage; disk: string }> {
  const app = await paddock.open();
  const disk = await (await paddock.host()).tinyImage();
  await app.images.open();
  await app.images.select('tiny');
  return { app, disk };
}

/** The system's own dialogs can't be driven from here; what they would answer is given in their place. */
async function answerDialogs(paddock: Paddock, path: string): Promise<void> {
  await paddock.electron.evaluate(({ dialog }, answer) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [answer] });
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: answer });
  }, path);
}

/** Presses the button of a dialog and waits until the work that it began is done. */
async function doIt(app: AppPage, dialog: string, verb: string, says = ''): Promise<void> {
  await app.images.dialog(dialog).getByRole('button', { name: verb, exact: true }).click();
  await workDone(app, says);
}

/** Waits until the work is done and says this, and clears it: it must not be taken for what comes of the next. */
async function workDone(app: AppPage, says = ''): Promise<void> {
  const clear = app.images.work.getByRole('button', { name: 'Clear' });
  await expect(clear).toBeVisible({ timeout: WORK_MS });
  await expect(app.images.work.getByRole('alert')).toHaveCount(0);
  await expect(app.images.work).toContainText(says);
  await clear.click();
  await expect(app.images.work).toBeHidden();
}

test('grown, checked, compacted; damaged, it is found to be and mended', async ({ paddock }) => {
  const { app, disk } = await withTiny(paddock);
  await (await app.images.more('Grow…')).click();
  const grow = app.images.dialog('Grow tiny').getByRole('textbox', { name: 'New size' });
  await grow.fill('8');
  await expect(app.images.dialog('Grow tiny').getByRole('alert')).toContainText('can grow, not shrink');
  await grow.fill('48');
  await doIt(app, 'Grow tiny', 'Grow');
  expect(statSync(disk).size).toBe(48 * MIB);
  expect(run('dumpe2fs', '-h', disk)).toMatch(/Block count: +12288\n/);

  await (await app.images.more('Check…')).click();
  await doIt(app, 'Check tiny', 'Check', 'tiny is sound.');

  // As a crash of this computer could leave it: a file whose inode is gone.
  chmodSync(disk, 0o644);
  run('debugfs', '-w', '-R', 'clri /etc/motd', disk);
  chmodSync(disk, 0o444);
  await (await app.images.more('Check…')).click();
  await doIt(app, 'Check tiny', 'Check', 'has errors');
  await (await app.images.more('Check…')).click();
  await app.images.dialog('Check tiny').getByRole('radio', { name: 'Is mended' }).check();
  await doIt(app, 'Check tiny', 'Check and mend', 'was repaired');
  run('e2fsck', '-fn', disk);
  expect(statSync(disk).mode & 0o777).toBe(0o444);

  const { blocks } = statSync(disk);
  // Room that nothing in it uses, but that is taken here.
  chmodSync(disk, 0o644);
  run('debugfs', '-w', '-R', 'write /bin/bash /big', disk);
  run('debugfs', '-w', '-R', 'rm /big', disk);
  chmodSync(disk, 0o444);
  const full = statSync(disk).blocks;
  expect(full).toBeGreaterThan(blocks);
  await (await app.images.more('Compact')).click();
  await workDone(app);
  expect(statSync(disk).blocks).toBeLessThan(full);
  run('e2fsck', '-fn', disk);
});

test('customised with a chosen file and a password, browsed, a file out and one in; it boots so', async ({
  paddock,
}) => {
  const { app, disk } = await withTiny(paddock);
  const mine = join(paddock.home, 'tmp/my file, “odd”.txt');
  writeFileSync(mine, 'from here\n');
  await answerDialogs(paddock, mine);
  await app.images.deed('Customise…').click();
  const customise = app.images.dialog('Customise tiny');
  await customise.getByRole('checkbox', { name: 'How root comes in' }).check();
  await customise.getByRole('textbox', { name: 'Password of root' }).fill('s3cret, yes');
  await customise.getByRole('checkbox', { name: 'Hostname' }).check();
  await customise.getByRole('textbox', { name: 'New hostname' }).fill('anvil');
  await customise.getByRole('checkbox', { name: 'Files to copy in' }).check();
  await customise.getByRole('button', { name: 'Choose… From here' }).click();
  await expect(customise.getByRole('textbox', { name: 'From here' })).toHaveValue(mine);
  await customise.getByRole('textbox', { name: 'To, in the image' }).fill('/root/kept');
  await expectAccessible(app.page, 'customise, filled in');
  await doIt(app, 'Customise tiny', 'Customise');
  expect(run('debugfs', '-R', 'cat /root/kept', disk)).toBe('from here\n');

  // One out ...
  const out = join(paddock.home, 'tmp/out');
  await answerDialogs(paddock, out);
  await app.images.deed('Browse files…').click();
  const files = app.images.dialog('Files of tiny');
  await files.getByRole('option', { name: /^etc/ }).dblclick();
  await files
    .getByRole('option', { name: /^hostname/ })
    .first()
    .click();
  await files.getByRole('button', { name: 'Copy the file out…' }).click();
  await expect(files.getByRole('status')).toContainText('written to');
  expect(readFileSync(out, 'utf8')).toBe('anvil\n');
  // ... and one into the folder that is shown.
  await answerDialogs(paddock, mine);
  await files.getByRole('button', { name: 'Put a file here…' }).click();
  await workDone(app);
  await app.images.deed('Browse files…').click();
  await files.getByRole('option', { name: /^etc/ }).dblclick();
  await expect(files.getByRole('option', { name: /^my file, “odd”\.txt/ })).toBeVisible();
  await files.getByRole('button', { name: 'Close' }).last().click();

  await app.images.deed('New machine on it').click();
  await app.newMachine.make();
  await app.console.waitForText(/anvil|login: *$/m, WORK_MS);
  await app.console.waitForText(/login: *$/m, WORK_MS);
  await app.console.focus();
  await app.console.type('root\n');
  await app.console.waitForText(/Password: *$/m);
  await app.console.type('s3cret, yes\n');
  await app.console.waitForText(/# *$/m);
  await app.console.type('cat /root/kept "/etc/my file, “odd”.txt"\n');
  await app.console.waitForText(/^from here\n+from here$/m);
});

test('exported, taken in again elsewhere, and converted; every byte is the same', async ({ paddock }) => {
  const { app, disk } = await withTiny(paddock);
  const archive = join(paddock.home, 'tmp/tiny.paddock-image');
  await answerDialogs(paddock, archive);
  await (await app.images.more('Export…')).click();
  const exporting = app.images.dialog('Export tiny');
  await exporting.getByRole('button', { name: 'Choose… Archive' }).click();
  await expect(exporting.getByRole('textbox', { name: 'Archive' })).toHaveValue(archive);
  await doIt(app, 'Export tiny', 'Export');
  expect(statSync(archive).size).toBeLessThan(statSync(disk).size / 2);

  const qcow2 = join(paddock.home, 'tmp/tiny.qcow2');
  await (await app.images.more('Convert to qcow2…')).click();
  await app.images
    .dialog(/^Convert tiny/)
    .getByRole('textbox', { name: 'File' })
    .fill(qcow2);
  await doIt(app, 'Convert tiny to qcow2', 'Convert');
  run('qemu-img', 'compare', '-f', 'qcow2', '-F', 'raw', qcow2, disk);

  await app.page.getByRole('button', { name: 'More about images' }).click();
  await app.page.getByRole('menuitem', { name: 'Import an archive…' }).click();
  const importing = app.images.dialog('Import an archive');
  await importing.getByRole('button', { name: 'Choose… Archive' }).click();
  await importing.getByRole('textbox', { name: 'Name' }).fill('tiny');
  await expect(importing.getByRole('alert')).toContainText('There is an image called tiny already.');
  await importing.getByRole('textbox', { name: 'Name' }).fill('again');
  await expectAccessible(app.page, 'import');
  await importing.getByRole('button', { name: 'Import', exact: true }).click();
  await app.images.select('again');
  const again = join(paddock.home, 'data/paddock/images/again.img');
  await expect.poll(() => existsSync(again), { timeout: WORK_MS }).toBe(true);
  expect(sha256(again)).toBe(sha256(disk));

  // What is no archive is refused where it was chosen.
  await app.page.getByRole('button', { name: 'More about images' }).click();
  await app.page.getByRole('menuitem', { name: 'Import an archive…' }).click();
  await importing.getByRole('textbox', { name: 'Archive' }).fill(disk);
  await expect(importing.getByRole('alert').first()).toBeVisible();
});

test('a build that fails says why, can be tried again, and be changed', async ({ paddock }) => {
  const app = await paddock.open();
  await app.images.open();
  const wizard = await app.images.newImage();
  await wizard.choose('Debian');
  await wizard.goTo('Contents');
  await wizard.field('Packages').fill('there-is-no-such-package');
  await wizard.goTo('Review');
  await wizard.name.fill('deb');
  await wizard.bootWhenReady.uncheck();
  await wizard.start();
  const stopped = 'Stopped at: Fetch and install packages';
  await expect(app.images.headline).toHaveText(stopped, { timeout: WORK_MS });
  await expect(app.page.locator('main')).toContainText('Unable to locate package there-is-no-such-package');
  await expectAccessible(app.page, 'a build that failed');
  const total = app.page.getByText(/^[\d,]+ lines$/);
  const lines = async (): Promise<number> => Number(((await total.textContent()) ?? '').replace(/\D/g, ''));
  const before = await lines();
  await app.images.deed('Retry').click();
  await expect(app.images.headline).toHaveText('Fetch and install packages', { timeout: WORK_MS });
  await expect(app.images.headline).toHaveText(stopped, { timeout: WORK_MS });
  expect(await lines()).toBeGreaterThan(before);
  await app.images.deed('Change it…').click();
  await wizard.goTo('Contents');
  await expect(wizard.field('Packages')).toHaveValue('there-is-no-such-package');
  expect(
    readdirSync(join(paddock.home, 'data/paddock/images')).filter((name) => name.endsWith('.img')),
  ).toEqual([]);
});
