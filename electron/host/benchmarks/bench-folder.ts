import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BENCH_PROGRAM } from '@shared/benchmarks/guest-command-line.js';
import { findBusybox } from '../images/tiny-image.js';
import { runProgram } from '../platform/run-program.js';
import { benchProgram } from './bench-program.js';

const LIMIT_MS = 30_000;
const DISK_SIZE = '8M';

/** What programs are run in: the same files for this computer, in `root`, and for guests, on a disk. */
export interface BenchFolder {
  root: string;
  disk: string;
}

/** Makes it. Throws Failure: benchmark-program-missing, tool-missing, tool-failed. */
export async function makeBenchFolder(folder: string, signal: AbortSignal): Promise<BenchFolder> {
  const [root, disk] = [join(folder, 'root'), join(folder, 'disk')];
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(root, 'dev'), { recursive: true, mode: 0o700 });
  await copyFile(benchProgram(), join(root, BENCH_PROGRAM));
  await chmod(join(root, BENCH_PROGRAM), 0o755);
  await writeFile(join(root, 'file'), 'It is opened, and asked about.\n');
  await copyFile(await findBusybox(), join(root, 'sh'));
  await chmod(join(root, 'sh'), 0o755);
  await runProgram(
    [
      'mke2fs',
      '-q',
      '-F',
      '-t',
      'ext4',
      '-b',
      '4096',
      '-m',
      '0',
      // It is never written: a journal would be made for nothing.
      '-O',
      '^has_journal',
      '-E',
      'root_owner=0:0',
      '-d',
      root,
      disk,
      DISK_SIZE,
    ],
    { timeoutMs: LIMIT_MS, signal },
  );
  return { root, disk };
}
