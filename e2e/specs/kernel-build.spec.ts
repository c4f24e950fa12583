import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expectAccessible } from '../fixtures/axe.js';
import { expect, test } from '../fixtures/paddock.js';
import { STAND_IN_VERSION, StandInTree } from '../fixtures/stand-in-tree.js';

const shots = 'test-results/screenshots';
const BUILD_MS = 60_000;

test('a kernel is built of a tree: planned, failed, put right, gone on with, built again and booted', async ({
  paddock,
}) => {
  const tree = new StandInTree(join(paddock.home, 'linux'));
  tree.write('kernel/sched.c', 'int sched_c = nowhere;\n');
  const app = await paddock.open();
  const { page } = app;
  await page.keyboard.press('Control+Shift+U');
  await page.getByRole('button', { name: 'Build a kernel…' }).click();
  const plan = page.getByRole('complementary', { name: 'What will happen' });
  // Debian's, as it is offered first.
  await expect(plan).toContainText('apt-get download linux-source-VERSION');
  await page.screenshot({ path: `${shots}/kernel-build.png` });
  await expectAccessible(page, 'build a kernel');

  const build = page.getByRole('button', { name: 'Build', exact: true });
  await page.getByRole('radio', { name: 'A tree of yours' }).check();
  await expect(build).toHaveAttribute('aria-disabled', 'true');
  const path = page.getByRole('textbox', { name: 'Source tree' });
  await path.fill('/usr');
  await expect(plan.getByRole('alert')).toContainText('there is no Makefile in it');
  await path.fill(tree.path);
  await expect(plan).toContainText(`Linux ${STAND_IN_VERSION}`);
  await expect(plan).toContainText('Build only trees that you trust.');
  await expect(plan.getByText(/^nice -n 10 make .* -j\d+$/)).toBeVisible();
  await page.getByRole('checkbox', { name: 'gdb scripts' }).check();
  await page.getByRole('checkbox', { name: 'Debug information' }).uncheck();
  await expect(plan.getByRole('alert')).toContainText('gdb scripts is nothing without Debug information.');
  await page.getByRole('checkbox', { name: 'Debug information' }).check();
  await page.getByRole('textbox', { name: 'Your own lines' }).fill('CONFIG_KUNIT=y\nCONFIG_NOBODY_HAS=y');
  await page.getByRole('textbox', { name: 'Name' }).fill('Mine');

  // Kept while one looks elsewhere.
  await page.getByRole('button', { name: 'Close; what you typed is kept' }).click();
  await page.getByRole('button', { name: 'Build a kernel…' }).click();
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Mine');
  await expect(build).not.toHaveAttribute('aria-disabled', 'true');
  await build.click();

  await expect(page.getByText('Stopped at: Compile')).toBeVisible({ timeout: BUILD_MS });
  await expect(page.getByText('kernel/sched.c:1: ‘nowhere’ undeclared')).toBeVisible();
  await page.screenshot({ path: `${shots}/kernel-build-failed.png` });
  tree.write('kernel/sched.c', 'int sched_c;\n');
  tree.slow(true);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('of the fragment not taken').click();
  await expect(
    page.getByText('CONFIG_NOBODY_HAS=y. This tree has no such option.', { exact: true }),
  ).toBeVisible();
  await expectAccessible(page, 'a build on its way');
  await page.screenshot({ path: `${shots}/kernel-build-job.png` });
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('Cancelled').first()).toBeVisible();
  expect(existsSync(join(paddock.home, 'data/paddock/kernel-builds/objects/mine'))).toBe(false);
  tree.slow(false);
  await page.getByRole('button', { name: 'Clear' }).click();

  await page.getByRole('button', { name: 'Build a kernel…' }).click();
  await build.click();
  await expect(page.getByRole('heading', { name: `Linux ${STAND_IN_VERSION}` })).toBeVisible({
    timeout: BUILD_MS,
  });
  const built = page.getByRole('region', { name: 'How it was built' });
  await expect(built).toContainText('1 warning');
  await expect(page.getByRole('region', { name: 'Debugging' }).getByText('KUnit')).toBeVisible();
  await expectAccessible(page, 'a kernel that was built');
  await page.screenshot({ path: `${shots}/kernel-built.png` });

  const file = join(paddock.home, 'data/paddock/kernels/mine/linux');
  paddock.command('vm', 'create', 'guinea');
  await page.getByRole('button', { name: 'Build and boot' }).click();
  await page.getByRole('menuitem', { name: 'guinea' }).click();
  await expect(page.getByRole('button', { name: /guinea$/ })).toBeVisible({ timeout: BUILD_MS });
  await page.getByRole('button', { name: /guinea$/ }).click();
  await app.machine.waitForState('running', 30_000);
  expect(JSON.parse(paddock.command('vm', 'show', 'guinea', '--json'))).toMatchObject({ kernelPath: file });
});
