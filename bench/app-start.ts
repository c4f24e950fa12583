import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { median } from '@shared/benchmarks/statistics.js';
import { report } from './report.js';
import { PaddockApp } from './paddock-app.js';

const ROUNDS = 7;

/**
 * From the start of the process until the window can be used, with a host that runs and with one that must be started
 * first, against a window of Electron's with one button in it.
 */
export async function benchAppStart(): Promise<void> {
  const warm = new PaddockApp();
  const cold = new PaddockApp();
  try {
    const empty: number[] = [];
    const withHost: number[] = [];
    const withoutHost: number[] = [];
    // One of each unmeasured: files come from the disk only once.
    await start('bench/empty-app', 'Ready', warm.env);
    await start('.', 'Start a tiny Linux', warm.env);
    for (let round = 0; round < ROUNDS; round += 1) {
      empty.push(await start('bench/empty-app', 'Ready', warm.env));
      withHost.push(await start('.', 'Start a tiny Linux', warm.env));
      withoutHost.push(await start('.', 'Start a tiny Linux', cold.env));
      cold.command('host', 'quit');
    }
    report(
      'Start to usable window',
      'ms',
      [
        { name: 'Paddock, host runs', values: withHost },
        { name: 'Paddock, host starts', values: withoutHost },
        { name: 'empty Electron window', values: empty },
      ],
      {
        'Paddock / empty (goal 1.5 or less)': median(withHost) / median(empty),
        'Paddock with its host to start / empty': median(withoutHost) / median(empty),
      },
    );
  } finally {
    warm.remove();
    cold.remove();
  }
}

function start(app: string, button: string, env: Record<string, string>): Promise<number> {
  const electron = join(env['ELECTRON_OVERRIDE_DIST_PATH'] ?? '', 'electron');
  const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return new Promise((done, fail) => {
    const begin = performance.now();
    const child = spawn(electron, ['-r', resolve('bench/usable-hook.cjs'), ...flags, resolve(app)], {
      env: { ...env, BENCH_BUTTON: button },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const limit = setTimeout(() => child.kill('SIGKILL'), 30_000);
    let took = Number.NaN;
    child.stdout.on('data', (bytes: Buffer) => {
      if (!bytes.includes('USABLE')) return;
      took = performance.now() - begin;
      child.kill('SIGTERM');
    });
    child.once('exit', () => {
      clearTimeout(limit);
      if (Number.isNaN(took)) fail(new Error(`${app}: no usable window within 30 s`));
      else done(took);
    });
  });
}
