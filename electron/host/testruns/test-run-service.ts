import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import type { BuildNeed } from '@shared/kernels/build-plan.js';
import { compareTests, type RunComparison } from '@shared/testruns/compare-runs.js';
import { failedGlobs } from '@shared/testruns/kunit-words.js';
import { anyBad, countTests, noCounts, type Results } from '@shared/testruns/test-node.js';
import { OUTPUT_LINES_MAX, type TestRun, type TestRunEnd, type TestSpec } from '@shared/testruns/test-run.js';
import { TestReader } from '@shared/testruns/test-reader.js';
import type { JobReporter, JobService } from '../jobs/job-service.js';
import { missingNeeds, type BuildTools } from '../kernels/build-tools.js';
import type { KernelService } from '../kernels/kernel-service.js';
import { log } from '../platform/log.js';
import { writeNewFile } from '../platform/new-file.js';
import type { StateStore } from '../state-store.js';
import type { VmService } from '../vms/vm-service.js';
import { guestSteps, runGuest } from './run-guest.js';
import { checkKernel, kernelSteps, runKernel } from './run-kernel.js';
import { checkTree, runTree, treeSteps } from './run-tree.js';
import { TestOutput } from './test-output.js';
import { TestRunFiles } from './test-run-files.js';

/** The oldest go beyond this many. */
const RUNS_KEPT = 100;
const ANSWER_CHARS_MAX = 2_000_000;
const nothing: Results = { tests: [], planned: null, problems: [] };
const steps = { tree: treeSteps, kernel: kernelSteps, guest: guestSteps } as const;

/** What a run is begun with. */
interface Beginning {
  spec: TestSpec;
  globs: readonly string[];
  repeats: string | null;
}

/** Runs tests of kernels, as jobs, and keeps how they went. */
export class TestRunService {
  private readonly files: TestRunFiles;
  /** Those that go on. */
  private readonly outputs = new Map<string, TestOutput>();
  /** Trees that are built in. */
  private readonly busyTrees = new Set<string>();

  constructor(
    folder: string,
    private readonly parts: {
      store: StateStore;
      vms: VmService;
      kernels: KernelService;
      jobs: JobService;
      buildTools: BuildTools;
    },
  ) {
    this.files = new TestRunFiles(folder);
  }

  /** Reads what is kept. One that a host left in the middle is lost: its results so far are read from its output. */
  async load(): Promise<void> {
    for (const run of await this.files.load()) {
      const isLost = run.endedAt === null;
      const whole: TestRun = isLost
        ? { ...run, endedAt: run.startedAt, ended: 'lost', why: 'Paddock’s host ended in the middle of it.' }
        : run;
      if (isLost) await this.rescue(whole);
      this.publish(whole);
    }
  }

  private async rescue(run: TestRun): Promise<void> {
    const reader = new TestReader();
    for (const line of await this.files.lines(run.id, 0, OUTPUT_LINES_MAX)) reader.add(line, null);
    const results = reader.end();
    await this.files.saveResults(run.id, results);
    run.counts = countTests(results);
    run.problems = results.problems.length;
    run.lines = reader.lineCount;
    await this.files.save(run);
  }

  /** Begins one. Throws Failure: test-run-no-tree, test-run-no-kunit, test-run-busy, build-needs, kernel-*, guest-tools-absent. */
  start(spec: TestSpec): Promise<{ id: string; jobId: string }> {
    return this.begin({ spec, globs: [], repeats: null });
  }

  /** The same again, or only what failed. Throws Failure: test-run-unknown, test-run-nothing-failed, test-run-no-globs. */
  async again(id: string, failedOnly: boolean): Promise<{ id: string; jobId: string }> {
    const { spec, title, counts, globs } = this.get(id);
    if (!failedOnly) return this.begin({ spec, globs, repeats: id });
    if (!anyBad(counts)) throw failure('test-run-nothing-failed', { title });
    // Only its own words say what a command in a guest tests.
    if (spec.kind === 'guest') return this.begin({ spec, globs: [], repeats: id });
    const failed = failedGlobs((await this.read(id)).tests);
    if (failed.length === 0) throw failure('test-run-no-globs', { title });
    return this.begin({ spec, globs: failed, repeats: id });
  }

  /** Its results, also while it goes on. Throws Failure test-run-unknown. */
  async read(id: string): Promise<Results> {
    this.get(id);
    return this.outputs.get(id)?.soFar() ?? (await this.files.results(id)) ?? nothing;
  }

  /** Lines of its output; fewer than asked for at its end, and of very long ones. Throws Failure test-run-unknown. */
  async lines(id: string, from: number, count: number): Promise<string[]> {
    this.get(id);
    const lines =
      this.outputs.get(id)?.lines.slice(from, from + count) ?? (await this.files.lines(id, from, count));
    let chars = 0;
    // As many as fit into an answer, and one at least.
    return lines.filter((line, n) => (chars += line.length) <= ANSWER_CHARS_MAX || n === 0);
  }

  /** Throws Failure test-run-unknown. */
  async compare(before: string, after: string): Promise<RunComparison> {
    const [a, b] = [this.get(before), this.get(after)];
    return compareTests((await this.read(before)).tests, (await this.read(after)).tests, {
      isBeforePart: a.globs.length > 0,
      isAfterPart: b.globs.length > 0,
    });
  }

  /** Writes it into a new file. Throws Failure: test-run-unknown, export-exists, export-failed. */
  async save(id: string, form: 'json' | 'ktap', path: string): Promise<{ path: string; bytes: number }> {
    const run = this.get(id);
    const results = await this.read(id);
    return writeNewFile(path, async (file) => {
      if (form === 'json') await file.writeFile(`${JSON.stringify({ run, results }, null, 2)}\n`);
      else
        for await (const bytes of createReadStream(this.files.outputPath(id)))
          await file.writeFile(bytes as Buffer);
    });
  }

  /** Throws Failure: test-run-unknown, test-run-goes-on. */
  async remove(id: string): Promise<void> {
    const { title } = this.get(id);
    if (this.outputs.has(id)) throw failure('test-run-goes-on', { title });
    this.parts.store.change({ collection: 'testRuns', id, value: null });
    await this.files.remove(id);
    await this.removeBuilds();
  }

  private get(id: string): TestRun {
    const run = this.parts.store.state.testRuns[id];
    if (!run) throw failure('test-run-unknown', { id });
    return run;
  }

  private async begin({ spec, globs, repeats }: Beginning): Promise<{ id: string; jobId: string }> {
    const { jobs } = this.parts;
    const { title, kernelVersion, vmId } = await this.look(spec);
    if (spec.kind === 'tree') {
      if (this.busyTrees.has(spec.tree)) throw failure('test-run-busy', { path: spec.tree });
      this.busyTrees.add(spec.tree);
    }
    const id = randomBytes(6).toString('hex');
    const run: TestRun = {
      id,
      spec,
      title,
      globs: [...globs],
      repeats,
      kernelVersion,
      startedAt: new Date().toISOString(),
      endedAt: null,
      ended: null,
      why: null,
      jobId: '',
      counts: noCounts,
      problems: 0,
      lines: 0,
      isCut: false,
    };
    try {
      await this.files.make(run);
    } catch (error) {
      if (spec.kind === 'tree') this.busyTrees.delete(spec.tree);
      throw error;
    }
    const output = new TestOutput(this.files.outputPath(id), ({ kernelVersion: heard, ...progress }) =>
      this.update(id, { ...progress, ...(heard === null ? {} : { kernelVersion: heard }) }),
    );
    this.outputs.set(id, output);
    this.publish(run);
    const jobId = jobs.start(
      { kind: 'run-tests', title: `Testing ${title}`, vmId, steps: steps[spec.kind] },
      (report) => this.work(run, output, report),
    );
    this.update(id, { jobId });
    return { id, jobId };
  }

  /** What is known before it begins; refuses what can't be. */
  private async look(
    spec: TestSpec,
  ): Promise<{ title: string; kernelVersion: string | null; vmId: string | null }> {
    const { vms, kernels } = this.parts;
    switch (spec.kind) {
      case 'tree':
        await checkTree(spec.tree);
        checkNeeds(await this.parts.buildTools.kunitNeeds());
        return { title: basename(spec.tree).slice(0, 200), kernelVersion: null, vmId: null };
      case 'kernel': {
        const { version } = await checkKernel(kernels, spec);
        return { title: `Linux ${version}`, kernelVersion: version, vmId: null };
      }
      case 'guest': {
        const vm = vms.get(spec.vmId);
        if (!vm.guestTools?.isReady) throw failure('guest-tools-absent', { name: vm.spec.name });
        const kernel = await kernels.probe(vm.spec.kernelPath).catch(() => null);
        const title = `${vm.spec.name}: ${spec.command.replace(/\s+/g, ' ').slice(0, 80)}`;
        return { title, kernelVersion: kernel?.version ?? null, vmId: vm.spec.id };
      }
    }
  }

  private async work(run: TestRun, output: TestOutput, report: JobReporter): Promise<string> {
    let error: unknown = null;
    let exitCode = 0;
    try {
      exitCode = await this.carryOut(run, output, report);
    } catch (thrown) {
      error = thrown;
    }
    const { results, progress } = await output.end();
    const hasTests = results.tests.length > 0 || results.planned !== null;
    if (!hasTests) error ??= emptyFailure(run, exitCode, output.lines.slice(-12));
    const { kernelVersion, ...counts } = progress;
    await this.files.saveResults(run.id, results).catch(notSaved);
    const over: TestRun = {
      ...this.get(run.id),
      ...counts,
      ...(kernelVersion === null ? {} : { kernelVersion }),
      ...endOf(error),
      endedAt: new Date().toISOString(),
    };
    await this.files.save(over).catch(notSaved);
    this.outputs.delete(run.id);
    if (run.spec.kind === 'tree') this.busyTrees.delete(run.spec.tree);
    this.publish(over);
    await this.prune();
    // A kernel that fell over in its tests has said something all the same.
    if (error !== null && (!hasTests || isCancel(error))) throw error;
    return run.id;
  }

  private async carryOut({ spec, globs }: TestRun, output: TestOutput, report: JobReporter): Promise<number> {
    switch (spec.kind) {
      case 'tree':
        await runTree(
          spec,
          globs.length > 0 ? globs : [spec.filter],
          { buildDir: this.buildDir(spec.tree), tools: this.parts.buildTools },
          output,
          report,
        );
        return 0;
      case 'kernel':
        await runKernel(spec, globs.length > 0 ? globs : [spec.filter], output, report);
        return 0;
      case 'guest':
        return runGuest(this.parts.vms.get(spec.vmId), spec, output, report);
    }
  }

  private buildDir(tree: string): string {
    return this.files.buildDir(buildName(tree));
  }

  private async removeBuilds(): Promise<void> {
    const trees = Object.values(this.parts.store.state.testRuns).flatMap(({ spec }) =>
      spec.kind === 'tree' ? [buildName(spec.tree)] : [],
    );
    await this.files.removeBuilds(new Set(trees));
  }

  private async prune(): Promise<void> {
    const over = Object.values(this.parts.store.state.testRuns)
      .filter(({ id }) => !this.outputs.has(id))
      .sort((a, b) => b.startedAt.localeCompare(a.startedAt))
      .slice(RUNS_KEPT);
    for (const { id } of over) await this.remove(id);
  }

  private update(id: string, changes: Partial<TestRun>): void {
    const run = this.parts.store.state.testRuns[id];
    if (run) this.publish({ ...run, ...changes });
  }

  private publish(run: TestRun): void {
    this.parts.store.change({ collection: 'testRuns', id: run.id, value: run });
  }
}

function checkNeeds(needs: readonly BuildNeed[]): void {
  for (const lack of missingNeeds(needs)) throw lack;
}

/** A full disk: what is known is told as long as this host lives. */
function notSaved(error: Error): void {
  log('warn', 'run of tests not saved', { error: error.message });
}

function buildName(tree: string): string {
  return createHash('sha256').update(tree).digest('hex').slice(0, 16);
}

function isCancel(error: unknown): boolean {
  return error instanceof Failure && error.error.code === 'cancelled';
}

/** How a run ended, of what was thrown. */
function endOf(error: unknown): { ended: TestRunEnd; why: string | null } {
  if (error === null) return { ended: 'done', why: null };
  if (isCancel(error)) return { ended: 'cancelled', why: null };
  const isLate = error instanceof Failure && error.error.params['exitCode'] === 'no answer in time';
  return {
    ended: isLate ? 'time' : 'failed',
    why: (error instanceof Error ? error.message : 'Something unknown went wrong.').slice(0, 1000),
  };
}

function emptyFailure({ title, spec }: TestRun, exitCode: number, lastLines: string[]): Failure {
  const what = exitCode === 0 ? 'it ended well without any' : `it ended with exit code ${exitCode}`;
  const command = spec.kind === 'guest' ? spec.command.slice(0, 200) : spec.kind;
  return failure('test-run-empty', { title, what }, { command: [command], lastLines });
}
