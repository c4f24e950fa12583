import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expectAccessible } from '../fixtures/axe.js';
import { hasTun } from '../oracles/tun.js';
import { expect, test } from '../fixtures/paddock.js';
import { NetworksPage } from '../pages/networks-page.js';

const BOOT_MS = 30_000;
test('two machines on a network made in the window: found by name, the internet side reached, a forward reaches in', async ({
  paddock,
}) => {
  test.skip(!hasTun, 'there is no /dev/net/tun');
  const body = randomBytes(200_000);
  const server = createServer((_request, response) => response.end(body));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  // A port that was free a moment ago.
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const forwarded = (probe.address() as AddressInfo).port;
  await new Promise((done) => probe.close(done));

  const app = await paddock.open();
  const networks = new NetworksPage(app.page);
  await networks.open();
  await expect(app.page.getByRole('heading', { name: 'No networks yet' })).toBeVisible();
  await networks.newNetwork();
  await networks.dialog.getByRole('textbox', { name: 'Name' }).fill('lab');
  await networks.dialog.getByRole('checkbox', { name: 'Programs of this computer' }).check();
  await networks.dialog.getByRole('textbox', { name: 'Addresses' }).fill('10.0.2.0/24');
  await networks.dialog.getByRole('button', { name: 'Make' }).click();
  await expect(networks.dialog.getByRole('alert')).toContainText('the way into the internet has 10.0.2.0/24');
  await networks.dialog.getByRole('textbox', { name: 'Addresses' }).fill('10.99.5.0/24');
  await networks.dialog.getByRole('button', { name: 'Make' }).click();
  await expect(networks.dialog).toBeHidden();
  await expect(networks.row('lab')).toContainText('10.99.5.0/24');
  await expect(networks.row('lab')).toContainText('off');

  const show = async (name: string): Promise<void> => {
    await app.page
      .getByRole('navigation', { name: 'Places' })
      .getByRole('button', { name: 'Machines' })
      .click();
    await app.machines.selectMachine(name);
  };
  const host = await paddock.host();
  await host.make('one');
  await host.make('two');
  for (const name of ['one', 'two']) {
    await show(name);
    await networks.showTab();
    await app.page.getByRole('button', { name: 'Add a card' }).click();
    await networks.lead(0, 'lab');
    await expect(networks.cards.first()).toContainText('With the others on lab');
  }
  await show('one');
  await app.page.getByRole('textbox', { name: 'Forward a port of this computer' }).fill('nonsense');
  await expect(networks.cards.first().getByRole('alert')).toContainText('Such as 8080:80');
  await app.page.getByRole('textbox', { name: 'Forward a port of this computer' }).fill(`${forwarded}:80`);
  await app.page.keyboard.press('Enter');
  await expect(app.page.getByRole('list', { name: 'Forwards' })).toContainText(`127.0.0.1:${forwarded}`);
  for (const theme of ['light', 'dark', 'contrast']) {
    await app.page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme);
    await expectAccessible(app.page, `network tab, ${theme}`);
    await app.page.screenshot({ path: `test-results/screenshots/network-tab-${theme}.png` });
  }

  for (const name of ['one', 'two']) {
    await show(name);
    await app.machine.start();
    await app.machine.waitForState('running', BOOT_MS);
  }
  await networks.open();
  await expect(networks.row('lab')).toContainText('on');
  await expect(networks.detail).toContainText('10.99.5.');
  for (const theme of ['light', 'dark', 'contrast']) {
    await app.page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme);
    await expectAccessible(app.page, `networks, ${theme}`);
    await app.page.screenshot({ path: `test-results/screenshots/networks-${theme}.png` });
  }
  await paddock.resize(800, 700);
  await expectAccessible(app.page, 'networks, narrow');
  await app.page.screenshot({ path: 'test-results/screenshots/networks-narrow.png' });
  await paddock.resize(1280, 800);

  await show('two');
  await app.page.getByRole('tab', { name: 'Consoles' }).click();
  await app.console.waitForText(/login: *$/m, BOOT_MS);
  await app.console.focus();
  await app.console.type('root\n');
  await app.console.waitForText(/# *$/m);
  await app.console.type('until ping -c 1 -W 1 one >/dev/null 2>&1; do sleep 1; done; echo found-$((1+1))\n');
  await app.console.waitForText(/^found-2$/m, BOOT_MS);
  await app.console.type(`wget -q -O - http://10.0.2.2:${port}/ | sha256sum | cut -c1-16\n`);
  await app.console.waitForText(
    new RegExp(`^${createHash('sha256').update(body).digest('hex').slice(0, 16)}$`, 'm'),
  );

  await show('one');
  await app.console.waitForText(/login: *$/m, BOOT_MS);
  await app.console.focus();
  await app.console.type('root\n');
  await app.console.waitForText(/# *$/m);
  await app.console.type(
    'mkdir /w; echo from-the-guest > /w/index.html; httpd -p 80 -h /w; echo served-$((1+1))\n',
  );
  await app.console.waitForText(/^served-2$/m);
  await expect
    .poll(async () => (await fetch(`http://127.0.0.1:${forwarded}/`).catch(() => null))?.text() ?? '', {
      timeout: BOOT_MS,
    })
    .toBe('from-the-guest\n');
  server.close();
});

test('a card by any transport: filled in with its options, refused while wrong, a tunnel to another host', async ({
  paddock,
}) => {
  const app = await paddock.open();
  const networks = new NetworksPage(app.page);
  const host = await paddock.host();
  const id = await host.make('one');
  await app.machines.selectMachine('one');
  await networks.showTab();
  await app.page.getByRole('button', { name: 'Add a card' }).click();
  await networks.lead(0, 'A tunnel to another host');
  const form = app.page.getByRole('group', { name: 'Transport of card 0' });
  await expect(form).toContainText('An L2TPv3 tunnel to another machine or host');
  await form.getByRole('textbox', { name: 'src', exact: true }).fill('192.0.2.1');
  await form.getByRole('textbox', { name: 'dst', exact: true }).fill('nowhere');
  await expect(form.getByRole('alert').first()).toBeVisible();

  await expect(form.getByRole('button', { name: 'Use it' })).toHaveAccessibleDescription(
    'dst is not right yet.',
  );
  // Hexadecimal sessions, which make a guest panic, can't be said.
  await form.getByRole('textbox', { name: 'rx_session' }).fill('0xffffffff');
  await form.getByRole('textbox', { name: 'dst', exact: true }).fill('192.0.2.2');
  await expect(form.getByRole('button', { name: 'Use it' })).toHaveAttribute('aria-disabled', 'true');
  await form.getByRole('textbox', { name: 'rx_session' }).fill('7');
  expect(await host.links(id)).toMatchObject([{ kind: 'internet' }]);
  for (const theme of ['light', 'dark', 'contrast']) {
    await app.page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme);
    await expectAccessible(app.page, `transport form, ${theme}`);
    await app.page.screenshot({ path: `test-results/screenshots/transport-form-${theme}.png` });
  }
  await form.getByRole('button', { name: 'Use it' }).click();
  await expect
    .poll(() => host.links(id))
    .toEqual([
      {
        kind: 'transport',
        transport: 'l2tpv3',
        options: {
          src: '192.0.2.1',
          dst: '192.0.2.2',
          udp: '1',
          srcport: '1706',
          dstport: '1706',
          rx_session: '7',
          tx_session: '1',
        },
      },
    ]);
  await networks.lead(0, 'By a transport…');
  await app.page.getByRole('combobox', { name: 'Transport' }).click();
  // Vector VDE came with 6.12.
  await expect(app.page.getByRole('option').filter({ hasText: 'This kernel has it not.' })).toContainText(
    'VDE',
  );
  await app.page.keyboard.press('Escape');
  await form.getByRole('button', { name: 'Cancel' }).click();

  // A list without a network has this link all the same.
  await networks.open();
  await expect(app.page.getByRole('heading', { name: 'No networks yet' })).toBeVisible();
  await expect(
    app.page.getByRole('table', { name: 'All links' }).getByRole('button', { name: 'one, outside' }),
  ).toBeVisible();
});

test('the network of a new machine, by what it does: a private one for it, then a cable to it', async ({
  paddock,
}) => {
  const app = await paddock.open();
  const networks = new NetworksPage(app.page);

  const make = async (name: string, choice: string, hint: RegExp): Promise<void> => {
    const wizard = await app.openNewMachine();
    await wizard.name.fill(name);
    await wizard.startRightAway.uncheck();
    await wizard.dialog.getByRole('combobox', { name: 'Network' }).click();
    await app.page.getByRole('option').filter({ hasText: choice }).click();
    await expect(wizard.dialog.getByText(hint)).toBeVisible();
    await wizard.makeButton.click();
    await expect(wizard.dialog).toBeHidden();
  };
  await make('one', 'A new private network', /^By Tap: /);
  await make('two', 'With the others on one net', /^By Tap: /);
  await make('three', 'A cable to one', /^By L2TPv3 tunnel: /);
  await networks.open();
  await expect(networks.row('one net')).toContainText('one, two');
  await expect(networks.row('three–one')).toContainText('cable');
  await expect(networks.row('three–one')).toContainText('one, three');
  // What can't be made leaves no network behind.
  await app.page.keyboard.press('Control+n');
  const wizard = app.newMachine;
  await wizard.name.fill('four');
  await wizard.kernel.click();
  await app.page.getByRole('option', { name: /A file/ }).click();
  await wizard.kernelFile.fill('/etc/passwd');
  await wizard.dialog.getByRole('combobox', { name: 'Network' }).click();
  await app.page.getByRole('option').filter({ hasText: 'A new network with internet' }).click();
  await wizard.makeButton.click();
  await expect(wizard.alerts.first()).toBeVisible();
  await wizard.dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(networks.row('four net')).toBeHidden();
});
