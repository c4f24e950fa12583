import { execFile, execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FdEvents } from '../electron/host/platform/fd-events.js';
import { MconsoleClient } from '../electron/host/vms/mconsole-client.js';
import { TestHost } from '../electron/host/testing/test-host.js';
import { median } from '@shared/benchmarks/statistics.js';
import { report } from './report.js';

const CALLS = 400;
const SPAWNS = 100;

/**
 * One question to a management console: by the host's own client, by a call over the contract, and by a process of
 * uml_mconsole for each, which is what a manager without a client of its own does. Alternating, one run.
 */
export async function benchControl(): Promise<void> {
  const host = await TestHost.start();
  const events = new FdEvents();
  try {
    const id = await host.makeTiny();
    await host.login(id);
    const socket = join(host.umlDir, 'tiny', 'mconsole');
    const client = new MconsoleClient(events, 'tiny', socket, null);
    const spawn = promisify(execFile);
    // uml_mconsole looks in ~/.uml only.
    symlinkSync(host.umlDir, join(host.home, '.uml'));
    const env = { ...process.env, HOME: host.home };
    const timed = async (deed: () => Promise<unknown>): Promise<number> => {
      const begin = performance.now();
      await deed();
      return performance.now() - begin;
    };
    const native: number[] = [];
    const contract: number[] = [];
    const spawned: number[] = [];
    for (let n = 0; n < CALLS; n += 1) {
      native.push(await timed(() => client.call('version')));
      contract.push(await timed(() => host.client.must('vms.mconsole', { id, command: 'version' })));
      if (n % (CALLS / SPAWNS) === 0)
        spawned.push(await timed(() => spawn('uml_mconsole', ['tiny', 'version'], { env })));
    }
    // The same from a shell: what the process alone costs, without Node's way of making one.
    const loop = `i=0; while [ $i -lt ${SPAWNS} ]; do uml_mconsole tiny version > /dev/null; i=$((i+1)); done`;
    const begin = performance.now();
    execFileSync('sh', ['-c', loop], { env });
    const fromShell = (performance.now() - begin) / SPAWNS;
    report(
      'mconsole round trip',
      'ms',
      [
        { name: 'host’s own client', values: native },
        { name: 'call over the contract', values: contract },
        { name: 'uml_mconsole started by Node', values: spawned },
        { name: 'uml_mconsole in a shell loop (mean)', values: [fromShell] },
      ],
      {
        'started by Node / own client (goal 20 or more)': median(spawned) / median(native),
        'in a shell loop / own client': fromShell / median(native),
      },
    );
  } finally {
    events.close();
    await host.remove();
  }
}
