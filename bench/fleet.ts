import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { _electron } from '@playwright/test';
import { CONTRACT_VERSION } from '@shared/api/calls.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { TestHost } from '../electron/host/testing/test-host.js';
import { memoryOfTree, treeOf } from './paddock-app.js';
import { median } from '@shared/benchmarks/statistics.js';
import { report } from './report.js';

const MACHINES = Number(process.env['BENCH_MACHINES'] ?? 50);
const ROUNDS = 2;
const IDLE_SECONDS = 20;
/** USER_HZ, in which proc(5) tells CPU times. */
const TICKS_PER_SECOND = 100;

/**
 * Many tiny machines at once: the time until all have their login prompt, in the app and the same argv from a script;
 * then what the app and its host take while all of them idle.
 */
export async function benchFleet(): Promise<void> {
  const host = TestHost.folders();
  const env = host.env as Record<string, string>;
  const app = await _electron.launch({ args: ['.'], env });
  try {
    await (await app.firstWindow()).locator('.titlebar').waitFor();
    await host.connect();
    const { pid: hostPid } = await host.client.must('host.hello', { contract: CONTRACT_VERSION });
    const before = memoryOf([hostPid]);
    const ids: VmId[] = [];
    for (let n = 0; n < MACHINES; n += 1)
      ids.push(await host.makeTiny({ name: `fleet-${n}`, consoles: 1, start: false }));
    const argvs = await Promise.all(
      ids.map(async (id) => (await host.client.must('vms.commandLine', { id })).argv),
    );
    const inApp: number[] = [];
    const byHand: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      byHand.push(startByHand(host, argvs));
      inApp.push(await startInApp(host, ids));
      if (round < ROUNDS - 1) await stopAll(host, ids);
    }
    report(
      `${MACHINES} tiny machines started together, all at their login prompt`,
      's',
      [
        { name: 'in the app', values: inApp.map((ms) => ms / 1000) },
        { name: 'same argv from a script', values: byHand.map((ms) => ms / 1000) },
      ],
      { 'app / script (goal 1.10 or less)': median(inApp) / median(byHand) },
    );
    // The guests' last writes and the window's last changes are over.
    await delay(10_000);
    const appPid = app.process().pid ?? 0;
    const groups = {
      app: treeOf(appPid),
      host: [hostPid],
      machines: ids.flatMap((id) => treeOf(host.vm(id).pid ?? 0)),
    };
    const from = Object.values(groups).map(cpuSeconds);
    await delay(IDLE_SECONDS * 1000);
    const shares = Object.values(groups).map(
      (pids, n) => ((cpuSeconds(pids) - (from[n] ?? 0)) / IDLE_SECONDS) * 100,
    );
    const [appShare = 0, hostShare = 0, machinesShare = 0] = shares;
    report(
      `CPU with ${MACHINES} idle machines, window in front`,
      '% of one CPU',
      [
        { name: 'window (all processes)', values: [appShare] },
        { name: 'host', values: [hostShare] },
        { name: 'the machines themselves', values: [machinesShare] },
      ],
      { 'window and host (goal under 5)': appShare + hostShare },
    );
    // The same with guests that wake ten times a second, so that each has to be looked at each time.
    for (const id of ids) (await host.login(id)).type('while :; do sleep 0.1; done\r');
    await delay(5000);
    const [busyFrom, machinesFrom] = [cpuSeconds([hostPid]), cpuSeconds(groups.machines)];
    await delay(IDLE_SECONDS * 1000);
    const busyShare = ((cpuSeconds([hostPid]) - busyFrom) / IDLE_SECONDS) * 100;
    report(
      `CPU of the host for figures of ${MACHINES} machines each second, and all else it does`,
      '% of one CPU',
      [
        { name: 'idle guests', values: [hostShare] },
        { name: 'guests that wake ten times a second', values: [busyShare] },
        {
          name: 'those guests themselves',
          values: [((cpuSeconds(groups.machines) - machinesFrom) / IDLE_SECONDS) * 100],
        },
      ],
      {
        'idle, scaled to 100 machines (goal under 3)': (hostShare * 100) / MACHINES,
        'awake, scaled to 100 machines': (busyShare * 100) / MACHINES,
      },
    );
    const memory = (memoryOf([hostPid]) - before) / MACHINES;
    report('Host memory a machine (PSS)', 'MB', [{ name: 'host', values: [memory] }], {});
    await stopAll(host, ids);
  } finally {
    await app.close();
    await host.remove();
  }
}

function startByHand(host: TestHost, argvs: readonly string[][]): number {
  const file = join(host.home, 'fleet.json');
  writeFileSync(file, JSON.stringify(argvs));
  for (const argv of argvs) {
    const umid = argv.find((word) => word.startsWith('umid='))?.slice(5) ?? '';
    rmSync(join(host.umlDir, umid), { recursive: true, force: true });
  }
  return Number(
    execFileSync('python3', [resolve('bench/fleet-by-hand.py'), file], { encoding: 'utf8', cwd: '/' }),
  );
}

async function startInApp(host: TestHost, ids: readonly VmId[]): Promise<number> {
  const begin = performance.now();
  await Promise.all(ids.map((id) => host.client.must('vms.start', { id })));
  await host.until('all at login', ({ vms }) => ids.every((id) => vms[id]?.loginAt != null), 180);
  return performance.now() - begin;
}

async function stopAll(host: TestHost, ids: readonly VmId[]): Promise<void> {
  await Promise.all(ids.map((id) => host.client.must('vms.stop', { id, how: 'force' })));
  await host.until('all off', ({ vms }) => ids.every((id) => vms[id]?.state === 'stopped'), 60);
}

function memoryOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + memoryOfTree(pid, { children: false }), 0);
}

/** User and system time that processes have had so far. */
export function cpuSeconds(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It ended meanwhile.
    }
  }
  return ticks / TICKS_PER_SECOND;
}
