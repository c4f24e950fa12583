import { open, rm, stat, statfs, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { failure, Failure } from '@shared/errors/paddock-error.js';
import { diskFormat } from '@shared/images/disk-format.js';
import { z } from 'zod';
import { runBlockTask } from '../../blocks/run-block-task.js';
import { runProgram } from '../../platform/run-program.js';
import { withReader } from './disk-parts.js';
import { asNoSpace } from './no-space.js';

const MIB = 1024 * 1024;
const TIB = 1024 * 1024 * MIB;
/** More than ext4 with 4 KB blocks can have is a mistake or malice. */
const VIRTUAL_MAX = 16 * TIB;
/** Formats that qemu-img checks. */
const CHECKED = new Set(['qcow2', 'qed', 'vdi', 'vmdk', 'vhdx', 'parallels']);
const CHECK_LIMIT_MS = 600_000;
const INFO_LIMIT_MS = 30_000;
const CONVERT_LIMIT_MS = 24 * 3600_000;
/** Layers and their tools want whole pages. */
const UNIT = 4096;

/** What is asked of `qemu-img info`. */
const infoSchema = z.object({
  'virtual-size': z.int(),
  'backing-filename': z.string().optional(),
  encrypted: z.boolean().optional(),
  'format-specific': z.object({ data: z.record(z.string(), z.unknown()).optional() }).optional(),
});

/** What importing is told with. */
export interface ImportOptions {
  signal?: AbortSignal;
  onProgress?: (fraction: number) => void;
}

/**
 * Copies a disk of any format that qemu-img reads to a raw, sparse file that isn't there yet. Throws Failure; nothing
 * is left.
 */
export async function importDisk(path: string, target: string, options: ImportOptions): Promise<void> {
  const refuse = (why: string): Failure => failure('image-source', { path, why });
  const file = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw refuse(error.code === 'ENOENT' ? 'it is not there' : 'you may not read it');
  });
  if (!file.isFile()) throw refuse('it is not a file');
  if (file.size === 0) throw refuse('it is empty');
  const verdict = look(path, refuse);
  if (!verdict.ok) throw refuse(verdict.why);
  const { format } = verdict;
  const needed = format === 'raw' ? file.blocks * 512 : await measure(path, format, refuse);
  await checkRoom(target, needed);
  // Exclusive: qemu-img would write over whatever is there.
  const made = await open(target, 'wx', 0o600);
  try {
    if (format === 'raw') {
      await rm(target);
      await runBlockTask(
        { kind: 'copy', from: path, to: target },
        {
          ...(options.signal === undefined ? {} : { signal: options.signal }),
          onProgress: (done) => options.onProgress?.(Math.min(1, done / Math.max(1, needed))),
        },
      );
    } else {
      const argv = ['qemu-img', 'convert', '-p', '-f', format, '-O', 'raw', path, target] as const;
      await runProgram(argv, {
        timeoutMs: CONVERT_LIMIT_MS,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        onLine: (line) => {
          const percent = qemuPercent(line);
          if (percent !== null) options.onProgress?.(percent / 100);
        },
      });
    }
    const { size } = await stat(target);
    if (size % UNIT !== 0) await truncate(target, size + UNIT - (size % UNIT));
    const whole = await open(target, 'r+');
    await whole.sync().finally(() => whole.close());
  } catch (error) {
    await rm(target, { force: true });
    throw asNoSpace(error, target);
  } finally {
    await made.close();
  }
}

/** The percentage of a line that `qemu-img -p` prints, as `    (12.34/100%)`. */
export function qemuPercent(line: string): number | null {
  const said = /\((\d+(?:\.\d+)?)\/100%\)/.exec(line)?.[1];
  return said === undefined ? null : Number(said);
}

function look(path: string, refuse: (why: string) => Failure): ReturnType<typeof diskFormat> {
  try {
    return withReader(path, diskFormat);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw refuse(code === 'EACCES' ? 'you may not read it' : (error as Error).message);
  }
}

/** Looks at it with qemu-img's eyes; resolves to how many bytes of it are data. */
async function measure(path: string, format: string, refuse: (why: string) => Failure): Promise<number> {
  const unreadable = (error: unknown): never => {
    if (!(error instanceof Failure) || error.error.code !== 'tool-failed') throw error;
    const said = error.error.detail?.lastLines.at(-1)?.split(': ').slice(-1)[0]?.replace(/\.$/, '') ?? '';
    throw refuse(`it is damaged or not a whole ${format} disk${said === '' ? '' : ` (${said})`}`);
  };
  const limits = { timeoutMs: INFO_LIMIT_MS };
  const said = await runProgram(['qemu-img', 'info', '--output=json', '-f', format, path], limits).catch(
    unreadable,
  );
  const info = infoSchema.safeParse(JSON.parse(said));
  if (!info.success) throw refuse(`qemu-img doesn’t say what it is`);
  const { 'virtual-size': size, 'format-specific': specific } = info.data;
  // Looked for in its header before; if qemu-img sees it differently, it is not taken either.
  if (info.data['backing-filename'] !== undefined || specific?.data?.['data-file'] !== undefined)
    throw refuse('it refers to another file, and only whole disks are taken');
  if (info.data.encrypted === true) throw refuse('it is encrypted');
  if (size <= 0) throw refuse('it is a disk without room');
  if (size > VIRTUAL_MAX)
    throw refuse(`it says that it has ${Math.round(size / TIB)} TB, more than a disk can have here`);
  // One that was cut off reads as zeros without a word.
  if (CHECKED.has(format))
    await runProgram(['qemu-img', 'check', '-q', '-f', format, path], {
      timeoutMs: CHECK_LIMIT_MS,
      // Only clusters that nothing uses.
      fineExits: [3],
    }).catch(unreadable);
  let data = 0;
  await runProgram(['qemu-img', 'map', '--output=json', '-f', format, path], {
    ...limits,
    onLine: (line) => {
      const extent = /"length": (\d+),.*"zero": false, "data": true/.exec(line)?.[1];
      if (extent !== undefined) data += Number(extent);
    },
  }).catch(unreadable);
  return data;
}

/** Throws Failure `image-no-space` when a folder hasn't room for so many bytes. */
export async function checkRoom(target: string, bytes: number): Promise<void> {
  const folder = dirname(target);
  const { bavail, bsize } = await statfs(folder);
  if (bytes > bavail * bsize)
    throw failure('image-no-space', {
      neededMiB: Math.ceil(bytes / MIB),
      freeMiB: Math.floor((bavail * bsize) / MIB),
      folder,
    });
}

export { findRoot } from './find-root.js';
