import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from '../fixtures/paddock.js';

const root = resolve(import.meta.dirname, '../..');
/** Pictures to look at after a run. */
const looks = `${root}/test-results/screenshots`;
/** The README's picture is made by the real app, so that it is never older than it; only when asked to. */
const docs = process.env['UPDATE_SCREENSHOTS'] === '1' ? `${root}/docs/screenshots` : looks;

test('pictures of the first start and of a console, light and dark', async ({ paddock }) => {
  for (const folder of [looks, docs]) mkdirSync(folder, { recursive: true });
  const app = await paddock.open();
  await app.page.screenshot({ path: `${looks}/first-start-light.png` });
  await app.startTiny();
  await app.console.logIn();
  await app.console.type('cat /proc/partitions; ls /\n');
  await app.console.waitForText(/lost\+found/);
  await app.page.screenshot({ path: `${docs}/console-light.png` });
  await app.chooseTheme('Dark');
  await app.console.focus();
  await app.page.screenshot({ path: `${looks}/console-dark.png` });
});
