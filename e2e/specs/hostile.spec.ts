import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { hostileInputs } from '../corpus/hostile-inputs.js';
import { expect, test } from '../fixtures/paddock.js';
import { withFastOutput } from '../fixtures/fast-output.js';

/** The window may stand still for so long at most. */
const STILL_MAX_MS = 1000;
/** So often an input is tried that made it stand still. */
const TRIES = 3;
/** An input and what it does to the screen, through a kernel, on a busy computer. */
const INPUT_DEADLINE_MS = 20_000;
/** What the window may take more for all of it: the scrollback of one terminal is some 15 MB. */
const MEMORY_MAX_MB = 500;

test('nothing that a guest prints reaches beyond its tab, stops the window or blinds the terminal', async ({
  paddock,
}) => {
  test.setTimeout(180_000);
  const inputs = hostileInputs();
  expect(inputs.length).toBeGreaterThanOrEqual(200);
  const folder = join(paddock.home, 'tmp', 'corpus');
  mkdirSync(folder);
  inputs.forEach(({ bytes }, n) => writeFileSync(join(folder, String(n).padStart(3, '0')), bytes));
  await withFastOutput(paddock, 'hostile');

  const app = await paddock.open();
  await app.machines.selectMachine('hostile');
  await app.machine.start();
  await app.console.logIn();
  const { page } = app;
  await paddock.electron.evaluate(({ clipboard, session }) => {
    void clipboard.writeText('canary');
    const seen: string[] = [];
    Reflect.set(globalThis, 'requests', seen);
    session.defaultSession.webRequest.onBeforeRequest((details, answer) => {
      // The window's own fonts come when the first letter of a script does.
      if (!/^paddock:\/\/app\/assets\/[\w-]+\.woff2$/.test(details.url)) seen.push(details.url);
      answer({});
    });
  });
  const title = await page.title();
  const memoryBefore = await windowMemory();
  await beginBeat(page);

  await app.console.type(`mount -t hostfs -o ${folder} none /mnt && cd /mnt && stty -opost -echo\n`);
  // -r: an answer of the terminal ends with a backslash, which would join it with the next line.
  await app.console.type(
    'for f in *; do n=1; while :; do cat $f; printf "\\r\\nzzMARK$f.$n\\r\\n"; read -r x; printf "\\030\\033c"; ' +
      'case $x in *again) n=$((n+1));; *) break;; esac; done; done; printf "ALL DONE\\r\\n"\n',
  );
  const slow: string[] = [];
  for (const [n, { name }] of inputs.entries()) {
    const mark = `MARK${String(n).padStart(3, '0')}`;
    let stillMs = Infinity;
    // A busy computer makes anything slow at times, but hardly the same input every time.
    for (let time = 1; stillMs >= STILL_MAX_MS && time <= TRIES; time += 1) {
      if (time > 1) await app.console.type('again\n');
      const seen = await waitForMark(page, `${mark}.${time}`);
      expect(seen.found, `${name}: the terminal prints what comes after it`).toBe(true);
      // Still for its own sake: what the window had to leave the processor to others for is not counted.
      stillMs = seen.stillMs < STILL_MAX_MS ? seen.stillMs : seen.stillMs / (await starvation(page));
    }
    if (stillMs > STILL_MAX_MS / 2) slow.push(`${name} ${Math.round(stillMs)} ms`);
    expect(stillMs, `${name}: the window goes on`).toBeLessThan(STILL_MAX_MS);
    expect(await outside(), name).toEqual({ canary: 'canary', windows: 1, title: 'Paddock', requests: [] });
    await page.keyboard.press('Enter');
  }
  await app.console.waitForText(/ALL DONE/);
  expect(await page.title()).toBe(title);
  expect(page.url()).toMatch(/^paddock:\/\/app\//);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  // Whatever was asked, nothing that the terminal said was typed into the shell, and it can be typed into.
  await app.console.type('stty sane; echo type-$((40+2))-able\n');
  await app.console.waitForText(/type-42-able$/m);
  expect((await windowMemory()) - memoryBefore).toBeLessThan(MEMORY_MAX_MB);
  test
    .info()
    .annotations.push({ type: 'slowest', description: slow.join(', ') || 'none over half a second' });

  async function windowMemory(): Promise<number> {
    return paddock.electron.evaluate(({ app: main }) => {
      const windows = main.getAppMetrics().filter(({ type }) => type === 'Tab');
      return windows.reduce((sum, { memory }) => sum + memory.workingSetSize / 1024, 0);
    });
  }

  /** What a guest must not touch, asked of the main process. */
  async function outside(): Promise<object> {
    return paddock.electron.evaluate(({ clipboard, BrowserWindow }) => ({
      canary: clipboard.readText(),
      windows: BrowserWindow.getAllWindows().length,
      title: BrowserWindow.getAllWindows()[0]?.getTitle(),
      requests: Reflect.get(globalThis, 'requests') as string[],
    }));
  }
});

test('100 MB without a line end: the window goes on, and the terminal prints what comes after', async ({
  paddock,
}) => {
  test.setTimeout(120_000);
  await withFastOutput(paddock, 'flood');
  const app = await paddock.open();
  await app.machines.selectMachine('flood');
  await app.machine.start();
  await app.console.logIn();
  await beginBeat(app.page);
  await app.console.type(
    "dd if=/dev/zero bs=1M count=100 2>/dev/null | tr '\\0' x; printf '\\nzzMARK''100\\n'\n",
  );
  const { found, stillMs } = await waitForMark(app.page, 'MARK100', 90_000);
  expect(found).toBe(true);
  expect(stillMs).toBeLessThan(STILL_MAX_MS);
});

/** A heart that beats in the window, and remembers its longest pause. */
async function beginBeat(page: Page): Promise<void> {
  await page.evaluate(() => {
    const beat = { last: performance.now(), longest: 0 };
    Reflect.set(window, 'beat', beat);
    setInterval(() => {
      const now = performance.now();
      beat.longest = Math.max(beat.longest, now - beat.last);
      beat.last = now;
    }, 20);
  });
}

/** How many times slower than undisturbed the window computes just now, because the computer is busy: 1 or more. */
async function starvation(page: Page): Promise<number> {
  return page.evaluate(() => {
    const spell = (): number => {
      const began = performance.now();
      let sum = 0;
      for (let n = 0; n < 1_000_000; n += 1) sum += Math.sqrt(n);
      return sum > 0 ? performance.now() - began : 0;
    };
    const spells = Array.from({ length: 300 }, spell);
    const mean = spells.reduce((sum, ms) => sum + ms, 0) / spells.length;
    // Short enough that some of them were not interrupted.
    return Math.max(1, mean / Math.min(...spells));
  });
}

/** Waits until the screen has a mark; says how long the window stood still meanwhile. */
async function waitForMark(
  page: Page,
  mark: string,
  deadlineMs = INPUT_DEADLINE_MS,
): Promise<{ found: boolean; stillMs: number }> {
  return page.evaluate(
    async ({ text, limit }) => {
      const beat = Reflect.get(window, 'beat') as { last: number; longest: number };
      const end = performance.now() + limit;
      let found = false;
      while (!found && performance.now() < end) {
        await new Promise((next) => requestAnimationFrame(next));
        const rows = document.querySelector('#console-panel .xterm-rows')?.children ?? [];
        found = Array.from(rows).some((row) => row.textContent.includes(text));
      }
      const stillMs = beat.longest;
      beat.longest = 0;
      return { found, stillMs };
    },
    { text: mark, limit: deadlineMs },
  );
}
