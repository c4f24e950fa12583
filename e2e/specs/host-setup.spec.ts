import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectAccessible } from '../fixtures/axe.js';
import { expect, test, type Paddock } from '../fixtures/paddock.js';
import type { AppPage } from '../pages/app-page.js';
import { NetworksPage } from '../pages/networks-page.js';

/** A machine with one card, which leads to this computer by a tap. */
async function withTapCard(paddock: Paddock): Promise<{ app: AppPage; networks: NetworksPage }> {
  const app = await paddock.open();
  const networks = new NetworksPage(app.page);
  const host = await paddock.host();
  await host.make('one');
  await app.machines.selectMachine('one');
  await networks.showTab();
  await app.page.getByRole('button', { name: 'Add a card' }).click();
  await networks.lead(0, 'by a tap, alone');
  return { app, networks };
}

test('a tap for this computer: its list and the undo are shown and copied, and what can’t be is said', async ({
  paddock,
}) => {
  // The host of a window’s test is in this computer’s own network: nothing is made of it, only said.
  const { app, networks } = await withTapCard(paddock);
  // What is done for it is folded below.
  await app.page.getByText('How it is done').click();
  await expect(networks.cards.first()).toContainText(/vec0:transport=tap,depth=128,gro=1,ifname=tap0,mac=/);
  await expect(networks.cards.first()).toContainText('Tap is the best for it: 2500 to 5500 Mbit/s');
  await app.page.getByRole('button', { name: 'Set it up…' }).click();
  const dialog = app.page.getByRole('dialog', { name: 'Set up this computer' });
  await dialog.getByRole('textbox', { name: 'Name of the tap' }).fill('pdkshown0');
  await dialog.getByRole('textbox', { name: 'Address of this computer on it' }).fill('10.98.7.1/24');
  const uid = process.getuid?.() ?? 0;
  const list = dialog.getByRole('region', { name: 'What root runs' });
  await expect(list.getByRole('listitem')).toHaveText([
    new RegExp(`^ip tuntap add dev pdkshown0 mode tap user ${uid}Makes the tap`),
    /^ip address add 10\.98\.7\.1\/24 dev pdkshown0Gives this computer the address/,
    /^ip link set dev pdkshown0 upSwitches pdkshown0 on/,
  ]);
  await expect(dialog.getByRole('region', { name: 'What undoes it' })).toContainText(
    'ip link delete dev pdkshown0',
  );
  await expectAccessible(app.page, 'host setup');
  await app.page.screenshot({ path: 'test-results/screenshots/host-setup.png' });
  await dialog.getByRole('button', { name: 'Copy the list' }).click();
  await expect(dialog.getByRole('button', { name: 'Copied' })).toBeVisible();
  // What can’t be carried out says why, where it would be begun.
  await dialog.getByRole('textbox', { name: 'Address of this computer on it' }).fill('10.0.2.1/24');
  await expect(dialog).toContainText('the way into the internet has 10.0.2.0/24');
  await dialog.getByRole('textbox', { name: 'Name of the tap' }).fill('a b');
  await expect(dialog.getByRole('alert').first()).toContainText('1 to 15 letters');
  await dialog.getByRole('textbox', { name: 'Name of the tap' }).fill('pdkshown0');
  await dialog.getByRole('radio', { name: /The wire of an interface/ }).click();
  await expect(dialog).toContainText('this computer has no bridge br0');
  expect(existsSync('/sys/class/net/pdkshown0')).toBe(false);
  expect(execFileSync('ip', ['-o', 'link'], { encoding: 'utf8' })).not.toContain('pdkshown0');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(dialog).toBeHidden();
});

test('what was made before is shown with its undo, of whatever kind', async ({ paddock }) => {
  // Of an earlier start of this computer: nothing of it is there any more, and taking it back needs no root.
  const folder = join(paddock.home, 'data/paddock/host-setup');
  mkdirSync(folder, { recursive: true });
  const setup = { kind: 'veth', name: 'pdkwire0', peer: 'pdkwire1', address: null };
  const made = [{ setup, madeAt: '2026-01-01T00:00:00.000Z', bootId: 'an earlier one' }];
  writeFileSync(join(folder, 'made.json'), JSON.stringify(made));
  const { app } = await withTapCard(paddock);
  await app.page.getByRole('button', { name: 'Set it up…' }).click();
  const dialog = app.page.getByRole('dialog', { name: 'Set up this computer' });
  const list = dialog.getByRole('list', { name: 'Made by Paddock' });
  await expect(list).toContainText('pdkwire1 is for the raw transport; gone since this computer restarted');
  await list.getByRole('button', { name: 'Undo pdkwire0' }).click();
  await expect(list).toBeHidden();
  expect(JSON.parse(readFileSync(join(folder, 'made.json'), 'utf8'))).toEqual([]);
});
