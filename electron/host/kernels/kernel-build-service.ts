import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failure, Failure } from '@shared/errors/paddock-error.js';
import { buildSteps, type KernelPlan, type KeptSource } from '@shared/kernels/build-plan.js';
import type { Built, BuildWish } from '@shared/kernels/build-wish.js';
import type { LibraryKernel } from '@shared/kernels/library-kernel.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { JobService } from '../jobs/job-service.js';
import { BuildPlanner } from './build-planner.js';
import { BuildRun, objectsIn, type BuildOrder, type MachineToBoot } from './build-run.js';
import type { BuildTools } from './build-tools.js';
import type { KernelLibrary } from './kernel-library.js';
import type { KernelService } from './kernel-service.js';
import { KernelSources } from './kernel-sources.js';

/** A build that is on the list of jobs. */
interface Building {
  title: string;
  jobId: string;
  source: BuildWish['source'];
}

/**
 * Builds kernels out of their trees, as jobs whose result is the kernel's path. `<folder>/objects/<id>` is what make
 * made: kept as long as the kernel is in the library, so that building it again does only what changed.
 */
export class KernelBuildService {
  /** Ids of kernels that are built now, or whose build failed and can still go on. */
  private readonly building = new Map<string, Building>();
  private readonly kept: KernelSources;
  private readonly planner: BuildPlanner;

  constructor(
    private readonly folder: string,
    private readonly library: KernelLibrary,
    private readonly kernels: KernelService,
    private readonly jobs: JobService,
    private readonly machine: MachineToBoot,
    private readonly tools: BuildTools,
  ) {
    this.kept = new KernelSources(join(folder, 'sources'));
    this.planner = new BuildPlanner(folder, library, this.tools, this.kept);
  }

  private get works(): string {
    return join(this.folder, 'objects');
  }

  private workOf(id: string): string {
    return join(this.works, id);
  }

  /** Clears away what belongs to no kernel of the library: a host was killed while it was built for the first time. */
  async load(): Promise<void> {
    await mkdir(this.works, { recursive: true, mode: 0o700 });
    const known = new Set(this.library.all.map(({ record }) => record.id));
    for (const name of await readdir(this.works))
      if (!known.has(name)) await rm(this.workOf(name), { recursive: true, force: true });
    await this.kept.load();
  }

  /** Debian's sources that are unpacked here. */
  sources(): Promise<KeptSource[]> {
    return this.kept.list();
  }

  /** Removes those of a suite; kernels that were built of them stay. Throws Failure build-busy. */
  async removeSource(suite: string): Promise<void> {
    const isOfIt = ({ source }: Building): boolean => source.kind === 'debian' && source.suite === suite;
    for (const [id, one] of this.building) if (isOfIt(one)) await this.giveUpFailed(id);
    for (const one of this.building.values())
      if (isOfIt(one)) throw failure('build-busy', { title: one.title });
    await this.kept.remove(suite);
  }

  /** Takes a kernel out of the library, with what is kept for building it again. Throws Failure build-busy, and as `KernelService.remove`. */
  async remove(path: string): Promise<void> {
    const record = this.library.byPath(path);
    if (record) {
      await this.giveUpFailed(record.id);
      this.checkIdle(record);
    }
    await this.kernels.remove(path);
    if (record) await rm(this.workOf(record.id), { recursive: true, force: true });
  }

  /** What a wish would do, and whether it can be done. */
  plan(wish: BuildWish): Promise<KernelPlan> {
    return this.planner.plan(wish, objectsIn(this.workOf(this.library.nextId(wish.title))));
  }

  /** What building a kernel again would do. Throws Failure kernel-not-built. */
  async planAgain(path: string): Promise<KernelPlan> {
    const { record, wish } = this.builtAt(path);
    return this.planner.plan(wish, objectsIn(this.workOf(record.id)));
  }

  /** Builds a new kernel. Throws Failure: the first of the plan's problems. */
  async build(wish: BuildWish): Promise<string> {
    const plan = demand(await this.plan(wish));
    const id = this.library.freeId(wish.title);
    return this.start({ id, wish, needs: plan.needs, before: null, boot: null });
  }

  /** Builds a kernel of the library again, and starts a machine with it when one is named. Throws Failure. */
  async again(path: string, boot: VmId | null): Promise<string> {
    const { record, wish, how } = this.builtAt(path);
    if (boot !== null) this.machine.nameOf(boot);
    const plan = demand(await this.planAgain(path));
    await this.giveUpFailed(record.id);
    this.checkIdle(record);
    return this.start({ id: record.id, wish, needs: plan.needs, before: how, boot });
  }

  private builtAt(path: string): { record: LibraryKernel; wish: BuildWish; how: Built } {
    const record = this.library.byPath(path);
    if (record?.how.kind !== 'built') throw failure('kernel-not-built', { path });
    const { source, defconfig, options, fragment, jobs } = record.how;
    return {
      record,
      how: record.how,
      wish: { source, defconfig, options, fragment, jobs, title: record.title },
    };
  }

  /** Nobody goes on with the failed build of a kernel that something else is done with now. */
  private async giveUpFailed(id: string): Promise<void> {
    const one = this.building.get(id);
    if (one && !this.jobs.isActive(one.jobId)) await this.jobs.clear(one.jobId);
  }

  private checkIdle({ id, title }: Pick<LibraryKernel, 'id' | 'title'>): void {
    if (this.building.has(id)) throw failure('build-busy', { title });
  }

  private start(order: BuildOrder): string {
    const { id, wish, before, boot } = order;
    const steps = buildSteps(wish, order.needs, boot === null ? null : this.machine.nameOf(boot));
    const { tools, kept, library, kernels, machine } = this;
    const run = new BuildRun(order, this.workOf(id), { tools, kept, library, kernels, machine });
    const jobId = this.jobs.start(
      {
        kind: 'build-kernel',
        title: `Building ${wish.title}${before === null ? '' : ' again'}`,
        vmId: boot,
        steps: steps.map(({ title }) => title),
        // A source that was put right goes on with what is compiled already.
        canResume: (step) => steps[step]?.id === 'compile',
        abandon: async () => {
          await run.clear();
          this.building.delete(id);
          this.library.release(id);
        },
      },
      async (report) => {
        for (const step of steps.slice(report.from)) {
          report.nextStep();
          await run.step(step.id, report);
        }
        return run.path;
      },
    );
    this.building.set(id, { title: wish.title, jobId, source: wish.source });
    return jobId;
  }
}

function demand(plan: KernelPlan): KernelPlan {
  const [problem] = plan.problems;
  if (problem) throw new Failure(problem);
  return plan;
}
