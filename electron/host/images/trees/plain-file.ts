import { constants } from 'node:fs';
import { open, statfs, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import { runProgram } from '../../platform/run-program.js';

const MIB = 1024 ** 2;
const LIMIT_MS = 60 * 60_000;
/** Room on the disk that is left to others. */
const SPARE_BYTES = 256 * MIB;

/** How a file is compressed; '' for not at all. */
export type Compression = '' | 'gzip' | 'xz' | 'zstd' | 'bzip2';

const programs: Readonly<Record<Exclude<Compression, ''>, string>> = {
  gzip: 'gzip',
  xz: 'xz',
  zstd: 'zstd',
  bzip2: 'bzip2',
};

/** Tells compressions apart by their first bytes. */
export function compressionOf(start: Uint8Array): Compression {
  const hex = Buffer.from(start.subarray(0, 6)).toString('hex');
  if (hex.startsWith('1f8b')) return 'gzip';
  if (hex.startsWith('fd377a585a00')) return 'xz';
  if (hex.startsWith('28b52ffd')) return 'zstd';
  if (hex.startsWith('425a68')) return 'bzip2';
  return '';
}

/** Opens an ordinary file; a pipe or a device in its place is not waited for. Throws Failure image-file. */
export async function openPlain(path: string): Promise<{ file: FileHandle; bytes: number }> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => {
      throw failure('image-file', { path, why: whys[error.code ?? ''] ?? error.message });
    },
  );
  const found = await file.stat();
  if (found.isFile()) return { file, bytes: found.size };
  await file.close();
  throw failure('image-file', { path, why: 'it is no ordinary file' });
}

const whys: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there',
  ENOTDIR: 'its folder is not a folder',
  EACCES: 'you may not read it',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
  ENXIO: 'it is no ordinary file',
};

/** The first bytes of a file. */
export async function startOf(file: FileHandle, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
  return buffer.subarray(0, bytesRead);
}

/**
 * Decompresses a file beside others in the work folder. The program may write no more than `bytesMax` and what the disk
 * has room for, so a bomb ends there. Throws Failure: tree-too-large, image-source, tool-missing, cancelled.
 */
export async function decompress(
  path: string,
  compression: Exclude<Compression, ''>,
  workDir: string,
  name: string,
  options: { bytesMax: number; signal?: AbortSignal; shownAs: string },
): Promise<string> {
  const target = join(workDir, name);
  const { bavail, bsize } = await statfs(workDir);
  const limit = Math.max(MIB, Math.min(options.bytesMax, bavail * bsize - SPARE_BYTES));
  const to = await open(target, 'wx', 0o600);
  try {
    await runProgram(['prlimit', `--fsize=${limit}`, programs[compression], '-dc', '--', path], {
      timeoutMs: LIMIT_MS,
      outputFd: to.fd,
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (error) {
    if (!(error instanceof Failure) || error.error.code !== 'tool-failed') throw error;
    const written = (await to.stat()).size;
    if (written >= limit)
      throw failure('tree-too-large', { path: options.shownAs, limitMiB: Math.floor(limit / MIB) });
    throw failure(
      'image-source',
      { path: options.shownAs, why: `${compression} can’t unpack it: it is damaged or cut off` },
      error.error.detail,
    );
  } finally {
    await to.close();
  }
  return target;
}
