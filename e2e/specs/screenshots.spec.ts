import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from '../fixtures/paddock.js';

// The pictures of the README and the guide, made by the real app. A plain test run only shows that they can be made;
// UPDATE_SCREENSHOTS=1 puts them in their place.
const folder = resolve(
  import.meta.dirname,
  process.env['UPDATE_SCREENSHOTS'] === '1' ? '../../docs/screenshots' : '../../test-results/screenshots',
);

test('pictures for the README', async ({ paddock }) => {
  mkdirSync(folder, { recursive: true });
  const app = await paddock.open();
  await app.page.screenshot({ path: `${folder}/first-start-light.png` });
  await app.startTiny();
  await app.console.logIn();
  await app.console.type('cat /proc/partitions; ls /\n');
  await app.console.waitForText(/lost\+found/);
  await app.page.screenshot({ path: `${folder}/console-light.png` });
  await app.chooseTheme('Dark');
  await app.console.focus();
  await app.page.screenshot({ path: `${folder}/console-dark.png` });
});
