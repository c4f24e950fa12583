import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expectAccessible } from '../fixtures/axe.js';
import { expect, test, type Paddock } from '../fixtures/paddock.js';
import type { AppPage } from '../pages/app-page.js';

const BUILD_MS = 60_000;

/** What is in the folder of images: nothing half-made may be among it. */
function filesOfImages(paddock: Paddock): string[] {
  const folder = join(paddock.home, 'data/paddock/images');
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** Logs in with a password at the console that is shown. */
async function logInWith(app: AppPage, password: string): Promise<void> {
  await app.console.waitForText(/login: *$/m, BUILD_MS);
  await app.console.focus();
  await app.console.type('root\n');
  await app.console.waitForText(/Password: *$/m);
  await app.console.type(`${password}\n`);
  await app.console.waitForText(/# *$/m);
}

test('a tiny image by the wizard, with a password: booted, logged in, noted, trashed and had back', async ({
  paddock,
}) => {
  const app = await paddock.open();
  await app.images.open();
  const wizard = await app.images.newImage();
  await wizard.recipe('Tiny Linux').click();
  await wizard.goTo('Contents');
  await wizard.field('Hostname').fill('gate');
  await wizard.givePassword('o\'pen "sesame"');
  await wizard.goTo('Disk');
  await wizard.field('Size').fill('24');
  // Back and forth: nothing that was typed is gone.
  await wizard.goTo('Contents');
  await expect(wizard.field('Hostname')).toHaveValue('gate');
  await wizard.goTo('Review');
  await wizard.name.fill('gate-image');
  await expect(wizard.planSteps.first()).toContainText('Check tools and room');
  await expect(wizard.planSteps.filter({ hasText: 'mke2fs' })).toHaveCount(1);
  await wizard.bootWhenReady.uncheck();
  await wizard.start();

  await expect(app.images.headline).toHaveText('Ready', { timeout: BUILD_MS });
  await expect(app.images.logLines.filter({ hasText: 'mke2fs' }).first()).toBeVisible();
  const disk = join(paddock.home, 'data/paddock/images/gate-image.img');
  expect(statSync(disk).size).toBe(24 * 1024 * 1024);
  expect(filesOfImages(paddock)).toEqual(['gate-image.img', 'gate-image.json']);

  await app.images.deed('Boot it now').click();
  await expect(app.machine.bar).toBeVisible();
  await logInWith(app, 'o\'pen "sesame"');
  await app.console.type('hostname\n');
  // The machine's own name comes with its command line; the image's is what it would be without.
  await app.console.type('cat /etc/hostname\n');
  await app.console.waitForText(/^gate$/m);
  await app.machine.forceOff();
  await app.machine.waitForState('stopped', 30_000);

  await app.images.open();
  await app.images.select('gate-image');
  await expect(app.images.users).toContainText('gate-image');
  await expect(app.images.deed('Customise…')).toHaveAttribute('aria-disabled', 'true');
  // A look writes nothing, so nobody on it minds; mending does.
  await (await app.images.more('Check…')).click();
  const check = app.images.dialog('Check gate-image');
  await check.getByRole('radio', { name: 'Is mended' }).check();
  await expect(check.getByRole('button', { name: 'Check and mend' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await check.getByRole('radio', { name: 'Is only said' }).check();
  await check.getByRole('button', { name: 'Check', exact: true }).click();
  await expect(app.images.work).toContainText('gate-image is sound.', { timeout: 30_000 });
  await app.images.work.getByRole('button', { name: 'Clear' }).click();
  await app.images.note.fill('For the gate.\nKeep it.');
  await app.images.note.blur();
  await expect(app.page.getByText('Kept.')).toBeVisible();
  await app.images.deed('Count sha256').click();
  await expect(app.page.locator('.imagesum')).toHaveText(/^[0-9a-f]{64}$/, { timeout: 20_000 });

  // Nothing may stand on it; then it goes, and comes back with its note.
  await app.images.users.getByRole('button', { name: 'gate-image' }).first().click();
  await app.machine.delete();
  await app.delete.confirm('gate-image');
  await app.images.open();
  await (await app.images.more('Put into trash')).click();
  await expect(app.page.getByText('gate-image is in the trash.')).toBeVisible();
  expect(existsSync(disk)).toBe(false);
  const trash = await app.images.openTrash();
  await trash
    .getByRole('button', { name: /^Put gate-image(\.img)? back/ })
    .first()
    .click();
  await trash.getByRole('button', { name: 'Close' }).click();
  await app.images.select('gate-image');
  await expect(app.images.note).toHaveValue('For the gate.\nKeep it.');
  expect(existsSync(disk)).toBe(true);
});

test('what can’t be built stays in the wizard with its reason; a build that is cancelled leaves nothing', async ({
  paddock,
}) => {
  const app = await paddock.open();
  await app.images.open();
  const wizard = await app.images.newImage();
  await wizard.choose('A root file system');
  await wizard.field('Root file system').fill('/nowhere/at/all.tar');
  await expect(wizard.alerts).toContainText('/nowhere/at/all.tar');
  await wizard.field('Root file system').fill('/etc/hostname');
  await expect(wizard.alerts).toBeVisible();
  await wizard.goTo('Review');
  await expect(wizard.alerts.first()).toContainText('/etc/hostname');
  await expect(wizard.build).toHaveAttribute('aria-disabled', 'true');
  await wizard.name.fill('Not a Name');
  await app.page.getByRole('button', { name: 'Use not-a-name' }).click();
  await expect(wizard.name).toHaveValue('not-a-name');

  await wizard.goTo('Source');
  await wizard.choose('Debian');
  await wizard.goTo('Contents');
  await wizard.field('Packages').fill('tcpdump -rf');
  await expect(wizard.alerts).toContainText('“-rf” can’t be the name of a package');
  await wizard.field('Packages').fill('');
  await wizard.goTo('Review');
  await wizard.start();
  await expect(app.images.row('not-a-name')).toBeVisible();
  await expect(app.images.headline).toHaveText('Fetch and install packages', { timeout: 20_000 });
  await expect(app.images.logLines.filter({ hasText: 'apt-get update' })).toBeVisible({ timeout: 30_000 });
  await app.images.deed('Cancel').click();
  await expect(app.images.headline).toHaveText('Cancelled', { timeout: 30_000 });
  await expect(app.images.group('Building')).toBeHidden();
  expect(filesOfImages(paddock)).toEqual([]);

  // What was typed is there to be changed.
  await app.images.deed('Change it…').click();
  await expect(wizard.name).toHaveValue('not-a-name');
});

test('a Debian goes on while the window is closed, and boots to its login', async ({ paddock }) => {
  test.setTimeout(200_000);
  const first = await paddock.open();
  await first.images.open();
  const wizard = await first.images.newImage();
  await wizard.recipe('Debian 12 with systemd').click();
  await wizard.givePassword('secret');
  await wizard.goTo('Review');
  await wizard.name.fill('deb');
  await wizard.bootWhenReady.uncheck();
  await wizard.start();
  await expect(first.images.group('Building')).toBeVisible();
  await paddock.close();

  const app = await paddock.open();
  await app.images.open();
  await app.images.row('deb').first().click();
  // Found again with its steps, its log from the start, and its plan.
  await expect(app.images.steps.first()).toContainText('Check tools and room');
  await app.images.deed('Show plan').click();
  await expect(app.page.getByRole('region', { name: 'The plan' })).toContainText('mmdebstrap');
  await expect(app.images.headline).toHaveText('Ready', { timeout: 150_000 });
  await app.images.deed('Boot it now').click();
  await logInWith(app, 'secret');
  await app.console.type('cat /proc/1/comm; cat /etc/debian_version\n');
  await app.console.waitForText(/^systemd$/m);
  await app.console.waitForText(/^12\.\d+$/m);
});

test('images by the keyboard alone: the place, the list, and the deeds in the palette', async ({
  paddock,
}) => {
  const app = await paddock.open();
  const host = await paddock.host();
  await host.tinyImage();
  await app.page.keyboard.press('Control+Shift+I');
  await expect(app.images.list).toBeFocused();
  await app.page.keyboard.press('ArrowDown');
  await expect(app.images.title).toHaveText('tiny');
  await app.palette.do('rename', /Rename tiny/);
  const rename = app.images.dialog('Rename tiny');
  await rename.getByRole('textbox', { name: 'Name' }).fill('Two Words');
  await expect(rename.getByRole('alert')).toContainText('Use two-words');
  await app.page.keyboard.press('Escape');
  await app.palette.do('new image', /New image/);
  await expect(app.images.wizard.next).toBeVisible();
});

for (const theme of ['Light', 'Dark', 'High contrast'] as const) {
  test(`axe finds nothing on images and their wizard: ${theme}`, async ({ paddock }) => {
    const app = await paddock.open();
    await app.chooseTheme(theme);
    await app.images.open();
    await expectAccessible(app.page, 'no images');
    const wizard = await app.images.newImage();
    await expect(wizard.recipe('Tiny Linux')).toBeVisible();
    await wizard.choose('Debian');
    await expectAccessible(app.page, 'source');
    await wizard.choose('A root file system');
    await wizard.field('Root file system').fill('/etc/hostname');
    await expect(wizard.alerts).toBeVisible();
    await expectAccessible(app.page, 'source with an error');
    await wizard.choose('Tiny');
    await wizard.goTo('Contents');
    await app.page.getByRole('button', { name: 'Add a file' }).click();
    await expectAccessible(app.page, 'contents');
    await app.page.getByRole('button', { name: 'Leave file 1 out' }).click();
    await wizard.goTo('Disk');
    await expectAccessible(app.page, 'disk');
    await wizard.givePassword('secret');
    await app.page.getByRole('button', { name: 'Add a user' }).click();
    await expectAccessible(app.page, 'access');
    await app.page.getByRole('button', { name: 'Leave user 1 out' }).click();
    await wizard.goTo('Review');
    await expect(wizard.planSteps.first()).toBeVisible();
    await expectAccessible(app.page, 'review');
    await wizard.bootWhenReady.uncheck();
    await wizard.start();
    await expect(app.images.headline).toHaveText('Ready', { timeout: BUILD_MS });
    await app.page.getByRole('button', { name: 'Find in the log (Ctrl+F)' }).click();
    await app.page.keyboard.type('mke2fs');
    await expectAccessible(app.page, 'job');
    await app.images.deed('Show image').click();
    await expectAccessible(app.page, 'image');
    await app.images.deed('Customise…').click();
    const customise = app.images.dialog(/^Customise/);
    for (const box of ['How root comes in', 'Hostname', 'Files to copy in', 'Files to remove'])
      await customise.getByRole('checkbox', { name: box }).check();
    await expectAccessible(app.page, 'customise');
    await app.page.keyboard.press('Escape');
    await app.images.deed('Browse files…').click();
    await expect(app.images.dialog(/^Files of/)).toBeVisible();
    await expectAccessible(app.page, 'browse');
    await app.page.keyboard.press('Escape');
    await paddock.resize(900, 700);
    await expectAccessible(app.page, 'narrow');
  });
}
