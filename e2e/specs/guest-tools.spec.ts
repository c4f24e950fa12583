import { imageSchema } from '@shared/images/image.js';
import { z } from 'zod';
import { imageWithoutTools } from '../../electron/host/testing/image-without-tools.js';
import { expect, test, type Paddock } from '../fixtures/paddock.js';

/** An image of somebody else's, on which a machine is made and left stopped. */
function makePlain(paddock: Paddock): string {
  paddock.command('vm', 'create', 'first');
  const images = z.array(imageSchema).parse(JSON.parse(paddock.command('image', 'list', '--json')));
  const tiny = images.find(({ kind }) => kind === 'tiny')?.path ?? '';
  const image = imageWithoutTools(tiny, paddock.home);
  paddock.command('vm', 'create', 'plain', '--image', image, '--memory', '64');
  return image;
}

test('guest tools are added in the settings, answer after a start, and are offered for new machines', async ({
  paddock,
}) => {
  const app = await paddock.open();
  makePlain(paddock);
  await app.machines.selectMachine('plain');
  await app.machine.showTab('Settings');
  const row = app.settings.setting('Guest tools');
  await expect(row).toContainText('Not there');
  await row.getByRole('button', { name: 'Add them' }).click();
  await expect(row).toContainText('There, from the next start on', { timeout: 30_000 });
  await expect(row.getByRole('button')).toHaveCount(0);
  await app.machine.start();
  await expect(row).toContainText('Version 1.0, ready', { timeout: 30_000 });
  expect(paddock.command('exec', 'plain', '--', 'cat', '/etc/inittab')).toContain('guest-tools');
  await app.machine.showTab('Overview');
  await expect(app.page.getByRole('region', { name: 'Made of' })).toContainText('Version 1.0, ready');

  // An image without them is given them at the making, and then started.
  await app.page.keyboard.press('Control+n');
  await expect(app.newMachine.addGuestTools).toHaveCount(0);
  await app.newMachine.chooseImage('plain.img');
  await app.newMachine.name.fill('second');
  await app.newMachine.addGuestTools.click();
  await app.newMachine.make();
  await app.machine.waitForState('running', 30_000);
  await app.machine.showTab('Settings');
  await expect(row).toContainText('Version 1.0, ready', { timeout: 30_000 });

  // Silent tools are said in the tab, with the way out.
  paddock.command('exec', 'second', '--', 'sed', '-i', '/guest-tools/d', '/etc/inittab');
  paddock.command('vm', 'restart', 'second');
  await app.machine.showTab('Consoles');
  const remark = app.machine.main.getByText('The guest tools are silent');
  await expect(remark).toBeVisible({ timeout: 40_000 });
});
