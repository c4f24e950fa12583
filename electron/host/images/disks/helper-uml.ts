import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import { helperCommandLine, helperInit, HelperOutput } from '@shared/images/helper-script.js';
import { paddockPaths } from '../../../link/paddock-paths.js';
import type { KernelService } from '../../kernels/kernel-service.js';
import { runToItsEnd, WITH_HOST } from '../../kernels/run-to-its-end.js';
import { reapMachine } from '../../platform/processes.js';
import { checkMemoryFolder, checkPaths, memoryFolder } from '../../vms/start-checks.js';
import { helperKernel, type HelperFilesystem } from './helper-kernel.js';

/** What a helper machine is to do. */
export interface HelperTask {
  /** What it is for, in an error: "debian-12". */
  name: string;
  kernels: KernelService;
  /** Shell text (this computer's sh), run as root in the helper. Words of others only through `shellText`. */
  script: string;
  /** Disks of it: the first is /dev/ubdb, and so on. */
  disks: readonly { path: string; readOnly: boolean }[];
  /** What it mounts of them. */
  filesystems?: readonly HelperFilesystem[];
  /**
   * Folders and files of this computer that the script finds below /host/NAME, read-only. Besides them it sees only /usr and /etc of
   * this computer, and of /job, where `files` are.
   */
  folders?: Readonly<Record<string, string>>;
  /** Small files that the script finds as /job/NAME; nobody else can read them. */
  files?: Readonly<Record<string, string>>;
  memoryMiB?: number;
  timeoutMs: number;
  signal?: AbortSignal;
  /** Each line that the script prints. */
  onLine?: (line: string) => void;
}

const MEMORY_MIB = 256;
const OUTPUT_MAX = 16 * 1024 * 1024;
const LAST_LINES = 20;

/**
 * Runs a script as root of a helper UML: a machine without a name, without network and without a disk of its own, that
 * sees of this computer what the task gives it. So an ordinary user mounts any file system, and what is in it can do no
 * more than that user's guest could. Resolves to what it printed. Throws Failure tool-failed when it exits not 0.
 */
export async function runHelper(task: HelperTask): Promise<string> {
  const { signal, name } = task;
  if (signal?.aborted) throw failure('cancelled', {});
  const kernel = await helperKernel(task.kernels, name, task.filesystems ?? []);
  const memoryMiB = task.memoryMiB ?? MEMORY_MIB;
  const memory = memoryFolder(null);
  await checkMemoryFolder(memory, memoryMiB);
  const token = randomBytes(16).toString('hex');
  const { runtimeDir } = paddockPaths();
  // With the sockets of machines, so that what a killed host leaves of it is found there.
  const place = { umid: `helper-${token.slice(0, 12)}`, umlDir: join(runtimeDir, 'uml'), byArgv: null };
  const folder = join(runtimeDir, place.umid);
  checkPaths([folder]);
  const argv = helperCommandLine({
    kernelPath: kernel,
    umid: place.umid,
    umlDir: place.umlDir,
    memoryMiB,
    folder,
    disks: task.disks.map(({ readOnly }, n) => ({ path: join(folder, `disk${n}`), readOnly })),
  });
  const output = new HelperOutput(token, OUTPUT_MAX, task.onLine ?? (() => {}));
  try {
    await mkdir(join(folder, 'job'), { recursive: true, mode: 0o700 });
    for (const [n, { path }] of task.disks.entries()) await symlink(path, join(folder, `disk${n}`));
    const files = { ...task.files, 'script.sh': task.script };
    for (const [file, text] of Object.entries(files))
      await writeFile(join(folder, 'job', file), text, { mode: 0o600 });
    await writeFile(join(folder, 'init.sh'), helperInit({ token, folder, folders: task.folders ?? {} }));
    await runToItsEnd([...WITH_HOST, ...argv], {
      place,
      memoryDir: memory,
      timeoutMs: task.timeoutMs,
      ...(signal === undefined ? {} : { signal }),
      onLine: (line) => output.add(line),
    }).catch((error: unknown) => {
      // A kernel may fall over while it powers off: what the script said before that counts.
      if (!(error instanceof Failure) || error.error.code !== 'tool-failed' || output.exitCode === null)
        throw asItIs(error, name, output);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  if (output.exitCode === 0) return output.text;
  throw failure(
    'tool-failed',
    { tool: `The helper machine for ${name}`, exitCode: output.exitCode ?? 'it did not come to its end' },
    { command: [...argv], lastLines: output.last(LAST_LINES) },
  );
}

/** Removes what helpers left whose host was killed: there may be hashes of passwords in it. */
export async function clearHelpers(): Promise<void> {
  const { runtimeDir } = paddockPaths();
  for (const umid of (await readdir(runtimeDir)).filter((name) => name.startsWith('helper-'))) {
    await reapMachine({ umid, umlDir: join(runtimeDir, 'uml'), byArgv: null });
    await rm(join(runtimeDir, umid), { recursive: true, force: true });
    await rm(join(runtimeDir, 'uml', umid), { recursive: true, force: true });
  }
}

/** A kernel that fell over, as a failure of the helper. */
function asItIs(error: unknown, name: string, output: HelperOutput): unknown {
  if (!(error instanceof Failure) || error.error.code !== 'tool-failed') return error;
  return failure(
    'tool-failed',
    { tool: `The helper machine for ${name}`, exitCode: String(error.error.params['exitCode']) },
    { command: error.error.detail?.command ?? [], lastLines: output.last(LAST_LINES) },
  );
}
