import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectAccessible } from '../fixtures/axe.js';
import { expect, test } from '../fixtures/paddock.js';

test('diagnostics: a new problem is counted, mended by its button, and the report can be copied', async ({
  paddock,
}) => {
  // A home of its own: UML's default folder is looked at, and cleaned.
  paddock.env['HOME'] = join(paddock.home, 'user');
  const umlDir = join(paddock.home, 'user/.uml');
  mkdirSync(umlDir, { recursive: true });
  const app = await paddock.open();
  await app.showDiagnostics();
  const row = app.checks.filter({ hasText: 'Leftovers' });
  await expect(row).toContainText('nothing is left');

  // What a machine leaves that is killed: its folder with the pid of a process that is no more.
  const dead = join(umlDir, 'dead');
  mkdirSync(dead);
  writeFileSync(join(dead, 'pid'), `${spawnSync('true').pid}\n`);
  const button = app.page.getByRole('button', { name: /^Diagnostics/ });
  const before = (await button.getAttribute('aria-label')) ?? '';
  await app.page.getByRole('button', { name: 'Check again' }).click();
  await expect(row).toContainText(dead);
  await expect(button).not.toHaveAttribute('aria-label', before);
  await expectAccessible(app.page, 'diagnostics with a fix');

  await app.page.getByRole('button', { name: 'Copy report' }).click();
  const report = await paddock.electron.evaluate(({ clipboard }) => clipboard.readText());
  expect(report).toMatch(/^Paddock \d/);
  expect(report).toContain(dead);
  expect(report).toContain('Remove 1 leftover');

  await app.page.getByRole('button', { name: 'Remove 1 leftover' }).click();
  await expect(row).toContainText('nothing is left');
  await expect(button).toHaveAttribute('aria-label', before);
  expect(existsSync(dead)).toBe(false);

  // The icon that showed the page takes it away again.
  await button.click();
  await expect(app.startTinyButton).toBeVisible();
});
