import type { FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CheckResult } from '@shared/diagnostics/check.js';
import { gapText } from '@shared/consoles/log-text.js';
import { shellText } from '@shared/vms/command-line.js';
import type { Run, RunSummary } from '@shared/vms/run.js';
import type { VmSpec } from '@shared/vms/vm-spec.js';
import { fileChunks, lineBlocks, linesOf, logChunks } from '../consoles/log-lines.js';
import type { ConsoleLog } from '../consoles/console-log.js';
import { computerFacts } from '../diagnostics/computer-facts.js';
import { writeNewFile } from '../platform/new-file.js';
import { writeTarGz, type ArchiveEntry } from '../platform/tar-archive.js';
import { openKept, type KeptRuns } from './kept-runs.js';
import { runReadme } from './run-readme.js';

/** What the host noted so long before a run, the checks, and after it, the cleaning up, belongs to it. */
const MARGIN_MS = 1000;
/** And at most so much of it. */
const HOST_LOG_BYTES_MAX = 4 * 1024 * 1024;

/** What goes into an archive besides what the run left. */
export interface ExportSources {
  kept: KeptRuns;
  spec: VmSpec;
  run: Run;
  summary: RunSummary;
  checks: readonly CheckResult[];
  hostLog: string;
}

/**
 * Writes a run as one tar.gz at `path`, which nobody may have: first as `PATH.partial`, whole and on disk, then linked
 * into place. Nothing is left when it fails. Throws Failure: export-exists, export-failed.
 */
export async function exportRun(
  typed: string,
  sources: ExportSources,
): Promise<{ path: string; bytes: number }> {
  return writeNewFile(typed, (file) => writeTarGz(file, entries(sources)));
}

async function* entries(sources: ExportSources): AsyncGenerator<ArchiveEntry> {
  const { kept, spec, run, summary } = sources;
  const folder = `${spec.name}-run-${run.number}`;
  const text = (name: string, content: string): ArchiveEntry => {
    const bytes = Buffer.from(content);
    return { name: `${folder}/${name}`, bytes: bytes.length, content: [bytes] };
  };
  yield text('README.txt', runReadme(spec.name, summary));
  yield text('command-line.txt', `${shellText(run.argv)}\n`);
  yield text('computer.txt', await computerFacts(sources.checks));
  yield text('host-log.jsonl', await hostLogLines(sources));
  const runFolder = kept.files.runFolder(spec.id, run.number);
  const logs = kept.logs(spec.id, run.number);
  for (const path of [
    join(kept.files.folder(spec.id), 'vm.json'),
    join(runFolder, 'run.json'),
    join(runFolder, 'events.jsonl'),
  ]) {
    const file = await openKept(path).catch(() => null);
    if (file === null) continue;
    try {
      const { size } = await file.stat();
      yield { name: `${folder}/${basename(path)}`, bytes: size, content: pieces(file, size) };
    } finally {
      await file.close();
    }
  }
  for (const { console, log } of logs) {
    const stretches = log.stretches();
    yield {
      name: `${folder}/${console}.log`,
      bytes: sumOf(stretches.map(({ from, to }, n) => to - from + gapBefore(stretches, n).length)),
      content: logPieces(log, stretches),
    };
  }
}

type Stretches = ReturnType<ConsoleLog['stretches']>;

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);

/** What is said above a stretch when something before it is not kept. */
function gapBefore(stretches: Stretches, n: number): Buffer {
  const missing = (stretches[n]?.from ?? 0) - (stretches[n - 1]?.to ?? 0);
  return Buffer.from(missing > 0 ? `\n${gapText(missing)}\n` : '');
}

/** A log as one file, as long as it was when the archive was begun. */
async function* logPieces(log: ConsoleLog, stretches: Stretches): AsyncGenerator<Buffer> {
  for (const [n, { from, to }] of stretches.entries()) {
    yield gapBefore(stretches, n);
    let position = from;
    for await (const { bytes } of logChunks(log, from, to)) {
      yield bytes;
      position += bytes.length;
    }
    // Damaged or removed just now: the archive says how long it is before it comes.
    if (position < to) throw new Error('the log was changed while it was read');
  }
}

/** The beginning of a file that may be growing. */
async function* pieces(file: FileHandle, size: number): AsyncGenerator<Buffer> {
  for (let position = 0; position < size;) {
    const buffer = Buffer.allocUnsafe(Math.min(256 * 1024, size - position));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** What the host noted of this machine in the time of the run. */
async function hostLogLines({ hostLog, spec, run }: ExportSources): Promise<string> {
  const from = Date.parse(run.startedAt) - MARGIN_MS;
  const to = run.end ? Date.parse(run.end.at) + MARGIN_MS : Infinity;
  const file = await openKept(hostLog).catch(() => null);
  if (file === null) return '';
  const found: string[] = [];
  let bytes = 0;
  try {
    for await (const block of lineBlocks(fileChunks(file))) {
      for (const line of linesOf(block)) {
        const text = line.bytes.toString();
        if (!isAbout(text, spec) || !isBetween(text, from, to)) continue;
        found.push(`${text}\n`);
        bytes += line.bytes.length;
        if (bytes > HOST_LOG_BYTES_MAX) return found.join('');
      }
    }
  } finally {
    await file.close();
  }
  return found.join('');
}

function isAbout(line: string, { id, name }: VmSpec): boolean {
  return line.includes(id) || line.includes(`"name":"${name}"`);
}

function isBetween(line: string, from: number, to: number): boolean {
  try {
    const at = Date.parse((JSON.parse(line) as { at: string }).at);
    return at >= from && at <= to;
  } catch {
    return false;
  }
}
