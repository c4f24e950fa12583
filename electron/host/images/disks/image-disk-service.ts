import { stat, truncate } from 'node:fs/promises';
import { failure } from '@shared/errors/paddock-error.js';
import { soundText } from '@shared/images/image-check.js';
import type { Image } from '@shared/images/image.js';
import { runBlockTask } from '../../blocks/run-block-task.js';
import type { JobReporter, JobService } from '../../jobs/job-service.js';
import type { KernelService } from '../../kernels/kernel-service.js';
import { writeNewFile } from '../../platform/new-file.js';
import { runProgram } from '../../platform/run-program.js';
import type { ImageService } from '../image-service.js';
import type { ImageUses } from '../image-uses.js';
import { diskParts, type DiskPart } from './disk-parts.js';
import {
  checkFilesystem,
  checkKnown,
  growFilesystem,
  repairFilesystem,
  trimFilesystem,
  type FilesystemTask,
} from './filesystem-work.js';
import { rootPart } from './find-root.js';
import { ImageWork } from './image-work.js';
import { qemuPercent } from './import-disk.js';
import { asWriteFailure } from './write-failure.js';

const MIB = 1024 * 1024;
/** ext4 with 4 KB blocks, and a raw file on most file systems, end here. */
const SIZE_MAX_MIB = 16 * 1024 * 1024;
/** The kernel gives no device of a btrfs less (btrfs_ioctl_resize, fs/btrfs/ioctl.c); mkfs does. */
const BTRFS_LEAST = 256 * MIB;
const CONVERT_LIMIT_MS = 24 * 3600_000;
const TABLE_LIMIT_MS = 30_000;

/** Work on whole images: grow, check, compact, convert, checksum. Each is a job. */
export class ImageDiskService {
  private readonly work: ImageWork;

  constructor(
    private readonly images: ImageService,
    private readonly uses: ImageUses,
    jobs: JobService,
    private readonly kernels: KernelService,
  ) {
    this.work = new ImageWork(images, uses, jobs);
  }

  /** Makes disk and file system larger. Throws Failure: image-busy, image-unfit, argument-invalid. */
  async grow(id: string, sizeMiB: number): Promise<string> {
    const { name } = this.uses.get(id);
    return this.work.onCopy(
      id,
      {
        kind: 'grow-image',
        title: `Growing ${name}`,
        why: 'it is being made larger',
        steps: ['Make the disk larger', 'Make the file system larger'],
      },
      async (copy, image, report) => {
        report.nextStep();
        const { partition } = await rootPart(image, this.kernels);
        await truncate(copy, sizeMiB * MIB);
        if (partition !== null)
          // It moves the second table of a GPT to the new end, too.
          await runProgram(['sfdisk', '--no-reread', '--no-tell-kernel', '-N', String(partition), copy], {
            timeoutMs: TABLE_LIMIT_MS,
            input: ', +\n',
            signal: report.signal,
            onLine: (line) => report.log(line),
          });
        report.nextStep();
        await growFilesystem(await this.task(image, copy, report));
        return { result: `${name} has ${sizeMiB} MB now.`, isChanged: true };
      },
      async (image) => {
        const { size } = await stat(image.path);
        if (sizeMiB * MIB <= size)
          throw failure('argument-invalid', {
            what: 'Size',
            why: `${name} has ${Math.ceil(size / MIB)} MB already, and images are only made larger`,
          });
        if (sizeMiB > SIZE_MAX_MIB)
          throw failure('argument-invalid', { what: 'Size', why: 'more than 16 TB can’t be' });
        const part = await rootPart(image, this.kernels);
        checkKnown({ name, part });
        if (part.filesystem === 'btrfs' && part.bytes + (sizeMiB * MIB - size) < BTRFS_LEAST)
          throw failure('argument-invalid', { what: 'Size', why: 'btrfs grows to 256 MB or more only' });
        checkIsLast(name, part, diskParts(image.path));
      },
    );
  }

  /** Looks whether the file system is sound, and mends it when asked to. The result says what was found. */
  async check(id: string, repair: boolean): Promise<string> {
    const { name } = this.uses.get(id);
    const sound = soundText(name);
    if (!repair)
      return this.work.reading(
        id,
        { kind: 'check-image', title: `Checking ${name}`, steps: ['Check the file system'] },
        async (image, report) => {
          report.nextStep();
          const { isSound, said } = await checkFilesystem(await this.task(image, image.path, report));
          return isSound ? sound : `${name} has errors, which a repair may mend: ${said}.`;
        },
      );
    return this.work.onCopy(
      id,
      {
        kind: 'check-image',
        title: `Repairing ${name}`,
        why: 'it is being repaired',
        steps: ['Check the file system', 'Repair it'],
      },
      async (copy, image, report) => {
        const task = await this.task(image, copy, report);
        report.nextStep();
        const found = await checkFilesystem(task);
        report.nextStep();
        if (found.isSound) return { result: sound, isChanged: false };
        await repairFilesystem(task);
        const now = await checkFilesystem(task);
        if (!now.isSound) throw failure('image-damaged', { name, why: now.said });
        return { result: `${name} was repaired: ${found.said}.`, isChanged: true };
      },
    );
  }

  /** Gives back what the file system doesn’t use. */
  async compact(id: string): Promise<string> {
    const { name } = this.uses.get(id);
    return this.work.inPlace(
      id,
      {
        kind: 'compact-image',
        title: `Compacting ${name}`,
        why: 'it is being made smaller',
        steps: ['Check the file system', 'Give back what it doesn’t use'],
        whyUncancellable: 'It is over in a moment, and half of it can’t be taken back.',
      },
      async (image, report) => {
        report.nextStep();
        const task = await this.task(image, image.path, report);
        const { isSound, said } = await checkFilesystem(task);
        if (!isSound) throw failure('image-damaged', { name, why: said });
        report.nextStep();
        const before = await stat(image.path);
        await trimFilesystem(task);
        const after = await stat(image.path);
        const given = Math.max(0, Math.round(((before.blocks - after.blocks) * 512) / MIB));
        return `${given} MB given back; ${name} takes ${Math.ceil((after.blocks * 512) / MIB)} MB.`;
      },
      async (image) => checkKnown({ name, part: await rootPart(image, this.kernels) }),
    );
  }

  /** Writes it as qcow2 to a file that isn't there yet. */
  async convert(id: string, path: string): Promise<string> {
    const { name } = this.uses.get(id);
    return this.work.reading(
      id,
      { kind: 'convert-image', title: `Writing ${name} as qcow2`, steps: ['Convert it'] },
      async (image, report) => {
        report.nextStep();
        const written = await writeNewFile(path, async (file) => {
          await runProgram(
            // By its descriptor: what is at the path now is exactly this file.
            [
              'qemu-img',
              'convert',
              '-p',
              '-f',
              'raw',
              '-O',
              'qcow2',
              image.path,
              `/proc/${process.pid}/fd/${file.fd}`,
            ],
            {
              timeoutMs: CONVERT_LIMIT_MS,
              signal: report.signal,
              onLine: (line) => {
                const percent = qemuPercent(line);
                if (percent !== null) report.progress(percent / 100, 'Converting');
              },
            },
          ).catch((error: unknown) => {
            throw asWriteFailure(error, path);
          });
        });
        return written.path;
      },
    );
  }

  /** Counts its sha256 and notes it down. */
  async checksum(id: string): Promise<string> {
    const { name } = this.uses.get(id);
    return this.work.reading(
      id,
      { kind: 'checksum-image', title: `Counting the checksum of ${name}`, steps: ['Read it all'] },
      async (image, report) => {
        report.nextStep();
        const { size, mtimeNs } = await stat(image.path, { bigint: true });
        const { hash } = await runBlockTask(
          { kind: 'sha256', path: image.path },
          {
            signal: report.signal,
            onProgress: (done, total) => report.progress(done / Math.max(1, total), 'Reading'),
          },
        );
        await this.images.add({
          ...this.uses.get(image.id),
          checksum: {
            sha256: hash,
            bytes: Number(size),
            mtime: Number(mtimeNs / 1_000_000_000n),
            at: new Date().toISOString(),
          },
        });
        return hash;
      },
    );
  }

  private async task(image: Image, path: string, report: JobReporter): Promise<FilesystemTask> {
    const part = await rootPart({ ...image, path }, this.kernels);
    return { kernels: this.kernels, name: image.name, path, part, report };
  }
}

/** Only the last partition has room behind it. */
function checkIsLast(name: string, part: DiskPart, { table, parts }: ReturnType<typeof diskParts>): void {
  if (part.partition === null) return;
  if (parts.some(({ start }) => start > part.start))
    throw failure('image-unfit', { name, why: 'another partition is behind that of its root' });
  if (table?.kind === 'mbr' && part.partition >= 5)
    throw failure('image-unfit', { name, why: 'its root is inside an extended partition' });
}
