import { randomBytes } from 'node:crypto';
import { chmod, chown, open, rename, rm, stat } from 'node:fs/promises';
import { failure, Failure } from '@shared/errors/paddock-error.js';
import type { Image } from '@shared/images/image.js';
import type { Job } from '@shared/jobs/job.js';
import { runBlockTask } from '../../blocks/run-block-task.js';
import type { JobReporter, JobService } from '../../jobs/job-service.js';
import { fileLocks } from '../../platform/file-locks.js';
import { statOrNull } from '../../platform/files.js';
import type { ImageService } from '../image-service.js';
import type { ImageUses } from '../image-uses.js';
import { checkRoom } from './import-disk.js';
import { asNoSpace } from './no-space.js';

/** What a work on an image is about. */
export interface WorkAbout {
  kind: Job['kind'];
  /** "Growing debian-12". */
  title: string;
  /** Why nobody else may have it: "it is being grown". */
  why: string;
  steps: readonly string[];
}

/** What came of it. */
export interface WorkResult {
  /** The job's result. */
  result: string;
  /** False: nothing was changed, the image stays the file that it is. */
  isChanged: boolean;
  /** What is new in its record. */
  changes?: Partial<Image>;
}

/** How works on images are carried out: as jobs, with the image to themselves, so that a failed one changed nothing. */
export class ImageWork {
  constructor(
    private readonly images: ImageService,
    private readonly uses: ImageUses,
    private readonly jobs: JobService,
  ) {}

  /**
   * Works on a copy beside the image, which takes its place when all is done: a work that fails, is cancelled or killed
   * leaves the image as it was, byte for byte. Throws Failure image-busy and those of `take`.
   */
  async onCopy(
    wanted: string,
    about: WorkAbout,
    work: (copy: string, image: Image, report: JobReporter) => Promise<WorkResult>,
    check: (image: Image) => Promise<void> | void = () => {},
  ): Promise<string> {
    return this.taken(
      wanted,
      { ...about, steps: ['Copy the disk', ...about.steps, 'Put it in its place'] },
      check,
      async (image, report) => {
        const copy = `${image.path}.${randomBytes(4).toString('hex')}.partial`;
        this.images.inWork.add(copy);
        try {
          report.nextStep();
          const old = await stat(image.path);
          await checkRoom(copy, old.blocks * 512);
          await runBlockTask(
            { kind: 'copy', from: image.path, to: copy },
            {
              signal: report.signal,
              onProgress: (done) =>
                report.progress(Math.min(1, done / Math.max(1, old.blocks * 512)), 'Copying'),
            },
          );
          const { result, isChanged, changes } = await work(copy, image, report);
          report.nextStep();
          if (isChanged) await this.replace(image, copy, old, changes ?? {});
          return result;
        } catch (error) {
          throw asNoSpace(error, copy);
        } finally {
          await rm(copy, { force: true });
          this.images.inWork.delete(copy);
        }
      },
    );
  }

  /** Works on the file itself, made writable for that long. Only for what may be cut off at any moment. */
  async inPlace(
    wanted: string,
    about: WorkAbout & { whyUncancellable: string },
    work: (image: Image, report: JobReporter) => Promise<string>,
    check: (image: Image) => Promise<void> | void = () => {},
  ): Promise<string> {
    return this.taken(wanted, about, check, async (image, report) => {
      const { mode } = await stat(image.path);
      try {
        await chmod(image.path, (mode & 0o7777) | 0o200).catch(() => {
          throw failure('image-file', { path: image.path, why: 'you may not write to it' });
        });
        return await work(image, report);
      } finally {
        await chmod(image.path, mode & 0o7777).catch(() => {});
      }
    });
  }

  /** Only reads it, which machines with a layer on it don't mind. Fails when somebody wrote to it meanwhile. */
  async reading(
    wanted: string,
    about: Omit<WorkAbout, 'why'>,
    work: (image: Image, report: JobReporter) => Promise<string>,
  ): Promise<string> {
    const image = this.uses.get(wanted);
    const before = await checkReadable(this.uses, image);
    return this.jobs.start({ ...about, vmId: null, imageId: image.id }, async (report) =>
      work(image, report).then(async (result) => {
        const after = await stampOf(image.path);
        if (after !== before)
          throw failure('image-busy', { name: image.name, why: 'it was written to meanwhile' });
        return result;
      }),
    );
  }

  private async taken(
    wanted: string,
    about: WorkAbout & { whyUncancellable?: string },
    check: (image: Image) => Promise<void> | void,
    work: (image: Image, report: JobReporter) => Promise<string>,
  ): Promise<string> {
    const { image, release } = await this.uses.take(wanted, about.why);
    try {
      await check(image);
    } catch (error) {
      release();
      throw error;
    }
    const { kind, title, steps, whyUncancellable = null } = about;
    return this.jobs.start(
      { kind, title, steps, whyUncancellable, vmId: null, imageId: image.id },
      (report) => work(image, report).finally(release),
    );
  }

  private async replace(
    image: Image,
    copy: string,
    old: { mode: number; uid: number; gid: number },
    changes: Partial<Image>,
  ): Promise<void> {
    const users = await this.uses.usersOf(image);
    if (users[0] !== undefined)
      throw failure('image-busy', { name: image.name, why: `${users[0]} stands on it since a moment ago` });
    if (process.getuid?.() === 0) await chown(copy, old.uid, old.gid);
    const file = await open(copy, 'r+');
    await file.sync().finally(() => file.close());
    await chmod(copy, old.mode & 0o7777);
    await rename(copy, image.path);
    const { size } = await stat(image.path);
    // The record may have got another name meanwhile.
    await this.images.add({ ...this.uses.get(image.id), ...changes, sizeBytes: size });
  }
}

/**
 * That nobody writes to an image; resolves to what tells later whether somebody did. Throws Failure image-missing,
 * image-busy.
 */
export async function checkReadable(uses: ImageUses, image: Image): Promise<string> {
  const busy = (why: string): Failure => failure('image-busy', { name: image.name, why });
  const held = uses.holds.why(image.path);
  if (held !== null) throw busy(held);
  if (!(await statOrNull(image.path))) throw failure('image-missing', { path: image.path });
  const writer = (await fileLocks(image.path)).find(({ kind }) => kind === 'write');
  if (writer) throw busy(`process ${writer.pid} is writing to it`);
  return stampOf(image.path);
}

/** What changes when somebody writes to a file. */
async function stampOf(path: string): Promise<string> {
  const { ino, size, mtimeNs } = await stat(path, { bigint: true }).catch(() => {
    throw failure('image-missing', { path });
  });
  return `${ino} ${size} ${mtimeNs}`;
}

/** Lines of what a program says, as one clause of a sentence. */
export function clauseOf(lines: readonly string[]): string {
  const words = lines
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/[.:]+$/, '');
  return words.length > 200 ? `${words.slice(0, 200)}…` : words;
}

/** The last words of a failed program. */
export function lastWords(error: unknown): string {
  if (!(error instanceof Failure)) return (error as Error).message;
  return (
    clauseOf(error.error.detail?.lastLines.filter((line) => line !== '').slice(-3) ?? []) || error.message
  );
}
