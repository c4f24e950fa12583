import { closeSync, fsyncSync, openSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { copySparse } from '../platform/sparse-file.js';
import type { BlockMessage, BlockResult, BlockTask } from './block-task.js';
import { hashDisk, sha256 } from './hash-disk.js';
import { checkMerge, checkMergedInto, compareDisks, mergeBlocks, mergeInto } from './merge-blocks.js';

/** How often progress is told. */
const TELL_MS = 50;

// eslint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origins
const tell = (message: BlockMessage): void => parentPort?.postMessage(message);

let toldAt = 0;
function told(done: number, total: number): void {
  const now = performance.now();
  if (now - toldAt < TELL_MS) return;
  toldAt = now;
  tell({ say: 'progress', done, total });
}

function copy(from: string, to: string): number {
  const [source, target] = [openSync(from, 'r'), openSync(to, 'wx', 0o600)];
  try {
    let done = 0;
    const bytes = copySparse(source, target, (more) => told((done += more), 0));
    fsyncSync(target);
    return bytes;
  } finally {
    closeSync(source);
    closeSync(target);
  }
}

function work(task: BlockTask): BlockResult {
  const nothing = { written: 0, difference: null, hash: '' };
  switch (task.kind) {
    case 'copy':
      return { ...nothing, written: copy(task.from, task.to) };
    case 'merge':
      return { ...nothing, written: mergeBlocks(task.base, task.layer, task.target, told) };
    case 'merge-into':
      return { ...nothing, written: mergeInto(task.base, task.layer, told) };
    case 'check-into':
      return { ...nothing, difference: checkMergedInto(task.base, task.layer, told) };
    case 'check-merge':
      return { ...nothing, difference: checkMerge(task.base, task.layer, task.target, told) };
    case 'compare':
      return { ...nothing, difference: compareDisks(task.a, task.b, told) };
    case 'hash':
      return { ...nothing, hash: hashDisk(task.path, told) };
    case 'sha256':
      return { ...nothing, hash: sha256(task.path, told) };
  }
}

try {
  tell({ say: 'done', result: work(workerData as BlockTask) });
} catch (error) {
  const { code = '', message } = error as NodeJS.ErrnoException;
  tell({ say: 'failed', code, message });
}
