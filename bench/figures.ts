import { setTimeout as delay } from 'node:timers/promises';
import type { VmId } from '@shared/vms/vm-id.js';
import { TestHost } from '../electron/host/testing/test-host.js';
import { cpuSeconds } from './fleet.js';
import { report } from './report.js';

const MACHINES = Number(process.env['BENCH_MACHINES'] ?? 50);
const MEASURE_SECONDS = 20;

/**
 * What it costs the host to measure many machines each second: its CPU time while somebody watches, less that while
 * nobody does and it looks every ten seconds. The host has nothing else to do, and no window.
 */
export async function benchFigures(): Promise<void> {
  const host = await TestHost.start();
  try {
    const ids: VmId[] = [];
    for (let n = 0; n < MACHINES; n += 1)
      ids.push(await host.makeTiny({ name: `figures-${n}`, consoles: 1 }));
    await host.until('all at login', ({ vms }) => ids.every((id) => vms[id]?.loginAt != null), 180);
    // What they do after their prompts is over, and their consoles have been told of.
    await delay(5000);
    const nobody = await hostShare(host);
    await host.client.must('figures.watch', { pace: 'foreground', detail: null });
    const idle = await hostShare(host);
    // The same with guests that run a program each second, so that each has to be looked at each time.
    for (const id of ids) (await host.login(id)).type('while sleep 1; do :; done\r');
    await delay(5000);
    const awake = await hostShare(host);
    await host.client.must('figures.unwatch', {});
    const unwatched = await hostShare(host);
    const scaled = (share: number): number => (share * 100) / MACHINES;
    report(
      `CPU of the host with ${MACHINES} machines, over ${MEASURE_SECONDS} s each`,
      '% of one CPU',
      [
        { name: 'idle guests, nobody watches', values: [nobody] },
        { name: 'idle guests, figures each second', values: [idle] },
        { name: 'guests that run a program each second, nobody watches', values: [unwatched] },
        { name: 'guests that run a program each second, figures each second', values: [awake] },
      ],
      {
        'figures, idle, scaled from these to 100 machines (goal under 3)': scaled(idle - nobody),
        'figures, busy a little, scaled from these to 100 machines': scaled(awake - unwatched),
        'the whole host, idle, scaled from these to 100 machines': scaled(idle),
      },
    );
  } finally {
    await host.remove();
  }
}

/** Percent of one CPU that the host has for a while. */
async function hostShare(host: TestHost): Promise<number> {
  const [from, begun] = [cpuSeconds([host.pid]), performance.now()];
  await delay(MEASURE_SECONDS * 1000);
  return ((cpuSeconds([host.pid]) - from) / ((performance.now() - begun) / 1000)) * 100;
}
