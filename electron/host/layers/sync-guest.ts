import { encodeUtf8 } from '@shared/text-codec.js';
import { log } from '../platform/log.js';
import type { VmRecord } from '../vms/vm-record.js';

/** A guest that has more than this to write is busy writing for other reasons. */
const SYNC_LIMIT_MS = 10_000;
/** What the kernel prints when the sync that SysRq asked for is done (fs/sync.c, do_sync_work). */
const SYNCED = 'Emergency Sync complete';

/**
 * Has a running guest write down what it holds back: by its tools, which wait for the end of it, else by SysRq, whose
 * end the kernel only prints. A guest that does neither in time is told of in the log; the copy is then as after a power
 * cut, which its file system is made for.
 */
export async function syncGuest(vm: VmRecord): Promise<void> {
  try {
    if (vm.guestTools?.isReady) {
      const job = {
        script: encodeUtf8('sync'),
        input: null,
        onOutput: () => {},
        timeoutMs: SYNC_LIMIT_MS,
        outputMax: 1024,
      };
      const end = await vm.guestTools.run({ ...job, signal: AbortSignal.timeout(SYNC_LIMIT_MS) });
      if (end.exitCode === 0) return;
    }
    await syncByKernel(vm, { eachMs: SYNC_LIMIT_MS, allMs: 2 * SYNC_LIMIT_MS });
  } catch (error) {
    log('warn', 'guest not synced', { name: vm.spec.name, error: (error as Error).message });
  }
}

/**
 * By SysRq alone: also of a guest whose programs answer nothing any more. Twice: the first one only starts the journal's
 * commit of what it wrote (do_sync_work calls sync_fs without waiting); by the end of a second one that is all but
 * certainly over. Throws when one of them, or both together, isn't done in time.
 */
export async function syncByKernel(
  vm: VmRecord,
  { eachMs, allMs }: { eachMs: number; allMs: number },
): Promise<void> {
  const until = performance.now() + allMs;
  for (let round = 0; round < 2; round += 1) await syncOnce(vm, Math.min(eachMs, until - performance.now()));
}

function syncOnce(vm: VmRecord, limitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let end = '';
    const done = (finish: () => void): void => {
      clearTimeout(limit);
      vm.kernelListeners.delete(listen);
      finish();
    };
    const listen = (bytes: Buffer): void => {
      end = (end + bytes.toString('latin1')).slice(-4096);
      if (end.includes(SYNCED)) done(resolve);
    };
    const limit = setTimeout(() => done(() => reject(new Error('it did not say that it is done'))), limitMs);
    vm.kernelListeners.add(listen);
    const call = vm.mconsole?.call('sysrq s') ?? Promise.reject(new Error('its kernel does not answer'));
    call.catch((error: Error) => done(() => reject(error)));
  });
}
