import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import type { BuildPlan } from '@shared/images/build-plan.js';
import { imageNameSchema } from '@shared/images/image.js';
import { askedPasswords, secretOf, type Recipe, type Secrets } from '@shared/images/recipe.js';
import { nearestVmName } from '@shared/vms/vm-name.js';
import type { JobReporter, JobService } from '../../jobs/job-service.js';
import type { KernelService } from '../../kernels/kernel-service.js';
import { exists } from '../../platform/files.js';
import { freeBytesOf } from '../../platform/free-bytes.js';
import type { ImageService } from '../image-service.js';
import type { BuildContext, BuildStep } from './build-context.js';
import { needsOf, problemsOf, sourceFacts } from './build-plan.js';
import { buildSteps } from './build-steps.js';
import { removeWorkDir, SCRATCH_FOLDER } from './work-dir.js';

/** Carries out recipes: plans them, and makes their images as jobs that can go on where they failed. */
export class BuildService {
  /** Names of images in the making: two builds must not want the same. */
  private readonly making = new Set<string>();

  constructor(
    private readonly images: ImageService,
    private readonly jobs: JobService,
    private readonly kernels: KernelService,
  ) {}

  /** What a build would do, need and run. */
  async plan(recipe: Recipe, name: string): Promise<BuildPlan> {
    const facts = await sourceFacts(recipe);
    const needs = needsOf(recipe, facts);
    const { problems, freeBytes } = await problemsOf(recipe, facts, this.images.folder, needs, this.kernels);
    const fault = await this.nameFault(name);
    if (fault) problems.unshift(fault.error);
    const steps = await buildSteps(recipe, name, this.images, async () => {}).catch((error: unknown) => {
      // It has no way to be done: that is among the problems.
      if (error instanceof Failure) return [];
      throw error;
    });
    return {
      name,
      steps: steps.map(({ title, command, detail }) => ({ title, command, detail })),
      freeBytes,
      problems,
      ...needs,
    };
  }

  /** Makes the image, as a job whose result is its id. Throws Failure when something speaks against it. */
  async build(recipe: Recipe, name: string, secrets: Secrets): Promise<string> {
    // At once, before anything is awaited: two may ask in the same moment.
    if (this.making.has(name)) throw failure('image-name-making', { name });
    this.making.add(name);
    try {
      const fault = await this.libraryFault(name);
      if (fault) throw fault;
      for (const user of askedPasswords(recipe))
        if (secretOf(secrets, user) === undefined) throw failure('password-missing', { user });
      return await this.start(recipe, name, secrets);
    } catch (error) {
      this.making.delete(name);
      throw error;
    }
  }

  private async start(recipe: Recipe, name: string, secrets: Secrets): Promise<string> {
    const check = async (): Promise<void> => {
      const facts = await sourceFacts(recipe);
      const needs = needsOf(recipe, facts);
      const { problems } = await problemsOf(recipe, facts, this.images.folder, needs, this.kernels);
      if (problems[0]) throw new Failure(problems[0]);
    };
    // What is known now is told now, not by a job that fails.
    await check();
    const steps = await buildSteps(recipe, name, this.images, check);
    await mkdir(this.images.folder, { recursive: true, mode: 0o700 });
    const workDir = await mkdtemp(join(this.images.folder, 'build-'));
    return this.jobs.start(
      {
        kind: 'build-image',
        title: `Building ${name}`,
        vmId: null,
        imageId: name,
        steps: steps.map(({ title }) => title),
        // Every step makes what it makes anew, from what the one before left in the work folder.
        canResume: () => true,
        abandon: async () => {
          this.making.delete(name);
          await removeWorkDir(workDir);
        },
      },
      (report) =>
        this.run(
          steps,
          { recipe, name, secrets, workDir, disk: join(workDir, 'disk.img'), report, kernels: this.kernels },
          report,
        ),
    );
  }

  private async run(
    steps: readonly BuildStep[],
    context: BuildContext,
    report: JobReporter,
  ): Promise<string> {
    for (const step of steps.slice(report.from)) {
      report.nextStep();
      if (step.command !== null) report.log(`$ ${step.command}`);
      try {
        await step.run(context);
      } catch (error) {
        if (report.signal.aborted) throw failure('cancelled', {});
        throw await asSpace(error, [this.images.folder, SCRATCH_FOLDER]);
      }
    }
    return context.name;
  }

  private async nameFault(name: string): Promise<Failure | null> {
    return this.making.has(name) ? failure('image-name-making', { name }) : this.libraryFault(name);
  }

  private async libraryFault(name: string): Promise<Failure | null> {
    if (!imageNameSchema.safeParse(name).success)
      return failure('image-name-invalid', { name, nearest: nearestVmName(name) });
    const isTaken = this.images.isNamed(name) || (await exists(this.images.pathOf(name)));
    return isTaken ? failure('image-name-taken', { name }) : null;
  }
}

/** A disk that ran full in the middle, whatever program met it: of the folders that a build writes to the fullest. */
async function asSpace(error: unknown, folders: readonly string[]): Promise<unknown> {
  const isFull =
    (error as NodeJS.ErrnoException).code === 'ENOSPC' ||
    (error instanceof Failure &&
      /No space left on device|Could not allocate block|You don't have enough free space/.test(
        error.error.detail?.lastLines.join('\n') ?? '',
      ));
  if (!isFull) return error;
  const room = await Promise.all(folders.map(async (path) => ({ path, bytes: await freeBytesOf(path) })));
  const fullest = room.toSorted((a, b) => a.bytes - b.bytes)[0];
  const detail = error instanceof Failure ? error.error.detail : null;
  return failure('no-space', { path: fullest?.path ?? '' }, detail);
}
