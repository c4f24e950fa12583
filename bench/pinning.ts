import { TestHost } from '../electron/host/testing/test-host.js';
import { median } from '@shared/benchmarks/statistics.js';
import { report } from './report.js';

const ROUNDS = 5;
/** dd with blocks of one byte: a read and a write each. */
const BLOCKS = 20_000;

/**
 * System calls in a guest kept on one CPU, which is Paddock's default, against one that the host's scheduler moves. The
 * same guest, changed while it runs, rounds alternating.
 */
export async function benchPinning(): Promise<void> {
  const host = await TestHost.start();
  try {
    const id = await host.makeTiny();
    const con0 = await host.login(id);
    const microseconds = async (): Promise<number> => {
      const said = await con0.run(`time dd if=/dev/zero of=/dev/null bs=1 count=${BLOCKS}`, 120);
      const [, minutes, seconds] = /real\s+(\d+)m\s*([\d.]+)s/.exec(said) ?? [];
      if (seconds === undefined) throw new Error(`no time in: ${said}`);
      return ((Number(minutes) * 60 + Number(seconds)) * 1e6) / (BLOCKS * 2);
    };
    const pinned: number[] = [];
    const free: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await host.client.must('vms.configure', { id, changes: { pin: 'off' } });
      free.push(await microseconds());
      await host.client.must('vms.configure', { id, changes: { pin: 'auto' } });
      pinned.push(await microseconds());
    }
    report(
      'A system call in the guest (dd, one byte)',
      'us',
      [
        { name: 'kept on one CPU (default)', values: pinned },
        { name: 'not kept', values: free },
      ],
      { 'not kept / kept': median(free) / median(pinned) },
    );
  } finally {
    await host.remove();
  }
}
