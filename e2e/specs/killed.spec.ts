import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { _electron, expect, test, type ElectronApplication } from '@playwright/test';
import { CONTRACT_VERSION } from '@shared/api/calls.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { isLive } from '@shared/vms/vm-state.js';
import { randomFrom } from '../../electron/host/testing/random.js';
import { TestHost } from '../../electron/host/testing/test-host.js';
import { processesNaming } from '../oracles/processes.js';

const root = resolve(import.meta.dirname, '../..');
const CYCLES = Number(process.env['KILL_CYCLES'] ?? 12);
const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 100_000);

/** The app, its host and one machine after the other, any of which may be killed at any moment. */
class Scene {
  readonly host = TestHost.folders();
  private app: ElectronApplication | null = null;

  /** Opens the window, if it isn't, and connects to whatever host it has found or started. */
  async open(): Promise<void> {
    if (this.app === null) {
      const env = this.host.env as Record<string, string>;
      this.app = await _electron.launch({ env, cwd: root, args: ['.'], chromiumSandbox: false });
      await (await this.app.firstWindow()).locator('.titlebar').waitFor();
    }
    // The command starts a host when none is there; the window does the same at the same moment.
    execFileSync(join(root, 'bin/paddock'), ['vm', 'list'], { env: this.host.env, stdio: 'ignore' });
    await this.host.connect();
  }

  async kill(victim: 'machine' | 'host' | 'app', id: VmId): Promise<void> {
    if (victim === 'machine') {
      const { pid } = this.host.vm(id);
      if (pid !== null) process.kill(pid, 'SIGKILL');
    } else if (victim === 'host') {
      const { pid } = await this.host.client.must('host.hello', { contract: CONTRACT_VERSION });
      process.kill(pid, 'SIGKILL');
    } else {
      const child = this.app?.process();
      const gone = new Promise((done) => child?.once('exit', done));
      child?.kill('SIGKILL');
      await gone;
      this.app = null;
    }
  }

  async remove(): Promise<void> {
    if (this.app) await this.kill('app', '' as VmId);
    for (const pid of processesNaming(join(root, 'out/main/host.js'))) {
      const log = execFileSync('readlink', [`/proc/${pid}/fd/1`], { encoding: 'utf8' });
      if (log.startsWith(this.host.home)) process.kill(pid, 'SIGKILL');
    }
    await this.host.remove();
  }
}

test(`${CYCLES} times killed at a random moment: nothing lost that was synced, nothing left behind`, async () => {
  test.setTimeout(CYCLES * 30_000);
  const random = randomFrom(SEED);
  const scene = new Scene();
  const { host } = scene;
  const killed = { machine: 0, host: 0, app: 0 };
  let synced = 0;
  let losses = 0;
  const left: string[] = [];
  try {
    await scene.open();
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      const victim = (['machine', 'host', 'app'] as const)[Math.floor(random() * 3)] ?? 'machine';
      const id = await host.makeTiny({ name: `cycle-${cycle}`, consoles: 1 });
      const layer = join(host.dataDir, 'vms', id, 'disk.cow');
      // Half of them while it boots, half while it writes. The moment is what is random: nothing is waited for.
      if (random() < 0.5) await delay(random() * 1500);
      else {
        const con0 = await host.login(id);
        con0.type('n=0; while :; do n=$((n+1)); echo $n > /root/n; sync; echo "synced $n."; done\r');
        await con0.expect(/synced 1\./);
        await delay(random() * 500);
      }
      await scene.kill(victim, id);
      killed[victim] += 1;
      await scene.open();

      // Whatever was killed: the machine is known, ends, and starts again to its login.
      await host.until('known', ({ vms }) => vms[id] !== undefined);
      if (victim === 'machine') await host.until('off', ({ vms }) => vms[id] && !isLive(vms[id].state));
      if (isLive(host.vm(id).state)) {
        await host.client.must('vms.stop', { id, how: 'force' });
        await host.until('off', ({ vms }) => vms[id] && !isLive(vms[id].state));
      }
      await host.client.must('vms.start', { id });
      const con0 = await host.login(id);
      const promised = lastSynced(readFileSync(join(host.dataDir, 'vms', id, 'runs/1/con0.log'), 'latin1'));
      const kept = Number(await con0.run('cat /root/n 2>/dev/null || echo 0'));
      if (promised > 0) synced += 1;
      if (kept < promised) losses += 1;
      await host.client.must('vms.stop', { id, how: 'shutdown' });
      await host.untilState(id, 'stopped');
      const inode = String(statSync(layer).ino);
      const locks = readFileSync('/proc/locks', 'utf8').split('\n');
      left.push(...locks.filter((line) => line.includes(`:${inode} `)));
      await host.client.must('vms.delete', { id });
      // The oracle: ps and the folders.
      left.push(...processesNaming(host.umlDir).map((pid) => `process ${pid}`));
      for (const folder of [host.umlDir, join(host.runtimeDir, 'notify'), join(host.dataDir, 'vms')])
        left.push(...readdirSync(folder).map((name) => join(folder, name)));
    }
    expect(losses).toBe(0);
    expect(left).toEqual([]);
  } finally {
    process.stdout.write(
      `kill -9: ${killed.machine} of machines, ${killed.host} of hosts, ${killed.app} of the app (seed ${SEED}); ` +
        `${synced} had synced data, ${losses} lost some; strays, sockets, locks and folders left: ${left.length}\n`,
    );
    await scene.remove();
  }
});

/** The last number that the guest said was safe on its disk. */
function lastSynced(log: string): number {
  return Number([...log.matchAll(/synced (\d+)\.\r?\n/g)].at(-1)?.[1] ?? 0);
}
