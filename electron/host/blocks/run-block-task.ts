import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { failure } from '@shared/errors/paddock-error.js';
import type { BlockMessage, BlockResult, BlockTask } from './block-task.js';

/** What a task is run with. */
export interface BlockTaskOptions {
  signal?: AbortSignal;
  /** Bytes done of how many; a total of 0: not known. */
  onProgress?: (done: number, total: number) => void;
}

/** A task failed in a way that the system named. */
class BlockTaskError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Does work on whole disks on a thread of its own, so that the host goes on. A cancelled one leaves a half-made target,
 * which is its caller's. Throws Failure `cancelled`, and BlockTaskError.
 */
export function runBlockTask(
  task: BlockTask,
  { signal, onProgress }: BlockTaskOptions = {},
): Promise<BlockResult> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(failure('cancelled', {}));
    const worker = new Worker(workerScript(), { workerData: task });
    let answer: (() => void) | null = null;
    const cancel = (): void => {
      answer = () => reject(failure('cancelled', {}));
      void worker.terminate();
    };
    signal?.addEventListener('abort', cancel, { once: true });
    worker.on('message', (message: BlockMessage) => {
      if (message.say === 'progress') onProgress?.(message.done, message.total);
      else
        answer ??= () =>
          message.say === 'done'
            ? resolve(message.result)
            : reject(new BlockTaskError(message.code, message.message));
    });
    worker.on('error', (error) => (answer ??= () => reject(error)));
    // Only then has it closed its files.
    worker.on('exit', () => {
      signal?.removeEventListener('abort', cancel);
      if (answer) answer();
      else reject(new BlockTaskError('', 'its thread ended without a word'));
    });
  });
}

/** Beside the entry or above a chunk of the build; in out/ for a test that runs from the sources. */
const places = ['./', '../', '../../../out/main/'];

function workerScript(): string {
  const paths = places.map((place) => fileURLToPath(new URL(`${place}block-worker.js`, import.meta.url)));
  return paths.find((path) => existsSync(path)) ?? '';
}
