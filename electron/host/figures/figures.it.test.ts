import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ApiClient } from '@shared/api/client.js';
import type { Figure } from '@shared/figures/figure.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { processesNaming } from '../../../e2e/oracles/processes.js';
import { TestHost } from '../testing/test-host.js';
import { MachineTree } from './machine-tree.js';

/** Figures as they come, and waiting for them with a deadline. */
class FigureReader {
  readonly events: { figures: { vmId: VmId; figure: Figure }[] }[] = [];
  private look: (() => void) | null = null;

  constructor(client: ApiClient) {
    client.onFigures = (event) => {
      this.events.push(event);
      this.look?.();
    };
  }

  of(id: VmId): Figure[] {
    return this.events.flatMap(({ figures }) =>
      figures.flatMap(({ vmId, figure }) => (vmId === id ? [figure] : [])),
    );
  }

  /** Waits until something can be found. */
  until<T>(what: string, find: () => T | null | undefined | false, seconds = 15): Promise<T> {
    return new Promise((done, fail) => {
      const limit = setTimeout(
        () => fail(new Error(`not within ${seconds} s: ${what}\n${JSON.stringify(this.events.slice(-5))}`)),
        seconds * 1000,
      );
      this.look = () => {
        const found = find();
        if (found == null || found === false) return;
        clearTimeout(limit);
        this.look = null;
        done(found);
      };
      this.look();
    });
  }

  /** The next so many figures of a machine. */
  next(id: VmId, count: number): Promise<Figure[]> {
    const already = this.of(id).length;
    return this.until(
      `${count} figures`,
      () => this.of(id).length >= already + count && this.of(id).slice(already, already + count),
      15 + count * 2,
    );
  }
}

/** What flowed while some figures were taken; the time before the first of them is a step, too. */
const flowed = (figures: Figure[], rate: (figure: Figure) => number, before: Figure): number =>
  figures.reduce(
    (sum, figure, n) => sum + (rate(figure) * (figure.at - (figures[n - 1] ?? before).at)) / 1000,
    0,
  );

const statOf = (pid: number): string[] => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};
const ticks = (pid: number, fields: number[]): number =>
  fields.reduce((sum, field) => sum + Number(statOf(pid)[field - 3]), 0);

/** Seconds of CPU that ps would tell of a machine: all its processes, and those that its main one waited for. */
const cpuSeconds = (host: TestHost, main: number): number =>
  processesNaming(`uml_dir=${host.umlDir}`).reduce((sum, pid) => {
    try {
      return sum + ticks(pid, pid === main ? [14, 15, 16, 17] : [14, 15]) / 100;
    } catch {
      return sum;
    }
  }, 0);

/**
 * Bytes of a machine's memory: PSS without shared memory of the main process, the stubs, which it traces, and the winch
 * threads, which lead sessions; the helpers that are left share the main one's. And the memory file's blocks.
 */
const memoryBytes = (host: TestHost, main: number): number => {
  let bytes = 0;
  for (const pid of processesNaming(`uml_dir=${host.umlDir}`)) {
    const isTraced = !/^TracerPid:\s+0$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    if (pid !== main && !isTraced && Number(statOf(pid)[3]) !== pid) continue;
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const kb = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(rollup)?.[1]);
    bytes += (kb('Pss') - kb('Pss_Shmem')) * 1024;
  }
  const fd = readdirSync(`/proc/${main}/fd`).find((name) =>
    /shm.*\(deleted\)$/.test(readlinkSync(`/proc/${main}/fd/${name}`)),
  );
  return bytes + statSync(`/proc/${main}/fd/${fd}`).blocks * 512;
};

describe('figures of a machine', () => {
  let host: TestHost;
  let reader: FigureReader;
  beforeEach(async () => {
    host = await TestHost.start();
    reader = new FigureReader(host.client);
  });
  afterEach(() => host.remove());

  const watch = (detail: VmId | null = null): Promise<unknown> =>
    host.client.must('figures.watch', { pace: 'foreground', detail });

  /** The share of a CPU over some figures, as they say and as ps says. */
  async function cpuOf(id: VmId, count: number): Promise<{ said: number; true: number }> {
    const main = host.vm(id).pid ?? 0;
    const [before] = await reader.next(id, 1);
    const begun = cpuSeconds(host, main);
    const figures = await reader.next(id, count);
    const used = cpuSeconds(host, main) - begun;
    const seconds = ((figures.at(-1)?.at ?? 0) - (before?.at ?? 0)) / 1000;
    return { said: flowed(figures, ({ cpu }) => cpu, before!) / seconds, true: used / seconds };
  }

  test('CPU is what ps says: near nothing idle, a whole one in a loop, and children that ended are in it', async () => {
    const id = await host.makeTiny({ consoles: 1 });
    const con0 = await host.login(id);
    await watch();
    const idle = await cpuOf(id, 3);
    // How near is the computer's affair: its clock ticks cost more when it is busy.
    expect(idle.said).toBeLessThan(0.3);
    expect(Math.abs(idle.said - idle.true)).toBeLessThan(0.03);
    await con0.run('while :; do :; done & echo');
    const busy = await cpuOf(id, 5);
    // One CPU at most, and as much of it as this computer had to spare.
    expect(busy.said).toBeLessThan(1.1);
    expect(busy.said).toBeGreaterThan(idle.said * 5);
    expect(busy.said / busy.true).toBeGreaterThan(0.9);
    expect(busy.said / busy.true).toBeLessThan(1.1);
    await con0.run('kill %1');
    con0.type('while :; do /bin/ls -l /bin > /dev/null; done\r');
    const churn = await cpuOf(id, 5);
    expect(churn.said / churn.true).toBeGreaterThan(0.9);
    expect(churn.said / churn.true).toBeLessThan(1.1);
  });

  test('bytes read and written are those of its disks, not of its console', async () => {
    const id = await host.makeTiny({ consoles: 1 });
    const con0 = await host.login(id);
    await watch();
    const size = 8 * 1024 * 1024;
    const during = async (command: string): Promise<{ read: number; written: number }> => {
      const [before] = await reader.next(id, 2);
      const already = reader.of(id).length;
      await con0.run(command);
      // What little the machine did at the end may be looked at late.
      await con0.run('i=0; while [ $i -lt 3000 ]; do i=$((i+1)); done');
      await reader.next(id, 2);
      const figures = reader.of(id).slice(already - 1);
      return {
        read: flowed(figures, ({ readRate }) => readRate, before!),
        written: flowed(figures, ({ writeRate }) => writeRate, before!),
      };
    };
    const writing = await during(`dd if=/dev/zero of=/root/f bs=64k count=128; sync`);
    expect(writing.written).toBeGreaterThan(size);
    expect(writing.written).toBeLessThan(size * 1.2);
    const reading = await during('echo 3 > /proc/sys/vm/drop_caches; dd if=/root/f of=/dev/null bs=64k');
    expect(reading.read).toBeGreaterThan(size);
    expect(reading.read).toBeLessThan(size * 1.2);
    const talking = await during('dd if=/dev/zero bs=1k count=512 | tr "\\0" x');
    expect(talking.read + talking.written).toBeLessThan(256 * 1024);
    const [newest] = await reader.next(id, 1);
    expect(newest?.layerBytes).toBe(host.vm(id).layer?.onDiskBytes);
    expect(newest?.layerBytes).toBeGreaterThan(size);
  });

  test('memory is PSS and memory file, each once; what the guest uses is asked of one machine only', async () => {
    const id = await host.makeTiny({ consoles: 1 });
    const con0 = await host.login(id);
    await watch(id);
    const compare = async (): Promise<Figure> => {
      // A guest that still grows is ahead of what was measured.
      for (let attempt = 0; ; attempt += 1) {
        const figure = (await reader.next(id, 3)).at(-1)!;
        const ratio = figure.memoryBytes / memoryBytes(host, host.vm(id).pid ?? 0);
        if (ratio > 0.95 && ratio < 1.05) return figure;
        if (attempt === 5) expect(ratio).toBeCloseTo(1, 1.3);
      }
    };
    const idle = await compare();
    expect(idle.processes).toBe(processesNaming(`uml_dir=${host.umlDir}`).length);
    await con0.run('dd if=/dev/zero of=/dev/shm/f bs=1M count=10');
    const full = await compare();
    expect(full.memoryBytes - idle.memoryBytes).toBeGreaterThan(8 * 1024 * 1024);
    const meminfo = await con0.run('cat /proc/meminfo');
    const kb = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(meminfo)?.[1]);
    const used = (kb('MemTotal') - kb('MemAvailable')) * 1024;
    expect(Math.abs((full.guestUsedBytes ?? 0) - used)).toBeLessThan(4 * 1024 * 1024);
    await host.client.must('vms.pause', { id });
    await reader.until('nobody asks a paused guest', () => reader.of(id).at(-1)?.guestUsedBytes === null);
    expect((await reader.next(id, 2)).at(-1)).toMatchObject({ cpu: 0, readRate: 0, writeRate: 0 });
    await host.client.must('vms.resume', { id });
    await reader.until('an answer', () => reader.of(id).at(-1)?.guestUsedBytes !== null);
    await watch();
    await reader.until('not asked', () => reader.of(id).at(-1)?.guestUsedBytes === null);
    // The memory file of a guest that restarted in place is another one, and counted again.
    con0.type('reboot\r');
    await host.until('rebooted', ({ vms }) => vms[id]?.reboots === 1);
    await con0.expect(/login: $/);
    await compare();
  });

  test('each watcher gets its pace; a machine that stopped gives none, its history stays until it is deleted', async () => {
    const socket = connect(join(host.runtimeDir, 'host.sock'));
    const other = new ApiClient({
      send: (bytes) => void socket.write(bytes),
      close: () => void socket.end(),
    });
    socket.on('data', (bytes: Buffer) => other.receive(bytes));
    await other.hello();
    const slow = new FigureReader(other);

    const id = await host.makeTiny({ consoles: 1 });
    await host.login(id);
    await watch();
    await reader.next(id, 1);
    await other.must('figures.watch', { pace: 'background', detail: id });
    const figures = await reader.next(id, 12);
    for (const figure of figures) expect(figure.guestUsedBytes).toBeNull();
    expect(slow.events.length).toBeGreaterThanOrEqual(1);
    expect(slow.events.length).toBeLessThanOrEqual(2);
    const steps = figures.slice(1).map((figure, n) => figure.at - (figures[n]?.at ?? 0));
    expect(steps.sort((a, b) => a - b)[5]).toBeLessThan(1300);

    const history = async (span: 'minutes' | 'hour' | 'day'): Promise<Figure[]> =>
      (await host.client.must('figures.history', { id, span })).figures;
    const minutes = await history('minutes');
    expect(minutes.length).toBeGreaterThanOrEqual(12);
    // One for each second of the clock; of two that fell into one the newer's time.
    const inSeconds = new Map(reader.of(id).map(({ at }) => [Math.floor(at / 1000), at]));
    expect(minutes.map(({ at }) => at)).toEqual([...inSeconds.values()].slice(-minutes.length));
    const hour = await history('hour');
    const tens = hour.map(({ at }) => Math.floor(at / 10_000));
    expect(tens).toEqual([...new Set(tens)]);
    expect(hour.length).toBeGreaterThanOrEqual(2);
    expect((await history('day')).length).toBeLessThanOrEqual(2);

    await host.client.must('figures.unwatch', {});
    const told = reader.events.length;
    // The slow one alone sets the pace now: the fast one would have had ten.
    await slow.until('a slow figure', () => slow.events.length >= 3 && slow.events, 25);
    expect(reader.events.length).toBe(told);

    await watch();
    await reader.next(id, 1);
    const second = await host.makeTiny({ consoles: 1 });
    await reader.next(second, 1);
    await host.client.must('vms.stop', { id, how: 'force' });
    await host.untilState(id, 'stopped');
    const kept = (await history('minutes')).length;
    await reader.next(second, 3);
    expect(reader.events.at(-1)?.figures.map(({ vmId }) => vmId)).toEqual([second]);
    expect((await history('minutes')).length).toBe(kept);
    await host.client.must('vms.start', { id });
    await reader.next(id, 1);
    expect((await history('minutes')).length).toBeGreaterThan(kept);
    await host.client.must('vms.stop', { id, how: 'force' });
    await host.untilState(id, 'stopped');
    await host.client.must('vms.delete', { id });
    expect(await host.client.call('figures.history', { id, span: 'minutes' })).toMatchObject({
      error: { code: 'vm-unknown' },
    });
    other.close();
  });

  test('processes that are killed at any moment, and a host that died, break nothing', async () => {
    const id = await host.makeTiny({ consoles: 1 });
    const con0 = await host.login(id);
    const witness = await host.makeTiny({ consoles: 1 });
    await host.login(witness);
    await watch();
    con0.type('while :; do /bin/ls > /dev/null; done\r');
    await reader.next(id, 2);
    const main = host.vm(id).pid ?? 0;
    // Its winch thread and its stubs, one after the other, while it forks: in the end it is dead.
    for (const pid of processesNaming(`uml_dir=${host.umlDir} `)) {
      if (pid === main || pid === host.vm(witness).pid) continue;
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        if (!words.includes(`umid=${host.vm(id).name}\0`)) continue;
        process.kill(pid, 'SIGKILL');
      } catch {
        // A stub that ended by itself meanwhile.
        continue;
      }
      await reader.next(witness, 1);
    }
    if (host.vm(id).state === 'running') process.kill(main, 'SIGKILL');
    await host.untilState(id, 'crashed');
    expect(['stub-killed', 'killed']).toContain(host.vm(id).lastEnd?.reason.code);
    await reader.next(witness, 2);
    expect(reader.events.at(-1)?.figures.map(({ vmId }) => vmId)).toEqual([witness]);

    await host.killHost();
    await host.launch();
    reader = new FigureReader(host.client);
    await watch();
    // The adopted machine booted, which took a second of CPU: that was before anybody looked.
    expect((await reader.next(witness, 2))[0]?.cpu).toBeLessThan(0.1);
    expect(host.output).not.toMatch(/uncaught|unhandled/);
  });
});

describe('the tree of any process', () => {
  test('of many threads: the time of all of them, and the children of each', async () => {
    const program = `
      const { Worker, isMainThread } = require('node:worker_threads');
      const { spawn } = require('node:child_process');
      if (isMainThread) { new Worker(__filename); setInterval(() => {}, 1000); }
      else {
        spawn('sleep', ['60'], { stdio: 'ignore' }).once('spawn', () => console.log('ready'));
        setTimeout(() => { const end = Date.now() + 700; while (Date.now() < end); console.log('done'); }, 200);
      }`.replaceAll('__filename', 'process.execArgv[1], { eval: true }');
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const says = (word: string): Promise<unknown> =>
      new Promise((done) => child.stdout.on('data', (bytes) => String(bytes).includes(word) && done(null)));
    const pid = child.pid ?? 0;
    try {
      const [ready, finished] = [says('ready'), says('done')];
      await ready;
      const tree = new MachineTree(pid);
      expect(tree.read()?.processes).toBe(2);
      await finished;
      const { cpuNs } = tree.read()!;
      // The loop's time is the other thread's, which the first thread's own account doesn't have.
      const firstThread = Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]);
      expect(cpuNs).toBeGreaterThan(firstThread + 50e6);
      expect(Math.abs(cpuNs / 1e7 - ticks(pid, [14, 15, 16, 17]))).toBeLessThan(10);
      tree.close();
    } finally {
      process.kill(pid, 'SIGKILL');
    }
    await new Promise((done) => child.once('exit', done));
    expect(() => new MachineTree(pid)).toThrow();
  });
});
