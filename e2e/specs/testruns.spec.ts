import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestRun } from '../../shared/testruns/test-run.js';
import { recordedKunit } from '../../shared/testruns/testing/recorded-kunit.js';
import { kunitStandIn } from '../../electron/host/testing/kunit-stand-in.js';
import { expectAccessible } from '../fixtures/axe.js';
import { expect, test } from '../fixtures/paddock.js';

const shots = 'test-results/screenshots';

test('tests of a kernel: run, looked through, run again where they failed, compared, saved, removed', async ({
  paddock,
}) => {
  const folder = join(paddock.home, 'stand-in');
  mkdirSync(folder);
  const again =
    'KTAP version 1\n1..1\n    KTAP version 1\n    # Subtest: a_failing\n    1..1\n    ok 1 worse_fails\nok 1 a_failing\n';
  const { kernelPath, extra } = kunitStandIn(folder, '/usr/bin/linux.uml', {
    '': recordedKunit.split('\n').slice(4).join('\n'),
    'a_failing.worse_fails': again,
  });
  const app = await paddock.open();
  const { page } = app;
  await page.keyboard.press('Control+Shift+U');
  await page.getByRole('tab', { name: 'Tests' }).click();
  await expect(page.getByRole('heading', { name: 'No tests were run yet' })).toBeVisible();
  await expectAccessible(page, 'no tests yet');
  await page.screenshot({ path: `${shots}/testruns-empty.png` });
  await page.getByRole('main').getByRole('button', { name: 'Run tests…' }).last().click();
  const dialog = page.getByRole('dialog', { name: 'Run tests' });
  await expect(dialog.getByRole('radio', { name: 'A source tree' })).toBeChecked();
  await page.screenshot({ path: `${shots}/testruns-start-tree.png` });
  // As long as the tests need: of all kinds.
  const endsAfter = dialog.getByRole('textbox', { name: 'Ends it after' });
  await endsAfter.fill('900');
  await dialog.getByRole('textbox', { name: 'Source tree' }).fill('/usr');
  await dialog.getByRole('button', { name: 'Run them' }).click();
  await expect(dialog.getByRole('alert')).toContainText('it has no tools/testing/kunit/kunit.py');
  await dialog.getByRole('radio', { name: 'A kernel with KUnit' }).check();
  await dialog.getByRole('textbox', { name: 'Kernel file' }).fill(kernelPath);
  await dialog.getByRole('textbox', { name: 'More arguments' }).fill(extra.join(' '));
  await expect(endsAfter).toHaveValue('900');
  await dialog.getByRole('textbox', { name: 'Filter' }).fill('no filter');
  await expect(dialog.getByRole('button', { name: 'Run them' })).toHaveAttribute('aria-disabled', 'true');
  await dialog.getByRole('textbox', { name: 'Filter' }).fill('');
  await expectAccessible(page, 'run tests');
  await page.screenshot({ path: `${shots}/testruns-start.png` });
  await dialog.getByRole('button', { name: 'Run them' }).click();
  await expect(dialog).toBeHidden();

  const runs = page.getByRole('listbox', { name: 'Runs of tests' }).getByRole('option');
  await expect(runs).toHaveCount(1);
  // As kunit.py counts the same output; what it calls crashed is told apart here.
  await expect(page.getByRole('status').filter({ hasText: 'never heard of' })).toHaveText(
    '1 failed, 1 crashed, 6 never heard of, 36 passed, 1 skipped',
    { timeout: 30_000 },
  );
  const tree = page.getByRole('tree', { name: 'Tests' });
  const row = (name: string) => tree.getByRole('treeitem').filter({ hasText: name });
  await row('worse_fails').click();
  const log = page.getByRole('region', { name: 'Log of worse_fails' });
  await expect(log).toContainText('EXPECTATION FAILED at lib/kunit/kunit-example-test.c:182');
  await expect(log).not.toContainText('about to fall');
  await tree.press('ArrowDown');
  await expect(row('worse_skips')).toHaveAttribute('aria-selected', 'true');
  await expect(row('resource_test_union')).toHaveCount(0);
  await tree.press('Home');
  await tree.press('ArrowRight');
  await expect(row('resource_test_union')).toBeVisible();
  await expectAccessible(page, 'a run of tests');
  await row('worse_panics').click();
  await page.screenshot({ path: `${shots}/testruns.png` });
  await page.getByRole('button', { name: 'Bad 2' }).click();
  await expect(tree.getByRole('treeitem')).toHaveCount(4);
  await page.getByRole('textbox', { name: 'Filter tests' }).fill('panic');
  await expect(tree.getByRole('treeitem')).toHaveCount(2);
  await page.getByRole('textbox', { name: 'Filter tests' }).fill('');
  await page.getByRole('button', { name: 'All', exact: true }).click();
  for (const theme of ['Dark', 'High contrast'] as const) {
    await app.chooseTheme(theme);
    await expectAccessible(page, `a run of tests, ${theme}`);
    await page.screenshot({ path: `${shots}/testruns-${theme === 'Dark' ? 'dark' : 'contrast'}.png` });
  }
  await app.chooseTheme('Dark');
  await paddock.resize(720, 800);
  await page.screenshot({ path: `${shots}/testruns-narrow-dark.png` });
  await app.chooseTheme('Light');
  await paddock.resize(1280, 800);

  await page.getByRole('button', { name: 'Run failed again' }).click();
  await expect(runs).toHaveCount(2);
  await expect(page.getByRole('status').filter({ hasText: '1 passed' })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Compare with' }).click();
  await page.getByRole('menuitem').first().click();
  const better = page.getByRole('region', { name: 'Better' });
  await expect(better.getByRole('listitem')).toHaveText(/a_failing › worse_fails.*failed, then passed/);
  await expectAccessible(page, 'runs compared');
  await page.screenshot({ path: `${shots}/testruns-compare.png` });
  await page.getByRole('button', { name: 'Back to the tests' }).click();

  // The command sees the same runs.
  const listed = JSON.parse(paddock.command('testrun', 'list', '--json')) as Pick<TestRun, 'id' | 'spec'>[];
  expect(listed.map(({ spec }) => spec.timeoutS)).toEqual([900, 900]);
  const file = join(paddock.home, 'run.ktap');
  paddock.command('testrun', 'save', listed[1]?.id ?? '', file, '--ktap');
  expect(readFileSync(file, 'utf8')).toContain('not ok 2 worse_fails');
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('button', { name: 'Remove this run' }).click();
  await expect(runs).toHaveCount(1);
});
