import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import type { MergeEngine, MergeTarget } from '@shared/layers/merge-plan.js';
import { runBlockTask } from '../blocks/run-block-task.js';
import type { JobReporter } from '../jobs/job-service.js';
import { statOrNull } from '../platform/files.js';
import { wordsOf } from '../platform/processes.js';
import { runProgram } from '../platform/run-program.js';

const MIB = 1024 * 1024;
/** uml_moo takes 40 s for 8 GB on a busy machine; this only ends one that hangs. */
const MERGE_LIMIT_MS = 6 * 60 * 60 * 1000;
/** uml_moo says nothing while it works: what it wrote is looked at so often. */
const PROGRESS_MS = 100;

/** Base and layer, and what is to be made of them. */
export interface MergeFiles {
  base: string;
  layer: string;
  /** Size of the disk in bytes. */
  sizeBytes: number;
  /** What the bitmap says is in the layer. */
  changedBytes: number;
}

/** The command that a person could type for the fast engine, which is a part of Paddock. `word`: the layer’s. */
export function paddockMergeCommand(word: string, target: MergeTarget, baseName: string): string[] {
  const where = target.kind === 'base' ? ['--into-base', '--confirm', baseName] : ['--to', target.name];
  return ['paddock', 'layer', 'merge', word, ...where, '--engine', 'fast'];
}

/** What uml_moo is called with. `target`: the new file; null for a merge into the base. */
export function umlMooCommand(
  { base, layer }: Pick<MergeFiles, 'base' | 'layer'>,
  target: string | null,
): [string, ...string[]] {
  // In this order only: its usage text says otherwise (facts/images-and-cow 0.5).
  return target === null ? ['uml_moo', '-d', '-b', base, layer] : ['uml_moo', '-b', base, layer, target];
}

/** Base and layer into a new file, which is still to be flushed. Throws Failure; a half-made target stays. */
export async function mergeToFile(
  engine: MergeEngine,
  files: MergeFiles,
  target: string,
  report: JobReporter,
): Promise<void> {
  const { base, layer, sizeBytes } = files;
  if (engine === 'fast') {
    await onDisk(target, runBlockTask({ kind: 'merge', base, layer, target }, watched(report)));
    return;
  }
  const timer = setInterval(() => {
    void statOrNull(target).then((file) => file && reportBytes(report, file.size, sizeBytes));
  }, PROGRESS_MS);
  try {
    await runProgram(umlMooCommand(files, target), {
      timeoutMs: MERGE_LIMIT_MS,
      signal: report.signal,
    });
  } finally {
    clearInterval(timer);
  }
}

/** What the layer holds into the base, still to be flushed. Throws Failure, and the base is then half one, half the other. */
export async function mergeIntoBase(
  engine: MergeEngine,
  files: MergeFiles,
  report: JobReporter,
): Promise<void> {
  const { base, layer, changedBytes } = files;
  if (engine === 'fast') {
    await onDisk(base, runBlockTask({ kind: 'merge-into', base, layer }, watched(report)));
    return;
  }
  let pid = 0;
  const timer = setInterval(() => {
    if (pid !== 0) reportBytes(report, writtenBy(pid), changedBytes);
  }, PROGRESS_MS);
  try {
    await runProgram(umlMooCommand(files, null), {
      timeoutMs: MERGE_LIMIT_MS,
      signal: report.signal,
      onPid: (started) => (pid = started),
    });
  } finally {
    clearInterval(timer);
  }
}

/** The process of an uml_moo that outlived the host which ran it on this layer; null when there is none. */
export function mergeUnderWay(layer: string): number | null {
  for (const entry of readdirSync('/proc')) {
    const words = /^\d+$/.test(entry) ? wordsOf(Number(entry)) : null;
    if (words !== null && basename(words[0] ?? '') === 'uml_moo' && words.includes(layer))
      return Number(entry);
  }
  return null;
}

/** What keeps a task's progress told. */
export function watched(report: JobReporter): {
  signal: AbortSignal;
  onProgress: (done: number, total: number) => void;
} {
  return { signal: report.signal, onProgress: (done, total) => reportBytes(report, done, total) };
}

/** Waits for what writes to a file; that the disk is full is told as such. */
export async function onDisk<T>(path: string, task: Promise<T>): Promise<T> {
  try {
    return await task;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'ENOSPC' || code === 'EDQUOT' ? failure('no-space', { path }) : error;
  }
}

function reportBytes(report: JobReporter, done: number, total: number): void {
  const mb = (bytes: number): string => Math.round(bytes / MIB).toLocaleString('en');
  if (total > 0) report.progress(Math.min(1, done / total), `${mb(done)} of ${mb(total)} MB`);
  else report.progress(null, `${mb(done)} MB`);
}

/** Bytes that a process has written so far: `wchar` of /proc/PID/io (proc(5)). */
function writtenBy(pid: number): number {
  try {
    return Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
