import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { VmId } from '@shared/vms/vm-id.js';
import { TestHost } from '../electron/host/testing/test-host.js';
import { median } from '@shared/benchmarks/statistics.js';
import { report } from './report.js';

const ROUNDS = 5;
const FLOOD_MIB = 64;
const LIMIT_MS = 120_000;
/** An xterm's pty is kept awake by nobody, and UML stalls on it (docs/decisions/0015). */
const XTERM_LIMIT_MS = 60_000;
/** A text file of that size, in lines as a program prints them. */
const MAKE_FLOOD = `yes 'The quick brown fox jumps over the lazy dog, and the kernel says so.' | head -c ${FLOOD_MIB << 20} > /tmp/flood`;

/**
 * `cat` of a text file to con0, typed into con1, until con1 has its prompt back and every byte is where it belongs:
 * through Paddock into its log, by pipe and by pty; and the same argv with con0's output into a pipe that
 * `cat > /dev/null` reads. Rounds alternate.
 */
export async function benchConsoleFlood(): Promise<void> {
  const host = await TestHost.start();
  try {
    const [pipe, pty] = [await make(host, 'pipe', true), await make(host, 'pty', false)];
    // It reads the machines anew.
    await host.killHost();
    await host.launch();
    const byPipe = await start(host, 'pipe', pipe);
    const byPty = await start(host, 'pty', pty);
    const argv = JSON.stringify(readRun(host, byPipe.id).argv);
    for (let round = 0; round < ROUNDS; round += 1) {
      byPipe.took.push(await byPipe.flood());
      byPty.took.push(await byPty.flood());
    }
    for (const { id } of [byPipe, byPty]) {
      await host.client.must('vms.stop', { id, how: 'force' });
      await host.untilState(id, 'stopped');
    }
    const byHand = (to: 'cat' | 'xterm'): (number | null)[] => {
      const rounds = String(to === 'cat' ? ROUNDS : 1);
      const said = execFileSync(
        'python3',
        [resolve('bench/flood-by-hand.py'), argv, rounds, MAKE_FLOOD, to],
        { encoding: 'utf8', cwd: host.home, timeout: to === 'cat' ? 0 : XTERM_LIMIT_MS },
      );
      return JSON.parse(said) as (number | null)[];
    };
    const hand = byHand('cat').filter((seconds) => seconds !== null);
    const hasXterm = existsSync('/usr/bin/xterm') && existsSync('/usr/lib/uml/port-helper');
    let xterm: number[] = [];
    try {
      if (hasXterm) xterm = byHand('xterm').filter((seconds) => seconds !== null);
    } catch {
      // It has no display, or stalled before its first prompt: said below.
    }
    const speed = (times: readonly number[]): number[] =>
      times.map((seconds) => (FLOOD_MIB * 1.048576) / seconds);
    report(
      `cat of a ${FLOOD_MIB} MB text file on a console`,
      'MB/s',
      [
        { name: 'Paddock, by pipe, to the log', values: speed(byPipe.took) },
        { name: 'Paddock, by pty with nudges, to the log', values: speed(byPty.took) },
        { name: 'same argv, a pipe into cat > /dev/null', values: speed(hand) },
        ...(xterm.length > 0 ? [{ name: 'same argv, a real xterm', values: speed(xterm) }] : []),
      ],
      {
        'by pipe / cat > /dev/null (goal 0.8 or more)': median(hand) / median(byPipe.took),
        'by pty / cat > /dev/null': median(hand) / median(byPty.took),
        ...(xterm.length > 0
          ? { 'by pipe / xterm': median(xterm) / median(byPipe.took) }
          : { xterm: hasXterm ? 'stalled: not through in time' : 'not installed' }),
      },
    );
  } finally {
    await host.remove();
  }
}

/** A machine whose consoles work by pipe or by pty, whatever its image carries. */
async function make(host: TestHost, name: string, guestTools: boolean): Promise<VmId> {
  const id = await host.makeTiny({ name, memoryMiB: 256, start: false });
  const path = join(host.dataDir, 'vms', id, 'vm.json');
  const spec = JSON.parse(readFileSync(path, 'utf8')) as object;
  writeFileSync(path, JSON.stringify({ ...spec, guestTools }));
  return id;
}

async function start(host: TestHost, name: string, id: VmId) {
  await host.client.must('vms.start', { id });
  const con1 = await host.login(id, 'con1');
  await con1.run(MAKE_FLOOD, 60);
  const bytes = (FLOOD_MIB << 20) + Number(await con1.run('wc -l < /tmp/flood'));
  const run = join(host.dataDir, 'vms', id, 'runs/1');
  // Rotated: all its parts.
  const logged = (): number =>
    readdirSync(run)
      .filter((file) => /^con0\.(\d+\.)?log$/.test(file))
      .reduce((sum, file) => sum + statSync(join(run, file)).size, 0);
  const flood = async (): Promise<number> => {
    const before = logged();
    const begin = performance.now();
    await con1.run('cat /tmp/flood > /dev/tty0', 120);
    while (logged() - before < bytes) {
      if (performance.now() - begin > LIMIT_MS) throw new Error(`${name}: the log lacks some of the flood`);
      await new Promise(setImmediate);
    }
    return (performance.now() - begin) / 1000;
  };
  return { id, flood, took: [] as number[] };
}

function readRun(host: TestHost, id: string): { argv: string[] } {
  return JSON.parse(readFileSync(join(host.dataDir, 'vms', id, 'runs/1/run.json'), 'utf8')) as {
    argv: string[];
  };
}
