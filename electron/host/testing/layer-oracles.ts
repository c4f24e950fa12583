import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { ApiClient, type Outcome } from '@shared/api/client.js';
import type { Job } from '@shared/jobs/job.js';
import type { TestHost } from './test-host.js';

/** What tests of layers and disks are measured by: other programs, and a reading of the format of their own. */

export const sha = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** A version 3 header as facts/images-and-cow B6 has it, and the sectors that its bitmap names. */
export function cowByHand(path: string): {
  mtime: number;
  size: number;
  backing: string;
  dataOffset: number;
  changedBytes: number;
} {
  const fd = openSync(path, 'r');
  const header = Buffer.alloc(8192);
  readSync(fd, header, 0, header.length, 0);
  const size = Number(header.readBigUInt64BE(12));
  const bitmap = Buffer.alloc(Math.ceil(size / 512 / 8));
  readSync(fd, bitmap, 0, bitmap.length, 8192);
  closeSync(fd);
  let bits = 0;
  for (const byte of bitmap) bits += byte.toString(2).replaceAll('0', '').length;
  return {
    mtime: header.readUInt32BE(8),
    size,
    backing: header.subarray(32, header.indexOf(0, 32)).toString(),
    dataOffset: Math.ceil((8192 + bitmap.length) / 4096) * 4096,
    changedBytes: bits * 512,
  };
}

/** Writes sectors into a layer as a kernel would: the data, and its bit. */
export function writeSectors(path: string, first: number, data: Buffer): void {
  const { dataOffset } = cowByHand(path);
  const fd = openSync(path, 'r+');
  writeSync(fd, data, 0, data.length, dataOffset + first * 512);
  const last = first + data.length / 512;
  const bits = Buffer.alloc((last >> 3) - (first >> 3) + 1);
  readSync(fd, bits, 0, bits.length, 8192 + (first >> 3));
  for (let n = first; n < last; n += 1) {
    const at = (n >> 3) - (first >> 3);
    bits[at] = (bits[at] ?? 0) | (1 << (n & 7));
  }
  writeSync(fd, bits, 0, bits.length, 8192 + (first >> 3));
  closeSync(fd);
}

/** An ext4 disk with a file in it; its path. */
export function makeDisk(folder: string, name: string, { blockSize = 4096, mib = 8 } = {}): string {
  const path = join(folder, name);
  writeFileSync(path, '', { mode: 0o644 });
  execFileSync('truncate', ['-s', `${mib}M`, path]);
  execFileSync('mke2fs', ['-q', '-F', '-t', 'ext4', '-b', String(blockSize), path]);
  return path;
}

/** The POSIX locks on a file: `<pid> READ` or `<pid> WRITE`. */
export function locksOn(path: string): string[] {
  const { ino } = statSync(path);
  return readFileSync('/proc/locks', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words[1] === 'POSIX' && words[5]?.endsWith(`:${ino}`))
    .map((words) => `${words[4]} ${words[3]}`);
}

/** What the HowTo's program makes of a layer and its base. */
export function mergeByHand(base: string, layer: string, target: string): string {
  execFileSync('uml_moo', ['-b', base, layer, target], { stdio: 'pipe' });
  return target;
}

/** Exit codes of e2fsck: as a mount would recover the journal, and then of a look at what that made. */
export function fsckAfterCrash(path: string): {
  recovery: number | null;
  after: number | null;
  said: string;
} {
  const recovery = spawnSync('e2fsck', ['-p', path], { encoding: 'utf8' });
  const after = spawnSync('e2fsck', ['-fn', path], { encoding: 'utf8' });
  return { recovery: recovery.status, after: after.status, said: recovery.stdout + after.stdout };
}

/** A file in an image that nobody has mounted. */
export function fileIn(image: string, path: string): string {
  return execFileSync('debugfs', ['-R', `cat ${path}`, image], { encoding: 'utf8', stdio: 'pipe' });
}

/** Whole seconds of a file's time, as the kernel compares it, by stat(1). */
export function seconds(path: string): number {
  return Number(execFileSync('stat', ['-c', '%Y', path], { encoding: 'utf8' }));
}

/** 'ok', or the code of what was refused. */
export async function outcome(call: Promise<Outcome<unknown>>): Promise<string> {
  const result = await call;
  return result.ok ? 'ok' : result.error.code;
}

/** Waits for the end of a job. */
export function ended(host: TestHost, jobId: string): Promise<Job> {
  return host.until(`job ${jobId}`, ({ jobs }) => jobs[jobId]?.endedAt != null && jobs[jobId], 60);
}

/** Starts a job and waits until it succeeded; its result. */
export async function done(host: TestHost, start: Promise<{ jobId: string }>): Promise<string> {
  const job = await ended(host, (await start).jobId);
  if (job.state !== 'succeeded') throw new Error(`${job.title}: ${JSON.stringify(job.error)}`);
  return job.result ?? '';
}

/** The code that a job failed with. */
export async function failed(host: TestHost, start: Promise<{ jobId: string }>): Promise<string> {
  const job = await ended(host, (await start).jobId);
  return job.error?.code ?? job.state;
}

/** Another client of the same host: a second window, or a command. */
export async function secondClient(host: TestHost): Promise<{ client: ApiClient; close(): void }> {
  const socket = connect(join(host.runtimeDir, 'host.sock'));
  await new Promise((connected, failedToConnect) =>
    socket.once('connect', connected).once('error', failedToConnect),
  );
  const client = new ApiClient({
    send: (bytes) => void socket.write(bytes),
    close: () => void socket.end(),
  });
  socket.on('data', (bytes: Buffer) => client.receive(bytes));
  await client.hello();
  return { client, close: () => socket.destroy() };
}
