import type { ElectronApplication, Page } from '@playwright/test';
import { memoryOfTree, PaddockApp } from './paddock-app.js';
import { report } from './report.js';

const FLOOD_MIB = 64;
const KEYS = 200;
const GIB_OF_OUTPUT = 1;
const MAKE_FLOOD = `yes 'The quick brown fox jumps over the lazy dog, and the kernel says so.' | head -c ${FLOOD_MIB << 20} > /tmp/flood`;

/**
 * A flood in the window: the longest gap between frames while it is on the screen, the time until the screen shows
 * its end, Ctrl+C, what is typed into another console meanwhile, and memory before and after 1 GB.
 */
export async function benchConsoleWindow(): Promise<void> {
  const paddock = new PaddockApp();
  try {
    paddock.command('vm', 'create', 'flood', '--memory', '256', '--consoles', '2', '--start');
    const { app, page } = await paddock.open();
    await page.getByRole('treeitem', { name: /flood/ }).click();
    await shown(page, /login:\s*$/);
    await runIn(page, 'root', /# $/);
    await runIn(page, MAKE_FLOOD, /# $/);

    const still = await watched(page, () => page.waitForTimeout(2000));
    const visible = await watched(page, async () => {
      await typeLine(page, 'cat /tmp/flood; echo do""ne-1');
      await shown(page, /done-1/);
    });
    const cut: number[] = [];
    for (let n = 0; n < 5; n += 1) cut.push(await interrupted(page));

    await typeLine(page, 'while :; do cat /tmp/flood; done');
    await page.getByRole('tab', { name: /con1/ }).click();
    await shown(page, /login:\s*$/);
    await runIn(page, 'root', /# $/);
    const echo = await echoes(page);
    await page.getByRole('tab', { name: /con0/ }).click();
    await page.keyboard.press('Control+c');
    await shown(page, /# $/);

    const memory = await memoryOverOutput(app, page, paddock);
    await app.close();
    paddock.command('vm', 'kill', 'flood');

    const sorted = [...echo].sort((a, b) => a - b);
    report(
      'A flood in the window',
      'ms',
      [
        { name: 'longest gap between frames, nothing going on', values: [still.gap] },
        {
          name: `longest gap between frames, ${FLOOD_MIB} MB on the screen (goal 50)`,
          values: [visible.gap],
        },
        { name: 'Ctrl+C until the prompt is on the screen (goal 200)', values: cut },
        { name: 'echo of a key in another tab during a flood', values: echo },
      ],
      {
        'echo, p99, ms (goal 50 or less)': sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
        'the flood on the screen, MB/s': (FLOOD_MIB * 1.048576) / (visible.took / 1000),
        ...memory,
      },
    );
  } finally {
    paddock.remove();
  }
}

/** Memory of the app and of the host before and after so much output on the shown console. */
async function memoryOverOutput(
  app: ElectronApplication,
  page: Page,
  paddock: PaddockApp,
): Promise<Record<string, number>> {
  const hostPid = Number(/Host (\d+)/.exec(paddock.command('host', 'status'))?.[1]);
  const measure = async (): Promise<{ app: number; host: number }> => {
    await page.requestGC();
    return {
      app: memoryOfTree(app.process().pid ?? 0),
      host: memoryOfTree(hostPid, { children: false }),
    };
  };
  const before = await measure();
  const times = (GIB_OF_OUTPUT * 1024) / FLOOD_MIB;
  await typeLine(page, `for n in $(seq ${times}); do cat /tmp/flood; done; echo do""ne-2`);
  await shown(page, /done-2/, 300_000);
  const after = await measure();
  return {
    [`app grows over ${GIB_OF_OUTPUT} GB of output, MB (goal 50 or less)`]: after.app - before.app,
    [`host grows over ${GIB_OF_OUTPUT} GB of output, MB`]: after.host - before.host,
  };
}

async function typeLine(page: Page, text: string): Promise<void> {
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

async function runIn(page: Page, text: string, prompt: RegExp): Promise<void> {
  await typeLine(page, text);
  await shown(page, prompt, 60_000);
}

/** Waits until the console that is shown ends in a text. */
async function shown(page: Page, pattern: RegExp, limitMs = 60_000): Promise<void> {
  await page.waitForFunction(
    (source) => {
      const rows = [...document.querySelectorAll('.xterm-rows')].find((each) => each.checkVisibility());
      const lines = [...(rows?.children ?? [])].map((line) => (line.textContent ?? '').replaceAll(' ', ' '));
      const end = lines.slice(0, lines.findLastIndex((line) => line.trim() !== '') + 1).slice(-4);
      return new RegExp(source).test(end.join('\n').trimEnd() + (source.endsWith(' $') ? ' ' : ''));
    },
    pattern.source,
    { timeout: limitMs, polling: 20 },
  );
}

/** The longest time between two frames while something is done, and how long that took. */
async function watched(page: Page, deed: () => Promise<void>): Promise<{ gap: number; took: number }> {
  await page.evaluate(() => {
    const watch = { gap: 0, last: performance.now(), on: true };
    Object.assign(globalThis, { frameWatch: watch });
    const frame = (now: number): void => {
      watch.gap = Math.max(watch.gap, now - watch.last);
      watch.last = now;
      if (watch.on) requestAnimationFrame(frame);
    };
    requestAnimationFrame((now) => {
      watch.last = now;
      requestAnimationFrame(frame);
    });
  });
  const begin = performance.now();
  await deed();
  const took = performance.now() - begin;
  const gap = await page.evaluate(() => {
    const watch = (globalThis as unknown as { frameWatch: { gap: number; on: boolean } }).frameWatch;
    watch.on = false;
    return watch.gap;
  });
  return { gap, took };
}

/** Interrupts a flood on the screen: from the key until the prompt stands there. */
async function interrupted(page: Page): Promise<number> {
  await typeLine(page, 'while :; do cat /tmp/flood; done');
  await page.waitForTimeout(1000);
  return page.evaluate(
    () =>
      new Promise<number>((done) => {
        const rows = [...document.querySelectorAll('.xterm-rows')].find((each) => each.checkVisibility());
        const field = document.querySelector<HTMLTextAreaElement>('.xterm-helper-textarea:focus');
        const begin = performance.now();
        field?.dispatchEvent(
          new KeyboardEvent('keydown', {
            key: 'c',
            keyCode: 67,
            ctrlKey: true,
            bubbles: true,
            cancelable: true,
          }),
        );
        const look = (): void => {
          const last = [...(rows?.children ?? [])]
            .map((line) => line.textContent ?? '')
            .findLast((line) => line.trim() !== '');
          if (/^~? ?\S* ?# *$/.test((last ?? '').replaceAll(' ', ' '))) done(performance.now() - begin);
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
}

/** Types keys one by one, each once the one before is on the screen; the time of each, measured in the page. */
async function echoes(page: Page): Promise<number[]> {
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(globalThis, { echoTimes: times });
    const rows = [...document.querySelectorAll('.xterm-rows')].find((each) => each.checkVisibility());
    let pressed = 0;
    addEventListener('keydown', () => (pressed = performance.now()), true);
    const letters = (): number => (rows?.textContent ?? '').split('q').length;
    let count = letters();
    new MutationObserver(() => {
      const now = letters();
      if (now === count || pressed === 0) return;
      count = now;
      times.push(performance.now() - pressed);
      pressed = 0;
    }).observe(rows ?? document.body, { childList: true, subtree: true, characterData: true });
  });
  for (let n = 0; n < KEYS; n += 1) {
    await page.keyboard.press('q');
    await page.waitForFunction(
      (count) => (globalThis as unknown as { echoTimes: number[] }).echoTimes.length > count,
      n,
      { timeout: 10_000, polling: 5 },
    );
    // A line that never fills the screen's width.
    if (n % 40 === 39) await page.keyboard.press('Control+u');
  }
  return page.evaluate(() => (globalThis as unknown as { echoTimes: number[] }).echoTimes);
}
