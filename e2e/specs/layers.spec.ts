import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expectAccessible } from '../fixtures/axe.js';
import { expect, test, type Paddock } from '../fixtures/paddock.js';
import type { AppPage } from '../pages/app-page.js';

/** Starts a tiny Linux and runs something in it, to its end. */
async function tinyThat(app: AppPage, command: string): Promise<void> {
  await app.startTiny();
  await app.console.logIn();
  await run(app, command);
}

let runs = 0;

/** Runs something in the guest and waits until it ended well. */
async function run(app: AppPage, command: string): Promise<void> {
  runs += 1;
  // Told apart from what was typed, which stands on the screen as well.
  await app.console.type(`${command} && echo ended-$((${runs} + 0))-well\n`);
  await app.console.waitForText(new RegExp(`^ended-${runs}-well$`, 'm'));
}

async function shutDown(app: AppPage): Promise<void> {
  await app.machine.shutDown();
  await app.machine.waitForState('stopped', 30_000);
}

async function startAgain(app: AppPage): Promise<void> {
  await app.machine.start();
  await app.machine.waitForState('running', 30_000);
  await app.machine.showTab('Consoles');
  await app.console.logIn();
}

const imagesOf = (paddock: Paddock): string => join(paddock.home, 'data/paddock/images');

test('a snapshot of a running machine, more changes, back to it: the file is as it was', async ({
  paddock,
}) => {
  const app = await paddock.open();
  await tinyThat(app, 'echo first > /root/state');
  await app.machine.showTab('Disks');
  const said = await app.disks.takeSnapshot('before the upgrade\nall is well');
  expect(said).toMatch(/tiny stood still for .* s and goes on/);

  await app.machine.showTab('Consoles');
  await app.console.focus();
  await run(app, 'echo second > /root/state && sync');
  await app.machine.showTab('Disks');
  await expect(app.disks.button('Go back…')).toHaveAttribute('aria-disabled', 'true');
  await shutDown(app);
  await app.disks.goBackTo('before the upgrade');
  // What it had is a snapshot itself now.
  await expect(app.disks.snapshots).toHaveCount(2);
  await startAgain(app);
  await run(app, 'grep -q first /root/state');

  await shutDown(app);
  await app.machine.showTab('Disks');
  await app.disks.goBackTo('The pristine base', false);
  await expect(app.disks.snapshots).toHaveCount(2);
  await startAgain(app);
  await run(app, 'test ! -e /root/state');
});

test('merged by the fast engine and verified by uml_moo; the machine moves over and boots', async ({
  paddock,
}) => {
  const app = await paddock.open();
  await tinyThat(app, 'echo kept > /root/proof && sync');
  await shutDown(app);
  await app.layers.open();
  await app.layers.select('tiny');
  await app.layers.bar('Merge…').click();
  await app.merge.choose('Fast merge');
  await expect(app.merge.verify).toBeChecked();
  await app.merge.mergeAs('gold');
  expect(existsSync(join(imagesOf(paddock), 'gold.img'))).toBe(true);
  await app.merge.dialog.getByRole('button', { name: 'Move tiny over' }).click();
  await expect(app.merge.dialog).toBeHidden();
  await expect(app.layers.details).toContainText(/Base\s*gold/);
  // The old layer can be had back.
  const trash = await app.layers.openTrash();
  await expect(trash.getByRole('list', { name: 'In the trash' }).getByRole('listitem')).toHaveCount(1);
  await trash.getByRole('button', { name: 'Empty the trash' }).click();
  await trash.getByRole('button', { name: 'Remove 1 file for good' }).click();
  await expect(trash).toContainText('The trash is empty');
  await trash.getByRole('button', { name: 'Close' }).click();

  await app.layers.deed('tiny').click();
  await startAgain(app);
  await run(app, 'grep -q kept /root/proof');
});

test('merged into the base: says what breaks, asks for the name, and only those break', async ({
  paddock,
}) => {
  const app = await paddock.open();
  await tinyThat(app, 'echo in-the-base > /root/proof && sync');
  await shutDown(app);
  const host = await paddock.host();
  await host.make('sibling');
  await app.layers.open();
  await app.layers.select('tiny');
  await app.layers.bar('Merge…').click();
  await app.merge.choose('Into the base itself');
  await expect(app.merge.breaks).toHaveText(['sibling']);
  await expect(app.merge.intoBaseButton).toHaveAttribute('aria-disabled', 'true');
  await app.merge.confirmation.fill('tin');
  await expect(app.merge.intoBaseButton).toHaveAttribute('aria-disabled', 'true');
  await app.merge.confirmation.fill('tiny');
  await app.merge.intoBaseButton.click();
  await expect(app.merge.dialog.getByRole('heading', { name: 'Merged into tiny' })).toBeVisible({
    timeout: 60_000,
  });
  await app.merge.close();
  await expect(app.layers.row('sibling')).toContainText('base modified');
  await expect(app.layers.row('tiny')).not.toContainText('base modified');
  await app.layers.deed('tiny').first().click();
  await startAgain(app);
  await run(app, 'grep -q in-the-base /root/proof');
});

test('a touched base: every layer says so, and Mend sets the time back', async ({ paddock }) => {
  const app = await paddock.open();
  const host = await paddock.host();
  for (const name of ['one', 'two']) await host.make(name);
  const [base] = await host.bases();
  const path = base?.path ?? '';
  const before = Math.floor(statSync(path).mtimeMs / 1000);
  await app.layers.open();
  await app.layers.select('two');
  // Its content is known before it is touched.
  await expect.poll(async () => (await host.bases())[0]?.contentHash ?? null).not.toBeNull();
  utimesSync(path, new Date(), new Date(Date.now() - 86_400_000));
  await expect(app.layers.row('one')).toContainText('base modified');
  await expect(app.layers.base('tiny')).toContainText('base modified');
  await expect(app.layers.bar('Merge…')).toHaveAttribute('aria-disabled', 'true');
  await app.layers.deed('Mend…').click();
  const dialog = app.layers.dialog(/two/);
  await expect(dialog.getByRole('radio', { name: /time back/ })).toBeChecked();
  await dialog.getByRole('button', { name: 'Set the time back' }).click();
  await expect(dialog.getByRole('heading', { name: 'two is mended' })).toBeVisible({ timeout: 30_000 });
  await dialog.getByRole('button', { name: 'Close' }).click();
  expect(Math.floor(statSync(path).mtimeMs / 1000)).toBe(before);
  await expect(app.layers.row('one')).not.toContainText('base modified');
});

test('a disk is added to a running machine, seen and used in the guest, and taken away again', async ({
  paddock,
}) => {
  const app = await paddock.open();
  await tinyThat(app, 'true');
  await app.machine.showTab('Disks');
  await expect(app.disks.disks).toHaveCount(1);
  const add = await app.disks.openAdd();
  await add.getByRole('radio', { name: 'Swap' }).check();
  await add.getByRole('textbox', { name: 'Size' }).fill('16');
  await add.getByRole('button', { name: 'Add disk' }).click();
  await expect(add).toBeHidden();
  await expect(app.disks.disks).toHaveCount(2);
  await expect(app.disks.disks.nth(1)).toContainText(/\/dev\/ubdb\s*swap\s*in the machine now/);
  await app.machine.showTab('Consoles');
  await app.console.focus();
  await run(app, 'grep -q "16384 ubdb" /proc/partitions && swapon /dev/ubdb && swapoff /dev/ubdb');

  await app.machine.showTab('Disks');
  await app.disks.choose('ubdb', 'Remove…');
  const remove = app.layers.dialog('Remove ubdb from tiny');
  await remove.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(app.disks.disks).toHaveCount(1);
  await app.machine.showTab('Consoles');
  await app.console.focus();
  await run(app, '! grep -q ubdb /proc/partitions');
});

test('a snapshot of two disks names what it leaves out, and goes to the trash as a whole', async ({
  paddock,
}) => {
  const app = await paddock.open();
  const host = await paddock.host();
  const id = await host.make('pair');
  await host.addDisk(id, 'layer');
  await host.addDisk(id, 'empty');
  await app.machines.selectMachine('pair');
  await app.machine.showTab('Disks');
  await expect(app.disks.disks).toHaveCount(3);
  const leftOut = '/dev/ubdc (an empty disk)';
  await expect(app.disks.panel).toContainText(`No snapshot holds what is no layer: ${leftOut}.`);
  expect(await app.disks.takeSnapshot('both')).toContain(`holds layers only: ${leftOut}.`);
  await app.disks.button('Go back…').click();
  const back = app.layers.dialog(/^Go back/);
  await expect(back).toContainText(`As they are now stay: ${leftOut}.`);
  await back.getByRole('button', { name: 'Cancel' }).click();
  await app.disks.choose('both', 'To the trash');
  await expect(app.disks.snapshots).toHaveCount(0);
  // By the time of another one every answer is in.
  await app.disks.takeSnapshot('again');
  await expect(app.disks.panel.getByRole('alert')).toHaveCount(0);
  await app.layers.open();
  const trash = await app.layers.openTrash();
  await expect(trash.getByRole('list', { name: 'In the trash' }).getByRole('listitem')).toHaveCount(2);
});

test('several machines on one base, a branch with a machine on it, a free layer with a name and a note', async ({
  paddock,
}) => {
  const app = await paddock.open();
  const host = await paddock.host();
  await host.make('first');
  await app.layers.open();
  await app.layers.bar('New layer').click();
  const dialog = app.layers.dialog(/New layer|machines on one base/);
  await dialog.getByRole('textbox', { name: 'How many' }).fill('3');
  await dialog.getByRole('textbox', { name: 'Names begin with' }).fill('lab');
  await dialog.getByRole('button', { name: 'Make 3 machines' }).click();
  await expect(dialog.getByRole('img', { name: 'made' })).toHaveCount(3);
  await dialog.getByRole('button', { name: 'Close' }).click();
  for (const name of ['lab-1', 'lab-2', 'lab-3']) await expect(app.layers.row(name)).toBeVisible();

  await app.layers.bar('New layer').click();
  await dialog.getByRole('radio', { name: 'Nobody yet' }).check();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('for the course');
  await dialog.getByRole('button', { name: 'Make layer' }).click();
  await expect(app.layers.row('for the course')).toHaveAttribute('aria-selected', 'true');
  await app.layers.details.getByRole('textbox', { name: 'Note' }).fill('week 3');
  await app.layers.tree.focus();
  await expect(app.layers.details).toContainText('Saved.');
  await app.layers.filter.fill('week');
  await expect(app.layers.rows).toHaveCount(2);
  await app.layers.filter.fill('');

  await app.layers.select('first');
  await app.layers.bar('Branch').click();
  const branch = app.layers.dialog(/Branch/);
  await branch.getByRole('checkbox', { name: 'Make a machine on it' }).click();
  await branch.getByRole('textbox', { name: 'Name of the machine' }).fill('second');
  await branch.getByRole('button', { name: 'Branch and make' }).click();
  await expect(app.machine.bar.getByRole('heading')).toHaveText('second', { timeout: 30_000 });
  await expect(app.disks.disks).toHaveCount(1);
});

test('five hundred layers: only rows near what is seen are drawn, and keys alone go everywhere', async ({
  paddock,
}) => {
  const app = await paddock.open();
  const host = await paddock.host();
  await host.make('machine');
  await host.freeLayers(500);
  await app.layers.open();
  await expect(app.layers.summary).toContainText('501 layers');
  expect(await app.layers.rows.count()).toBeLessThan(80);
  const { keyboard } = app.page;
  await app.layers.tree.focus();
  await keyboard.press('End');
  await expect(app.layers.tree.locator('[aria-selected=true] .lname')).toHaveText('machine');
  await keyboard.press('ArrowUp');
  await expect(app.layers.tree.locator('[aria-selected=true] .lname')).toHaveText('layer 500');
  await keyboard.press('ArrowLeft');
  await expect(app.layers.base('tiny')).toHaveAttribute('aria-selected', 'true');
  await keyboard.press('ArrowLeft');
  await expect(app.layers.rows).toHaveCount(1);
  await keyboard.press('ArrowRight');
  await app.layers.filter.fill('layer 49');
  await expect(app.layers.rows).toHaveCount(16);
  await keyboard.press('ArrowDown');
  await expect(app.layers.row('layer 49')).toHaveAttribute('aria-selected', 'true');
  await keyboard.press('Enter');
  await expect(app.layers.details).toBeFocused();
});

for (const theme of ['Light', 'Dark', 'High contrast'] as const) {
  test(`axe finds nothing on layers and disks: ${theme}`, async ({ paddock }) => {
    const app = await paddock.open();
    await app.chooseTheme(theme);
    await app.layers.place.click();
    await expectAccessible(app.page, 'no layers yet');
    const host = await paddock.host();
    const tiny = await host.make('tiny');
    await host.make('other');
    await host.snapshot(tiny, 'a snapshot');
    await app.layers.open();
    await expect(app.layers.rows).toHaveCount(4);
    await app.layers.base('tiny').click();
    await expectAccessible(app.page, 'a base');
    await app.layers.select('tiny');
    await expectAccessible(app.page, 'a layer');
    const open = async (name: string, show: () => Promise<void>): Promise<void> => {
      await show();
      await expect(app.page.getByRole('dialog')).toBeVisible();
      await expectAccessible(app.page, name);
      await app.page.keyboard.press('Escape');
      await expect(app.page.getByRole('dialog')).toBeHidden();
    };
    await open('new layer', () => app.layers.bar('New layer').click());
    await open('branch', () => app.layers.bar('Branch').click());
    await open('snapshot', () => app.layers.bar('Snapshot').click());
    await open('go back', () => app.layers.deed('Go back…').click());
    await open('merge', async () => {
      await app.layers.bar('Merge…').click();
      await app.merge.choose('Into the base itself');
      await expect(app.merge.breaks.first()).toBeVisible();
    });
    await open('trash', async () => void (await app.layers.openTrash()));
    const [base] = await host.bases();
    utimesSync(base?.path ?? '', new Date(), new Date(Date.now() - 86_400_000));
    await expect(app.layers.row('tiny')).toContainText('base modified');
    await expectAccessible(app.page, 'a touched base');
    await open('mend', () => app.layers.deed('Mend…').click());
    await app.layers.deed('tiny').first().click();
    await app.machine.showTab('Disks');
    await expect(app.disks.snapshots).toHaveCount(1);
    await expectAccessible(app.page, 'disks');
    await open('add disk', async () => {
      const add = await app.disks.openAdd();
      await add.getByRole('button', { name: 'Flags and serial number…' }).click();
    });
    await open('flags', () => app.disks.choose('ubda', 'Flags and serial number…'));
    await open('remove', () => app.disks.choose('ubda', 'Remove…'));
    expect(readdirSync(imagesOf(paddock)).filter((name) => name.includes('partial'))).toEqual([]);
  });
}
