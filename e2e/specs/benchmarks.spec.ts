import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expectAccessible } from '../fixtures/axe.js';
import { expect, test, type Paddock } from '../fixtures/paddock.js';

const shots = 'test-results/screenshots';

interface Kept {
  id: string;
  ended: string | null;
  targets: { target: { kind: string; pinned: boolean }; figures: { getpid?: { median: number } } }[];
}
const kept = (paddock: Paddock): Kept[] =>
  JSON.parse(paddock.command('kernel', 'bench', 'list', '--json')) as Kept[];

async function saveAs(paddock: Paddock, name: string): Promise<string> {
  const path = join(paddock.home, name);
  await paddock.electron.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, path);
  return path;
}

async function picture(page: Page, name: string): Promise<void> {
  for (const theme of ['light', 'dark']) {
    await page.evaluate((chosen) => (document.documentElement.dataset['theme'] = chosen), theme);
    await page.screenshot({ path: `${shots}/benchmarks-${name}-${theme}.png` });
  }
}

test('benchmarks: chosen, measured in a guest and here, shown, compared, saved and removed', async ({
  paddock,
}) => {
  const app = await paddock.open();
  const { page } = app;
  await page.keyboard.press('Control+Shift+U');
  await page.getByRole('tab', { name: 'Benchmarks' }).click();
  const list = page.getByRole('listbox', { name: 'Benchmarks' });
  const version = execFileSync('/usr/bin/linux.uml', ['--version'], { encoding: 'utf8' }).trim();
  const box = (name: string | RegExp) => page.getByRole('checkbox', { name, exact: true });
  const measure = page.getByRole('button', { name: 'Measure', exact: true });
  await expect(box(`${version} (/usr/bin/linux.uml) on one CPU`)).toBeChecked();
  await expectAccessible(page, 'benchmarks, form');
  await picture(page, 'form');
  for (const name of ['vfork+execve', 'fork+execve', 'fork+sh', 'select (100)', 'write'])
    await box(name).click();
  await page.getByRole('button', { name: 'Quick' }).click();
  await measure.click();

  // It is shown as it goes on, and nothing else can be measured meanwhile.
  const goesOn = list.getByRole('option').filter({ hasText: 'goes on' });
  await expect(goesOn).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('progressbar').first()).toBeVisible();
  const figures = page.getByRole('region', { name: 'Figures' });
  await expect(figures.getByRole('row').filter({ hasText: 'Native, any CPU' })).toContainText('ns', {
    timeout: 60_000,
  });
  await expect(goesOn).toHaveCount(0, { timeout: 120_000 });

  // What is shown is what was kept: a guest's call costs more than one of this computer, whoever measures.
  const [one] = kept(paddock);
  const medians = one?.targets.map(({ figures: found }) => found.getpid?.median ?? 0) ?? [];
  expect(medians).toHaveLength(3);
  expect(Math.min(...medians.slice(1))).toBeGreaterThan(3 * (medians[0] ?? 0));
  const plot = page.getByRole('img', { name: /^getpid\. This computer: Native, any CPU \d/ });
  await expect(plot).toBeVisible();
  await expect(plot).toHaveAccessibleName(/Published with nommu v8: Native 172 ns, UML 25\.0 µs/);
  await page.getByRole('button', { name: 'stat' }).click();
  await expect(page.getByRole('img', { name: /^stat\. / })).toBeVisible();
  await page.getByRole('button', { name: 'Gain of one CPU' }).click();
  await expect(figures.getByRole('row').filter({ hasText: `${version}, one CPU` })).toContainText(/× \d/);
  await expectAccessible(page, 'benchmarks');
  await picture(page, 'result');

  const csv = await saveAs(paddock, 'figures.csv');
  await page.getByRole('button', { name: 'Save CSV…' }).click();
  await expect.poll(() => read(csv)).toContain('measured,Native');
  expect(read(csv)).toBe(paddock.command('kernel', 'bench', 'show', one?.id ?? '', '--csv'));
  expect(
    read(csv)
      .split('\r\n')
      .filter((line) => line.startsWith('measured,')),
  ).toHaveLength(3 * 5 * 2 * 3);
  const png = await saveAs(paddock, 'plot.png');
  await page.getByRole('button', { name: 'Save PNG…' }).click();
  await expect.poll(() => read(png, 'latin1').slice(1, 4)).toBe('PNG');

  // Another one, cancelled: what was measured up to then is kept, and nothing goes on.
  await list.getByRole('option', { name: 'New benchmark' }).click();
  await measure.click();
  await expect(figures.getByRole('row').filter({ hasText: 'Native, any CPU' })).toContainText('ns', {
    timeout: 60_000,
  });
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('It was cancelled')).toBeVisible();
  expect(kept(paddock).map(({ ended }) => ended)).toEqual(['cancelled', 'done']);
  const running = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  expect(
    running.split('\n').filter((line) => line.includes(join(paddock.home, 'run/paddock/helper-'))),
  ).toEqual([]);

  await page.getByRole('combobox', { name: 'Compare with' }).click();
  await page.getByRole('option').filter({ hasText: '3 targets' }).last().click();
  await expect(figures.getByRole('row').filter({ hasText: 'Native, any CPU' })).toContainText(
    /as before|× \d/,
  );
  await picture(page, 'compared');
  await paddock.resize(800, 700);
  await page.screenshot({ path: `${shots}/benchmarks-narrow.png` });
  await list.getByRole('option', { name: 'New benchmark' }).click();
  await page.screenshot({ path: `${shots}/benchmarks-form-narrow.png` });
  await list.getByRole('option').nth(1).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('button', { name: 'Remove it' }).click();
  await expect(list.getByRole('option')).toHaveCount(2);
  expect(kept(paddock)).toHaveLength(1);
});

function read(path: string, encoding: BufferEncoding = 'utf8'): string {
  try {
    return readFileSync(path, encoding);
  } catch {
    return '';
  }
}
