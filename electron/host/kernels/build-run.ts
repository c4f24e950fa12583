import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildNeed, BuildStepId } from '@shared/kernels/build-plan.js';
import type { Built, BuildWish } from '@shared/kernels/build-wish.js';
import type { LibraryKernel } from '@shared/kernels/library-kernel.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { JobReporter } from '../jobs/job-service.js';
import type { BuildTools } from './build-tools.js';
import { KernelBuild } from './kernel-build.js';
import type { KernelLibrary } from './kernel-library.js';
import type { KernelService } from './kernel-service.js';
import type { KernelSources } from './kernel-sources.js';
import { treeFacts } from './tree-facts.js';

/** What is done with a machine when a kernel is built and booted; by whoever can (main.ts). */
export interface MachineToBoot {
  /** Its name. Throws Failure vm-unknown. */
  nameOf(id: VmId): string;
  /** Gives it the kernel and starts it, or starts it anew. */
  bootWith(id: VmId, kernelPath: string): Promise<void>;
}

/** One build that was asked for. */
export interface BuildOrder {
  /** In the library. */
  id: string;
  wish: BuildWish;
  needs: readonly BuildNeed[];
  /** How it was built before; null for a new kernel. */
  before: Built | null;
  boot: VmId | null;
}

/** What a build is done with. */
interface BuildParts {
  tools: BuildTools;
  kept: KernelSources;
  library: KernelLibrary;
  kernels: KernelService;
  machine: MachineToBoot;
}

/** Where make works, in the folder that is kept for a kernel. */
export function objectsIn(work: string): string {
  return join(work, 'objects');
}

/** A build on its way, step by step, from the source to the library; it can go on after a failure. */
export class BuildRun {
  /** The kernel's path, once it is in the library. */
  path = '';
  private env: Record<string, string> = {};
  private tree = '';
  private sourceVersion = '';
  private build: KernelBuild | null = null;
  /** Where the library's part of it is put together. */
  private staging: string | null = null;

  constructor(
    private readonly order: BuildOrder,
    private readonly work: string,
    private readonly parts: BuildParts,
  ) {
    if (order.wish.source.kind === 'tree') this.tree = order.wish.source.path;
  }

  /** Does one step. Throws Failure. */
  async step(id: BuildStepId, report: JobReporter): Promise<void> {
    switch (id) {
      case 'source':
        return this.getSource(report);
      case 'tools':
        this.env = await this.parts.tools.get(this.order.needs, report);
        return;
      case 'configure':
        return this.configure(report);
      case 'compile':
        return this.must().compile(report);
      case 'modules':
        return this.must().installModules(await this.stagingFolder(), report);
      case 'keep':
        return this.keep(report);
      case 'boot':
        if (this.order.boot !== null) await this.parts.machine.bootWith(this.order.boot, this.path);
    }
  }

  private async getSource(report: JobReporter): Promise<void> {
    const { source } = this.order.wish;
    if (source.kind !== 'debian') return;
    const here = await this.parts.kept.find(source.suite);
    if (here) report.log(`${here.packageName} ${here.packageVersion} is here already.`);
    const found = here ?? (await this.parts.kept.fetch(source, report));
    this.tree = found.tree;
    this.sourceVersion = found.packageVersion;
  }

  private async configure(report: JobReporter): Promise<void> {
    const { wish, before } = this.order;
    // Looked at again: since the plan somebody may have built in it.
    const { version } = await treeFacts(this.tree);
    if (wish.source.kind === 'tree') this.sourceVersion = version;
    const { tree, env } = this;
    this.build = new KernelBuild(wish, { tree, env, objects: objectsIn(this.work), before });
    await this.build.configure(report);
  }

  private async keep(report: JobReporter): Promise<void> {
    const { id, wish } = this.order;
    const staging = await this.stagingFolder();
    const outcome = await this.must().collect(staging, report);
    const { title, ...how } = wish;
    const { tree, sourceVersion } = this;
    const record: LibraryKernel = {
      version: 1,
      id,
      title,
      file: 'linux',
      how: { kind: 'built', ...how, tree, sourceVersion, ...outcome },
      createdAt: new Date().toISOString(),
    };
    this.path = await this.parts.kernels.take(record, staging);
  }

  /** Removes what is nobody's when it is over: of a first build that came to nothing, also what was compiled. */
  async clear(): Promise<void> {
    if (this.staging !== null) await rm(this.staging, { recursive: true, force: true });
    const isForNothing = this.order.before === null && this.path === '';
    if (isForNothing) await rm(this.work, { recursive: true, force: true });
  }

  private async stagingFolder(): Promise<string> {
    this.staging ??= await this.parts.library.staging(`build-${this.order.id}`);
    return this.staging;
  }

  private must(): KernelBuild {
    if (!this.build) throw new Error('compiled before it was configured');
    return this.build;
  }
}
