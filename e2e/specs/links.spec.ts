import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { hasTun } from '../oracles/tun.js';
import { expectAccessible } from '../fixtures/axe.js';
import { expect, test } from '../fixtures/paddock.js';
import { LinkPage } from '../pages/link-page.js';
import { NetworksPage } from '../pages/networks-page.js';

const BOOT_MS = 30_000;
test('a link in the window: captured and read, delayed and felt in the guest, measured', async ({
  paddock,
}) => {
  test.skip(!hasTun, 'there is no /dev/net/tun');
  const app = await paddock.open();
  const networks = new NetworksPage(app.page);
  const link = new LinkPage(app.page);
  await networks.open();
  await networks.newNetwork();
  await networks.dialog.getByRole('textbox', { name: 'Name' }).fill('lab');
  await networks.dialog.getByRole('button', { name: 'Make' }).click();
  await expect(networks.dialog).toBeHidden();
  const host = await paddock.host();
  const show = async (name: string): Promise<void> => {
    await app.page
      .getByRole('navigation', { name: 'Places' })
      .getByRole('button', { name: 'Machines' })
      .click();
    await app.machines.selectMachine(name);
  };
  for (const name of ['one', 'two']) {
    await host.make(name);
    await show(name);
    await networks.showTab();
    await app.page.getByRole('button', { name: 'Add a card' }).click();
    await networks.lead(0, 'lab');
    await expect(networks.cards.first()).toContainText('With the others on lab');
  }
  // One that is off has nothing to capture.
  await networks.open();
  await link.show('one');
  await expect(link.panel.getByRole('button', { name: 'Capture', exact: true })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  for (const name of ['one', 'two']) {
    await show(name);
    await app.machine.start();
    await app.machine.waitForState('running', BOOT_MS);
  }
  await app.page.getByRole('tab', { name: 'Consoles' }).click();
  await app.console.waitForText(/login: *$/m, BOOT_MS);
  await app.console.focus();
  await app.console.type('root\n');
  await app.console.waitForText(/# *$/m);
  await app.console.type('until ping -c 1 -W 1 one >/dev/null 2>&1; do sleep 1; done; echo found-$((1+1))\n');
  await app.console.waitForText(/^found-2$/m, BOOT_MS);

  await networks.open();
  await link.show('one');
  await link.capture();
  await show('two');
  await app.page.getByRole('tab', { name: 'Consoles' }).click();
  await app.console.focus();
  await app.console.type('ping -c 3 -i 0.2 one >/dev/null && echo pinged-$((1+1))\n');
  await app.console.waitForText(/^pinged-2$/m);
  await networks.open();
  await link.show('one');
  await link.stopCapture();
  await expect(link.dialog.getByRole('region', { name: 'Protocols' })).toContainText('ICMP');
  await expect(link.dialog.getByRole('table', { name: 'Packets' })).toContainText('Echo request');
  const [file = ''] = readdirSync(join(paddock.home, 'data/paddock/captures')).filter((name) =>
    name.endsWith('.pcap'),
  );
  await expect(link.dialog).toContainText(file);
  const echoes = execFileSync(
    'tcpdump',
    ['-n', '-Z', 'root', '-r', join(paddock.home, 'data/paddock/captures', file), 'icmp'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  expect(echoes.trimEnd().split('\n')).toHaveLength(6);
  for (const theme of ['light', 'dark', 'contrast']) {
    await app.page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme);
    await expectAccessible(app.page, `capture, ${theme}`);
    await app.page.screenshot({ path: `test-results/screenshots/capture-${theme}.png` });
  }
  await link.dialog.getByRole('button', { name: 'Close' }).click();
  await expect(link.captures.getByRole('listitem')).toHaveCount(1);

  await link.set('Delay', '99999');
  await expect(link.panel.getByRole('alert')).toContainText('A number from 0 to 10000');
  await link.set('Delay', '50');
  await expect(networks.detail).toContainText('50 ms');
  await link.set('Rate', '2');
  await expect(networks.detail).toContainText('50 ms, 2 Mbit/s');
  await expect(link.panel.getByRole('slider', { name: 'Rate, slider' })).toHaveAttribute(
    'aria-valuetext',
    '2 Mbit/s',
  );
  await show('two');
  await app.page.getByRole('tab', { name: 'Consoles' }).click();
  await app.console.focus();
  await app.console.type('ping -c 3 -i 0.2 one | tail -1; echo felt-$((1+1))\n');
  await app.console.waitForText(/^felt-2$/m);
  const [, least = '0'] = /min\/avg\/max = ([\d.]+)/.exec(await app.console.terminalText()) ?? [];
  // wirefilter counts whole milliseconds.
  expect(Number(least)).toBeGreaterThanOrEqual(98);

  await networks.open();
  await link.show('one');
  await link.panel.getByRole('button', { name: 'Measure to two' }).click();
  await expect(link.measurements).toContainText(/one to two.*Mbit\/s there, .*Mbit\/s back, \d+/, {
    timeout: 60_000,
  });
  for (const theme of ['light', 'dark', 'contrast']) {
    await app.page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme);
    await expectAccessible(app.page, `link, ${theme}`);
    await app.page.screenshot({ path: `test-results/screenshots/link-${theme}.png` });
  }
  await link.panel.getByRole('button', { name: 'As good as it can be' }).click();
  await expect(networks.detail).not.toContainText('50 ms,');
  await link.captures.getByRole('button').first().click();
  await link.dialog.getByRole('button', { name: 'Delete' }).click();
  await link.dialog.getByRole('button', { name: 'Delete this capture' }).click();
  await expect(link.dialog).toBeHidden();
  expect(readdirSync(join(paddock.home, 'data/paddock/captures'))).toEqual([]);
});
