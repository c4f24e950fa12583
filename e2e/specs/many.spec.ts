import { copyFileSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expectAccessible } from '../fixtures/axe.js';
import { expect, test, type Paddock } from '../fixtures/paddock.js';
import { machinesUnder, processesOfMachine } from '../oracles/processes.js';

/** Sixty machines: 32 and 14 of two courses, 8 of kernel work, 6 in no group. */
async function makeSixty(paddock: Paddock): Promise<void> {
  const host = await paddock.host();
  const make = async (prefix: string, count: number, group: string | null): Promise<void> => {
    for (let n = 1; n <= count; n += 1)
      await host.make(`${prefix}-${n}`, { group, tags: [n % 4 === 0 ? 'transit' : 'stub'] });
  };
  await make('tue', 32, 'BGP course, Tuesday');
  await make('thu', 14, 'BGP course, Thursday');
  await make('kernel', 8, 'Kernel work');
  await make('tiny', 6, null);
}

test('sixty machines: groups with counts fold and stay folded, the filter knows tags, groups and states, sorting', async ({
  paddock,
}) => {
  let app = await paddock.open();
  await makeSixty(paddock);
  await expect(app.machines.rows).toHaveCount(60);
  await expect(app.machines.list.getByRole('treeitem', { level: 1 })).toHaveText([
    /Thursday\s*14/,
    /Tuesday\s*32/,
    /Kernel work\s*8/,
    /Not in a group\s*6/,
  ]);

  await app.machines.group('BGP course, Tuesday').click();
  await expect(app.machines.rows).toHaveCount(28);
  // The window is closed and opened again: it is still folded.
  await paddock.close();
  app = await paddock.open();
  await expect(app.machines.rows).toHaveCount(28);
  await expect(app.machines.group('BGP course, Tuesday')).toHaveAttribute('aria-expanded', 'false');

  // What is looked for is seen, folded or not.
  await app.machines.filter.fill('tue-3');
  expect(await app.machines.names()).toEqual(['tue-3', 'tue-30', 'tue-31', 'tue-32']);
  for (const [filter, count] of [
    ['tag:transit', 14],
    ['group:course', 46],
    ['group:"bgp course, thu" tag:stub', 11],
    ['running', 0],
    ['is:stopped', 60],
    ['kernel tag:transit', 2],
  ] as const) {
    await app.machines.filter.fill(filter);
    await expect(app.machines.rows, filter).toHaveCount(count);
  }
  await app.machines.filter.fill('nowhere');
  await expect(app.page.getByText('None matches')).toBeVisible();
  await app.page.getByRole('button', { name: 'Show all machines' }).click();
  await expect(app.machines.rows).toHaveCount(28);

  await app.machines.sortBy('Newest first');
  expect((await app.machines.names())[0]).toBe('thu-14');
});

test('picking: with the pointer, with keys alone, and in picking mode', async ({ paddock }) => {
  const app = await paddock.open();
  const host = await paddock.host();
  for (let n = 1; n <= 6; n += 1) await host.make(`pick-${n}`, n > 4 ? { group: 'lab' } : {});
  const { keyboard } = app.page;
  await expect(app.machines.rows).toHaveCount(6);

  await app.machines.selectMachine('pick-1');
  await app.machines.row('pick-3').click({ modifiers: ['Control'] });
  expect(await app.machines.picked()).toEqual(['pick-1', 'pick-3']);
  await app.machines.row('pick-4').click({ modifiers: ['Shift'] });
  expect(await app.machines.picked()).toEqual(['pick-3', 'pick-4']);
  await expect(app.bulk.bar).toContainText('2 picked');
  await app.machines.row('pick-2').click();
  await expect(app.bulk.bar).toBeHidden();
  expect(await app.machine.name()).toBe('pick-2');

  await app.machines.focusByKey();
  await keyboard.press('Shift+ArrowDown');
  await keyboard.press('Shift+ArrowDown');
  expect(await app.machines.picked()).toEqual(['pick-2', 'pick-3', 'pick-4']);
  await keyboard.press('Shift+ArrowUp');
  expect(await app.machines.picked()).toEqual(['pick-2', 'pick-3']);
  await keyboard.press('Control+a');
  await expect(app.bulk.bar).toContainText('6 picked');
  await keyboard.press('Escape');
  await expect(app.bulk.bar).toBeHidden();

  await app.machines.startPicking();
  await expect(app.bulk.bar).toContainText('0 picked');
  await expect(app.bulk.deed('Start')).toHaveAttribute('aria-disabled', 'true');
  await app.machines.list.focus();
  await keyboard.press('Home');
  await keyboard.press('ArrowDown');
  await keyboard.press(' ');
  await keyboard.press('End');
  await keyboard.press(' ');
  expect(await app.machines.picked()).toEqual(['pick-5', 'pick-4']);
  await expectAccessible(app.page, 'picking');
  await keyboard.press('Escape');

  // The same from the menu of a row, by keys.
  await keyboard.press('Home');
  await keyboard.press('ArrowDown');
  await keyboard.press('ContextMenu');
  await app.page.getByRole('menuitem', { name: 'Group' }).click();
  await app.page.getByRole('menuitemradio', { name: 'Not in a group' }).click();
  await expect(app.machines.group('lab')).toContainText('1');
  await app.machines.row('pick-6').click({ button: 'right' });
  await app.page.getByRole('menuitem', { name: 'Tags' }).click();
  await app.page.getByRole('menuitem', { name: 'New tag…' }).click();
  await app.page.getByRole('textbox', { name: 'Tag' }).fill('router');
  await keyboard.press('Enter');
  await expect(app.machines.row('pick-6').locator('.tag')).toHaveText('router');
});

test('bulk: four are started, one of them must fail and says why; three are shut down; all are deleted', async ({
  paddock,
}) => {
  const app = await paddock.open();
  const host = await paddock.host();
  for (let n = 1; n <= 3; n += 1) await host.make(`bulk-${n}`);
  // One whose base is changed behind its layer's back.
  const base = join(paddock.home, 'base.img');
  copyFileSync(await host.tinyImage(), base);
  await host.make('bulk-4', {}, base);
  utimesSync(base, new Date(), new Date(Date.now() - 86_400_000));

  await app.machines.selectMachine('bulk-1');
  await app.machines.row('bulk-4').click({ modifiers: ['Shift'] });
  await expect(app.bulk.deed('Start')).toHaveText('Start4');
  await expect(app.bulk.deed('Shut down')).toHaveAttribute('aria-disabled', 'true');
  await app.bulk.deed('Start').click();
  await app.bulk.waitFor('Start 4 machines', '1 failed, 3 done');
  const results = app.bulk.results('Start 4 machines').getByRole('listitem');
  await expect(results.first()).toContainText(/bulk-4.*changed after the layer was made/s);
  await expect(app.bulk.result('Start 4 machines', 'bulk-2')).toContainText('running');
  for (const name of ['bulk-1', 'bulk-2', 'bulk-3'])
    expect(processesOfMachine(paddock.umlDir, name).length, name).toBeGreaterThan(0);
  expect(processesOfMachine(paddock.umlDir, 'bulk-4')).toEqual([]);
  await expectAccessible(app.page, 'results');

  // Again with the one that failed fails again, and doesn't touch the others.
  await app.bulk.results('Start 4 machines').getByRole('button', { name: 'Try again with 1' }).click();
  await app.bulk.waitFor('Start bulk-4', '1 failed');

  await app.console.waitForText(/login: *$/m);
  await expect(app.bulk.deed('Shut down')).toHaveText('Shut down3');
  await app.bulk.deed('Shut down').click();
  await app.bulk.waitFor('Shut down 3 machines', 'All 3 done');
  expect(machinesUnder(paddock.umlDir)).toEqual([]);

  await app.bulk.deed('Delete…').click();
  const dialog = app.page.getByRole('dialog', { name: 'Delete 4 machines?' });
  await expect(dialog.getByRole('listitem')).toHaveCount(4);
  await expectAccessible(app.page, 'delete many');
  await dialog.getByRole('textbox').fill('3');
  await expect(dialog.getByRole('button', { name: 'Delete 4' })).toHaveAttribute('aria-disabled', 'true');
  await dialog.getByRole('textbox').fill('4');
  await dialog.getByRole('button', { name: 'Delete 4' }).click();
  await expect(app.machines.rows).toHaveCount(0);
  expect(readdirSync(join(paddock.home, 'data/paddock/vms'))).toEqual([]);
});
