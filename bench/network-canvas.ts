import type { Page } from '@playwright/test';
import { PaddockApp } from './paddock-app.js';
import { report } from './report.js';

const MACHINES = 200;
const SWITCHES = 100;
const DRAG_MS = 3000;

/** Frames while the canvas of many machines and switches is dragged: as a whole, and a switch of it with its wires. */
export async function benchNetworkCanvas(): Promise<void> {
  const paddock = new PaddockApp();
  try {
    for (let n = 0; n < SWITCHES; n += 1) paddock.command('network', 'create', `n${n}`);
    for (let n = 0; n < MACHINES; n += 1) {
      // Each switch has two machines, and every third machine is a router to the next one.
      const nics = ['--nic', `n${n % SWITCHES}`, ...(n % 3 === 0 ? ['--nic', `n${(n + 1) % SWITCHES}`] : [])];
      paddock.command('vm', 'create', `m${n}`, ...nics);
    }
    const { app, page } = await paddock.open();
    await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Networks' }).click();
    await page.locator('.react-flow__node').first().waitFor();
    const nodes = await page.locator('.react-flow__node').count();
    const still = await frames(page, () => page.waitForTimeout(DRAG_MS));
    const pane = await page.locator('.react-flow__pane').boundingBox();
    if (!pane) throw new Error('there is no canvas');
    const corner = [pane.x + 8, pane.y + 8] as const;
    const all = await frames(page, () => dragAbout(page, corner));
    await page.getByRole('button', { name: 'Zoom in' }).click({ clickCount: 4 });
    const near = await frames(page, () => dragAbout(page, corner));
    await page.getByRole('button', { name: 'Fit' }).click();
    const hub = await page
      .locator('.react-flow__node-network')
      .nth(SWITCHES / 2)
      .boundingBox();
    if (!hub) throw new Error('there is no switch');
    const one = await frames(page, () => dragAbout(page, [hub.x + hub.width / 2, hub.y + hub.height / 2]));
    await app.close();
    const rows = [
      { name: 'nothing going on', values: still },
      { name: 'the whole canvas is dragged, all in sight', values: all },
      { name: 'the same, nearer', values: near },
      { name: 'a switch is dragged, all in sight', values: one },
    ];
    report(
      `Frames of a canvas of ${MACHINES} machines and ${SWITCHES} switches (60 a second are 16.7)`,
      'ms',
      rows,
      {
        'nodes drawn': nodes,
        ...Object.fromEntries(
          rows.map(({ name, values }) => [
            `frames a second, ${name}`,
            (values.length * 1000) / values.reduce((sum, ms) => sum + ms, 0),
          ]),
        ),
      },
    );
  } finally {
    paddock.remove();
  }
}

/** The times between frames while something is done. */
async function frames(page: Page, deed: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    const watch = { gaps: [] as number[], last: performance.now(), on: true };
    Object.assign(globalThis, { frameWatch: watch });
    const frame = (now: number): void => {
      watch.gaps.push(now - watch.last);
      watch.last = now;
      if (watch.on) requestAnimationFrame(frame);
    };
    requestAnimationFrame((now) => {
      watch.last = now;
      requestAnimationFrame(frame);
    });
  });
  await deed();
  return page.evaluate(() => {
    const watch = (globalThis as unknown as { frameWatch: { gaps: number[]; on: boolean } }).frameWatch;
    watch.on = false;
    return watch.gaps;
  });
}

/** Drags in circles, as quickly as moves are taken. */
async function dragAbout(page: Page, [x, y]: readonly [number, number]): Promise<void> {
  await page.mouse.move(x, y);
  await page.mouse.down();
  const end = performance.now() + DRAG_MS;
  for (let n = 0; performance.now() < end; n += 1)
    await page.mouse.move(x + 60 + 60 * Math.cos(n / 12), y + 60 + 60 * Math.sin(n / 12));
  await page.mouse.up();
}
