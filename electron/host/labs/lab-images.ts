import { isJobActive } from '@shared/jobs/job.js';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import type { BuildService } from '../images/build/build-service.js';
import type { ImageService } from '../images/image-service.js';
import type { RecipeService } from '../images/recipe-service.js';
import type { JobReporter, JobService } from '../jobs/job-service.js';
import type { KernelService } from '../kernels/kernel-service.js';
import type { StateStore } from '../state-store.js';

/** The images that labs name: the tiny one, one that is there, or one that is built of a recipe. */
export class LabImages {
  constructor(
    private readonly store: StateStore,
    private readonly images: ImageService,
    private readonly recipes: RecipeService,
    private readonly builds: BuildService,
    private readonly jobs: JobService,
    private readonly kernels: KernelService,
  ) {}

  /** What the image of a lab's machine is called here. */
  async nameOf(image: string, modules: boolean): Promise<string> {
    if (!modules || this.has(image)) return image;
    return `${image}-${(await this.kernels.newest()).version}`.replace(/[^a-z0-9-]/g, '-').slice(0, 40);
  }

  /** Sees to it that an image is there. Throws Failure: lab-image, and what building it throws. */
  async see(image: string, modules: boolean, report: JobReporter): Promise<void> {
    if (image === 'tiny') return void (await this.images.tiny());
    const name = await this.nameOf(image, modules);
    if (this.has(name)) return;
    const recipe = await this.recipes.get(image).catch(() => null);
    if (recipe === null || image.includes('/')) throw failure('lab-image', { name: image });
    const modulesOf = modules ? (await this.kernels.newest()).path : recipe.contents.modulesOf;
    const built = { ...recipe, contents: { ...recipe.contents, modulesOf } };
    await this.follow(await this.builds.build(built, name, {}), report);
  }

  private has(name: string): boolean {
    return Object.values(this.store.state.images).some((image) => image.id === name || image.name === name);
  }

  /** Another job's course, as part of this one: cancelled with it, and failed with its error. */
  private follow(jobId: string, report: JobReporter): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = (): void => this.jobs.cancel(jobId);
      const look = (): void => {
        const job = this.store.state.jobs[jobId];
        if (job && isJobActive(job.state)) {
          const step = job.steps.find(({ state }) => state === 'now');
          report.progress(job.progress, [job.title, step?.title].filter(Boolean).join(': '));
          return;
        }
        stop();
        report.signal.removeEventListener('abort', cancel);
        if (job?.state === 'succeeded') resolve();
        else reject(job?.error ? new Failure(job.error) : failure('cancelled', {}));
      };
      const { stop } = this.store.watch(look);
      report.signal.addEventListener('abort', cancel);
      if (report.signal.aborted) cancel();
      look();
    });
  }
}
