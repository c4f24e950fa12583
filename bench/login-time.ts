import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { median } from '@shared/benchmarks/statistics.js';
import { report } from './report.js';
import { PaddockApp } from './paddock-app.js';

const ROUNDS = 5;

/**
 * From the click on Start until the login prompt is on the screen, against the same argv started by a few lines of
 * Python that only read its console. Runs alternate, so that both meet the same machine. The app keeps a machine on
 * one CPU, so that by hand is measured both ways.
 */
export async function benchLoginTime(): Promise<void> {
  const paddock = new PaddockApp();
  try {
    paddock.command('vm', 'create', 'bench', '--memory', '128');
    const argv = paddock.command('vm', 'command-line', 'bench').trim().split(' ');
    const byHand = (...prefix: string[]): number => {
      const uml = argv.find((word) => word.startsWith('uml_dir='))?.slice(8) ?? '';
      rmSync(join(uml, 'bench'), { recursive: true, force: true });
      const script = resolve('bench/by-hand.py');
      const said = execFileSync('python3', [script, ...prefix, ...argv], {
        encoding: 'utf8',
        cwd: dirname(uml),
      });
      return Number(said);
    };
    const { app, page } = await paddock.open();
    await page.getByRole('treeitem', { name: /bench/ }).click();
    const inApp: number[] = [];
    const plain: number[] = [];
    const pinned: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      plain.push(byHand());
      pinned.push(byHand('taskset', '-c', '0'));
      inApp.push(await startToPrompt(page, round + 1));
      paddock.command('vm', 'kill', 'bench');
    }
    await app.close();
    report(
      'Start to login prompt',
      'ms',
      [
        { name: 'in the app', values: inApp },
        { name: 'same argv by hand', values: plain },
        { name: 'same argv by hand, taskset -c 0', values: pinned },
      ],
      {
        'app / by hand (goal 1.05 or less)': median(inApp) / median(plain),
        'app / by hand on one CPU': median(inApp) / median(pinned),
      },
    );
  } finally {
    paddock.remove();
  }
}

/** Clicks Start inside the page and waits there for the prompt of that run: no round trips are measured. */
async function startToPrompt(page: import('@playwright/test').Page, run: number): Promise<number> {
  await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
  return page.evaluate(async (number) => {
    const button = [...document.querySelectorAll('button')].find(
      (other) => other.textContent?.trim() === 'Start',
    );
    const promptShown = (): boolean =>
      [...document.querySelectorAll('.xterm-rows')].some((rows) => {
        if (!rows.checkVisibility()) return false;
        const lines = [...rows.children].map((line) => line.textContent ?? '');
        return /login:\s*$/.test(lines.findLast((line) => line.trim() !== '') ?? '');
      });
    const runs = (): boolean => document.body.textContent?.includes(`Run ${number}`) ?? false;
    // The prompt of the run before is still on the screen: it must have gone before one counts.
    let gone = !promptShown();
    const begin = performance.now();
    button?.click();
    return new Promise<number>((done) => {
      const observer = new MutationObserver(() => {
        const shown = promptShown();
        gone ||= !shown;
        if (!gone || !shown || !runs()) return;
        observer.disconnect();
        done(performance.now() - begin);
      });
      observer.observe(document.body, { childList: true, subtree: true, characterData: true });
    });
  }, run);
}
