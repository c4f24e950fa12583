import { expectAccessible } from '../fixtures/axe.js';
import { expect, test } from '../fixtures/paddock.js';

for (const theme of ['Light', 'Dark', 'High contrast'] as const) {
  test(`axe finds nothing on any screen: ${theme}`, async ({ paddock }) => {
    const app = await paddock.open();
    await app.chooseTheme(theme);
    await expectAccessible(app.page, 'first start');
    const form = await app.openNewMachine();
    await expectAccessible(app.page, 'new machine');
    await form.name.fill('Not a name');
    await expectAccessible(app.page, 'new machine with an error');
    await app.page.keyboard.press('Escape');
    await app.startTiny();
    await app.console.logIn();
    await expectAccessible(app.page, 'console');
    await app.console.find('ubda');
    await expectAccessible(app.page, 'find');
    await app.page.keyboard.press('Escape');
    await app.machine.showTab('Disks');
    await expectAccessible(app.page, 'disk of a running machine');
    await app.machine.showTab('Settings');
    await expectAccessible(app.page, 'settings');
    await app.settings.field('Memory').fill('16');
    await app.settings.set('Tags', 'edge');
    await expectAccessible(app.page, 'settings with an error');
    await app.settings.field('Memory').press('Escape');
    await app.machine.showTab('Overview');
    await expect(app.overview.events.first()).toBeVisible();
    await app.page.getByRole('button', { name: 'Show command' }).click();
    await expectAccessible(app.page, 'overview');
    await app.machine.showTab('Control');
    await app.control.give('SysRq', 't');
    await app.control.give('Read a file of /proc', 'meminfo');
    await app.control.expectAnswer(/MemTotal/);
    await app.control.button('Reboot').click();
    await expectAccessible(app.page, 'control');
    await app.machine.showTab('Consoles');
    await app.console.focus();
    await app.console.type('echo c > /proc/sysrq-trigger\n');
    await app.machine.waitForState('crashed', 30_000);
    await expectAccessible(app.page, 'crashed');
    await app.machine.showTab('Runs');
    await expect(app.runs.runs).toHaveCount(1);
    await expectAccessible(app.page, 'runs');
    await app.runs.search.fill('panic');
    await expect(app.runs.hits.first()).toBeVisible();
    await expectAccessible(app.page, 'search over runs');
    await app.runs.search.fill('');
    await app.machine.start();
    await app.machine.waitForState('running', 30_000);
    await app.machine.forceOff();
    await app.machine.waitForState('stopped', 30_000);
    await app.runs.compareWith(1);
    await expect(app.runs.detail.locator('.diff')).toBeVisible();
    await expectAccessible(app.page, 'two runs compared');
    await app.machine.merge();
    await expect(app.merge.mergeButton).toBeVisible();
    await expectAccessible(app.page, 'merge');
    await app.page.keyboard.press('Escape');
    await app.machine.delete();
    await expectAccessible(app.page, 'delete');
  });
}

for (const theme of ['Light', 'Dark', 'High contrast'] as const) {
  test(`axe finds nothing on many machines, the palette and diagnostics: ${theme}`, async ({ paddock }) => {
    const app = await paddock.open();
    await app.chooseTheme(theme);
    const host = await paddock.host();
    for (const name of ['r-1', 'r-2']) await host.make(name, { group: 'lab', tags: ['router'] });
    await host.start(await host.make('h-1'));
    await app.machines.waitForState('h-1', 'running');
    await expectAccessible(app.page, 'groups and tags');
    await app.machines.startPicking();
    await app.machines.row('r-1').click();
    await expectAccessible(app.page, 'picking');
    await app.machines.row('r-1').click({ button: 'right' });
    await expectAccessible(app.page, 'menu of a row');
    await app.page.keyboard.press('Escape');
    await app.palette.open();
    await app.page.keyboard.type('st');
    await expectAccessible(app.page, 'palette');
    await app.page.keyboard.press('Escape');
    await app.showDiagnostics();
    await expectAccessible(app.page, 'diagnostics');
  });
}
