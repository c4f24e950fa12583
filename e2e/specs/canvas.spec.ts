import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectAccessible } from '../fixtures/axe.js';
import { expect, test } from '../fixtures/paddock.js';
import { CanvasPage } from '../pages/canvas-page.js';

const to = (networkId: string) => ({ kind: 'network' as const, networkId, forwards: [] });

test('pictures of the canvas: a course with routers, switches, a cable and the internet', async ({
  paddock,
}) => {
  const app = await paddock.open();
  const host = await paddock.host();
  const canvas = new CanvasPage(app.page);
  const [backbone, left, right] = [
    await host.network('backbone', 'switch', true),
    await host.network('left'),
    await host.network('right'),
  ];
  const cable = await host.network('r2–r3', 'cable');
  const make = (name: string, ...networks: string[]) =>
    host.make(name, { nics: networks.map((id, unit) => ({ unit, link: to(id) })) });
  await make('r1', backbone);
  await make('r2', backbone, left, cable);
  await make('r3', backbone, right, cable);
  for (const name of ['h1', 'h2']) await make(name, left);
  for (const name of ['collector', 'a-machine-with-a-very-long-name-indeed']) await make(name, right);
  await host.make('alone');
  await canvas.open();
  await expect(canvas.link('r2, r3')).toContainText('off');
  await canvas.link('r2, r3').getByRole('button').click();
  for (const theme of ['light', 'dark', 'contrast']) {
    await app.page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme);
    await expectAccessible(app.page, `canvas, ${theme}`);
    await app.page.screenshot({ path: `test-results/screenshots/canvas-${theme}.png` });
  }
  await paddock.resize(800, 600);
  await app.page.screenshot({ path: 'test-results/screenshots/canvas-narrow.png' });
});

test('what is drawn is done: plug, cable, lead elsewhere, unplug, undo; places are kept', async ({
  paddock,
}) => {
  const app = await paddock.open();
  const host = await paddock.host();
  const canvas = new CanvasPage(app.page);
  const lab = await host.network('lab');
  const other = await host.network('other');
  const out = await host.network('out', 'switch', true, true);
  const one = await host.make('one');
  const two = await host.make('two');
  await canvas.open();

  await canvas.draw('one', 'lab');
  await expect(canvas.link('one, lab')).toContainText('off');
  await expect.poll(() => host.links(one)).toEqual([to(lab)]);

  await canvas.draw('one', 'two');
  await expect(canvas.link('one, two')).toBeVisible();
  expect(await host.links(two)).toHaveLength(1);
  expect((await host.links(one)).at(1)).toEqual((await host.links(two)).at(0));

  // By the keyboard: the cable is taken away, and comes back.
  await canvas.link('one, two').getByRole('button').click();
  await app.page.keyboard.press('Delete');
  await expect(canvas.link('one, two')).toBeHidden();
  await expect.poll(() => host.links(two)).toEqual([{ kind: 'none' }]);
  await app.page.keyboard.press('Control+z');
  await expect(canvas.link('one, two')).toBeVisible();
  await app.page.keyboard.press('Control+z');
  await expect.poll(() => host.links(two)).toEqual([]);
  await expect.poll(() => host.links(one)).toEqual([to(lab)]);
  await app.page.keyboard.press('Control+Shift+z');
  await expect(canvas.link('one, two')).toBeVisible();
  await app.page.keyboard.press('Control+z');
  await expect(canvas.link('one, two')).toBeHidden();

  // The way out of a network comes back as it was, with this computer behind it.
  await canvas.link('out, Internet').getByRole('button').click();
  await app.page.keyboard.press('Delete');
  await expect.poll(() => host.reach(out)).toEqual({ internet: false, reachesHost: false });
  await app.page.keyboard.press('Control+z');
  await expect.poll(() => host.reach(out)).toEqual({ internet: true, reachesHost: true });

  // By the side alone.
  await canvas.node('two').click();
  await app.page.getByRole('combobox', { name: 'Connect to' }).click();
  await app.page.getByRole('option', { name: 'other' }).click();
  await expect.poll(() => host.links(two)).toEqual([to(other)]);
  await canvas.node('other').click();
  await expect(canvas.side.getByRole('heading', { name: 'other' })).toBeVisible();
  await expect(canvas.side).toContainText('two');

  // What can't be is told, and nothing is done.
  await canvas.draw('lab', 'other');
  await expect(app.page.locator('.networkssay')).toContainText('A machine has to be at one end.');

  const before = await canvas.node('one').boundingBox();
  await canvas.drag('one', [60, -90]);
  const after = await canvas.node('one').boundingBox();
  expect(Math.abs((after?.x ?? 0) - (before?.x ?? 0) - 60)).toBeLessThan(3);
  expect(Math.abs((after?.y ?? 0) - (before?.y ?? 0) + 90)).toBeLessThan(3);
  await app.page.getByRole('button', { name: 'Undo: Move one' }).click();
  await expect.poll(async () => (await canvas.node('one').boundingBox())?.x).toBe(before?.x);
  await app.page.getByRole('button', { name: 'Do again: Move one' }).click();
  await canvas.more('Tidy up');
  await app.page.keyboard.press('Control+z');

  await paddock.close();
  const again = await paddock.open();
  const reopened = new CanvasPage(again.page);
  await reopened.open();
  await expect(reopened.link('two, other')).toBeVisible();
});

test('the canvas as pictures: what a drawing program and a viewer read', async ({ paddock }) => {
  const app = await paddock.open();
  const host = await paddock.host();
  const canvas = new CanvasPage(app.page);
  const lab = await host.network('a <b> & "c"');
  await host.make('one', { nics: [{ unit: 0, link: to(lab) }] });
  await canvas.open();
  for (const [title, file] of [
    ['Export as SVG…', 'networks.svg'],
    ['Export as PNG…', 'networks.png'],
  ] as const) {
    const path = join(paddock.home, file);
    await paddock.electron.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, path);
    await canvas.more(title);
    await expect.poll(() => existsSync(path)).toBe(true);
  }
  const svg = readFileSync(join(paddock.home, 'networks.svg'), 'utf8');
  // xmllint would be the oracle; Chromium's own parser is one, too.
  const read = await app.page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
    return {
      bad: parsed.querySelector('parsererror')?.textContent ?? null,
      titles: Array.from(parsed.querySelectorAll('title'), (title) => title.textContent),
      wires: parsed.querySelectorAll('path').length,
    };
  }, svg);
  expect(read).toEqual({ bad: null, titles: ['a <b> & "c"', 'one, defined'], wires: 1 });
  const png = readFileSync(join(paddock.home, 'networks.png'));
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
  // Its size, from the first chunk (PNG, 11.2.2): twice that of the drawing.
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2 * Number(width), 2 * Number(height)]);
});
