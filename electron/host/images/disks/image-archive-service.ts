import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, link, open, rm, stat, type FileHandle } from 'node:fs/promises';
import { failure, type Failure } from '@shared/errors/paddock-error.js';
import {
  ARCHIVE_DISK,
  ARCHIVE_MANIFEST,
  imageManifestSchema,
  MANIFEST_BYTES_MAX,
  readTarHeader,
  type ImageManifest,
} from '@shared/images/image-archive.js';
import { imageNameSchema, type Image } from '@shared/images/image.js';
import { nearestVmName } from '@shared/vms/vm-name.js';
import { Header } from 'tar';
import { runBlockTask } from '../../blocks/run-block-task.js';
import type { JobReporter, JobService } from '../../jobs/job-service.js';
import { writeNewFile } from '../../platform/new-file.js';
import { runProgram } from '../../platform/run-program.js';
import { exists, statOrNull } from '../../platform/files.js';
import type { ImageService } from '../image-service.js';
import type { ImageUses } from '../image-uses.js';
import { ImageWork, lastWords } from './image-work.js';
import { checkRoom } from './import-disk.js';
import { asNoSpace } from './no-space.js';
import { SparseWriter } from './sparse-writer.js';

const BLOCK = 512;
const PACK_LIMIT_MS = 24 * 3600_000;

/** What an archive holds, and where. */
interface Found {
  manifest: ImageManifest;
  /** Of the compressed disk. */
  start: number;
  bytes: number;
}

/** Writes images as archives and takes them back in. Each is a job. */
export class ImageArchiveService {
  private readonly work: ImageWork;

  constructor(
    private readonly images: ImageService,
    private readonly uses: ImageUses,
    private readonly jobs: JobService,
  ) {
    this.work = new ImageWork(images, uses, jobs);
  }

  /** Writes an image with a manifest and a checksum to a file that isn't there yet. */
  async exportImage(id: string, path: string): Promise<string> {
    const { name } = this.uses.get(id);
    return this.work.reading(
      id,
      {
        kind: 'export-image',
        title: `Exporting ${name}`,
        steps: ['Count its checksum', 'Write the archive'],
      },
      async (image, report) => {
        report.nextStep();
        const file = await stat(image.path);
        const { hash } = await runBlockTask(
          { kind: 'sha256', path: image.path },
          { signal: report.signal, onProgress: (done, total) => report.progress(done / total, 'Reading') },
        );
        const manifest = manifestOf(image, { sha256: hash, bytes: file.size, dataBytes: file.blocks * 512 });
        report.nextStep();
        const written = await writeNewFile(path, (target) =>
          pack(target, manifest, image.path, report).catch((error: unknown) => {
            throw asNoSpace(error, path);
          }),
        );
        return written.path;
      },
    );
  }

  /** Takes an archive into the library. Throws Failure: image-source, image-name-taken, image-name-invalid. */
  async importImage(path: string, wanted: string | null): Promise<string> {
    const found = await look(path);
    const name = wanted ?? found.manifest.image.name;
    if (!imageNameSchema.safeParse(name).success)
      throw failure('image-name-invalid', { name, nearest: nearestVmName(name) });
    this.checkFree(name);
    await checkRoom(this.images.pathOf(name), found.manifest.dataBytes);
    return this.jobs.start(
      {
        kind: 'import-image',
        title: `Importing ${name}`,
        steps: ['Unpack it and check it', 'Put it into the library'],
        vmId: null,
        imageId: null,
      },
      (report) => this.unpack(path, name, found, report),
    );
  }

  private checkFree(name: string): void {
    if (this.images.isTaken(name) || this.uses.all().some((image) => image.id === name))
      throw failure('image-name-taken', { name });
  }

  private async unpack(path: string, name: string, found: Found, report: JobReporter): Promise<string> {
    const target = this.images.pathOf(name);
    const partial = `${target}.${randomBytes(4).toString('hex')}.partial`;
    this.images.inWork.add(partial);
    try {
      report.nextStep();
      const file = await open(partial, 'wx', 0o600);
      await unpackDisk(path, found, file, report).finally(() => file.close());
      report.nextStep();
      this.checkFree(name);
      if (await exists(target)) throw failure('image-name-taken', { name });
      await chmod(partial, 0o444);
      await link(partial, target);
      const { image } = found.manifest;
      const { size, mtimeMs } = await stat(target);
      await this.images.add({
        ...image,
        // A file of somebody's there is one of the library's here.
        kind: image.kind === 'file' ? 'disk' : image.kind,
        version: 1,
        id: name,
        name,
        path: target,
        sizeBytes: size,
        checksum: {
          sha256: found.manifest.sha256,
          bytes: size,
          mtime: Math.floor(mtimeMs / 1000),
          at: new Date().toISOString(),
        },
      });
      return name;
    } catch (error) {
      throw asNoSpace(error, target);
    } finally {
      await rm(partial, { force: true });
      this.images.inWork.delete(partial);
    }
  }
}

function manifestOf(
  image: Image,
  facts: Pick<ImageManifest, 'sha256' | 'bytes' | 'dataBytes'>,
): ImageManifest {
  const { version: _version, id: _id, path: _path, sizeBytes: _size, checksum: _checksum, ...rest } = image;
  return { paddock: 'image', version: 1, image: rest, ...facts, compression: 'zstd' };
}

/** The disk's header is written last, when it is known how small the disk became: so nothing is written twice. */
async function pack(
  target: FileHandle,
  manifest: ImageManifest,
  disk: string,
  report: JobReporter,
): Promise<void> {
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  await target.write(headerOf(ARCHIVE_MANIFEST, text.length));
  await target.write(padded(text));
  const headerAt = BLOCK + padded(text).length;
  await target.write(Buffer.alloc(BLOCK));
  let pid = 0;
  const watch = setInterval(() => {
    void bytesReadBy(pid).then((bytes) =>
      report.progress(Math.min(1, bytes / manifest.bytes), 'Compressing'),
    );
  }, 500);
  try {
    await runProgram(['zstd', '-q', '-3', '-T0', '--stdout', '--', disk], {
      timeoutMs: PACK_LIMIT_MS,
      signal: report.signal,
      outputFd: target.fd,
      onPid: (found) => (pid = found),
    });
  } finally {
    clearInterval(watch);
  }
  const { size } = await target.stat();
  const bytes = size - headerAt - BLOCK;
  const end = Buffer.alloc(((BLOCK - (bytes % BLOCK)) % BLOCK) + 2 * BLOCK);
  await target.write(end, 0, end.length, size);
  const header = headerOf(ARCHIVE_DISK, bytes);
  await target.write(header, 0, header.length, headerAt);
}

/** What a process has read so far (proc(5)). */
async function bytesReadBy(pid: number): Promise<number> {
  const file = await open(`/proc/${pid}/io`, 'r').catch(() => null);
  if (file === null) return 0;
  const text = await file
    .readFile('utf8')
    .catch(() => '')
    .finally(() => file.close());
  return Number(/^rchar: (\d+)$/m.exec(text)?.[1] ?? 0);
}

function headerOf(name: string, bytes: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  new Header({ path: name, size: bytes, mode: 0o600, mtime: new Date(), type: 'File' }).encode(block);
  return block;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)]);
}

/** What an archive holds, from its headers and its manifest alone. Throws Failure `image-source`. */
async function look(path: string): Promise<Found> {
  const refuse = (why: string): Failure => failure('image-source', { path, why });
  const found = await statOrNull(path);
  if (!found) throw refuse('it is not there, or you may not see it');
  if (!found.isFile()) throw refuse('it is not a file');
  const file = await open(path, 'r').catch(() => {
    throw refuse('you may not read it');
  });
  try {
    const read = async (at: number, length: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
      return buffer.subarray(0, bytesRead);
    };
    const first = readTarHeader(await read(0, BLOCK));
    if (first?.name !== ARCHIVE_MANIFEST || first.bytes > MANIFEST_BYTES_MAX)
      throw refuse('it is no archive of an image that Paddock wrote');
    const manifest = parseManifest((await read(BLOCK, first.bytes)).toString('utf8'));
    if (manifest === null) throw refuse('its manifest is not one that this Paddock can read');
    const diskAt = BLOCK + Math.ceil(first.bytes / BLOCK) * BLOCK;
    const second = readTarHeader(await read(diskAt, BLOCK));
    if (second?.name !== ARCHIVE_DISK) throw refuse('there is no disk in it');
    if (diskAt + BLOCK + second.bytes > found.size) throw refuse('it was cut off: its disk is not all there');
    return { manifest, start: diskAt + BLOCK, bytes: second.bytes };
  } finally {
    await file.close();
  }
}

function parseManifest(text: string): ImageManifest | null {
  try {
    const parsed = imageManifestSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Unpacks the disk, its zeros as holes, and lets no more through than the manifest says. */
async function unpackDisk(
  path: string,
  { manifest, start, bytes }: Found,
  file: FileHandle,
  report: JobReporter,
): Promise<void> {
  const refuse = (why: string): Failure => failure('image-source', { path, why });
  if (bytes === 0) throw refuse('its disk is empty');
  const hash = createHash('sha256');
  const writer = new SparseWriter(file);
  let toldAt = 0;
  const input = createReadStream(path, { start, end: start + bytes - 1, highWaterMark: 256 * 1024 });
  try {
    await runProgram(['zstd', '-q', '-d', '--stdout'], {
      timeoutMs: PACK_LIMIT_MS,
      signal: report.signal,
      input: input as AsyncIterable<Uint8Array>,
      onOutput: async (piece) => {
        if (writer.bytes + piece.length > manifest.bytes)
          throw refuse('there is more in it than its manifest says');
        hash.update(piece);
        await writer.write(piece);
        if (writer.bytes - toldAt < manifest.bytes / 100) return;
        toldAt = writer.bytes;
        report.progress(writer.bytes / manifest.bytes, 'Unpacking');
      },
    });
  } catch (error) {
    const { error: known } = error as Failure;
    throw known?.code === 'tool-failed' ? refuse(`it is damaged (${lastWords(error)})`) : error;
  } finally {
    input.destroy();
  }
  if (writer.bytes !== manifest.bytes)
    throw refuse(`its disk has ${writer.bytes} bytes instead of ${manifest.bytes}`);
  if (hash.digest('hex') !== manifest.sha256) throw refuse('its disk is not the one that was exported');
  await writer.end();
}
