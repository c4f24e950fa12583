import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import {
  benchmarkIdSchema,
  benchmarkOf,
  benchmarkRecordSchema,
  type BenchmarkId,
  type BenchmarkPlan,
  type BenchmarkRecord,
} from '@shared/benchmarks/benchmark.js';
import { fullName } from '@shared/benchmarks/compare.js';
import type { BenchOutput } from '@shared/benchmarks/output.js';
import { median } from '@shared/benchmarks/statistics.js';
import { kernelModes, type Target } from '@shared/benchmarks/target.js';
import { timeText } from '@shared/benchmarks/time-text.js';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import { whyAnswer } from '@shared/kernels/abilities.js';
import type { JobReporter, JobService } from '../jobs/job-service.js';
import type { KernelService } from '../kernels/kernel-service.js';
import { readJson, writeJson } from '../platform/files.js';
import { log } from '../platform/log.js';
import type { StateStore } from '../state-store.js';
import { leastUsedCpu } from '../vms/cpu-spread.js';
import { checkMemoryFolder, checkPaths, memoryFolder } from '../vms/start-checks.js';
import { makeBenchFolder, type BenchFolder } from './bench-folder.js';
import { benchProgram } from './bench-program.js';
import { GUEST_MIB, runTarget } from './run-target.js';

type TargetRecord = BenchmarkRecord['targets'][number];

/** Measures what system calls cost on kernels, and keeps what came out. */
export class BenchmarkService {
  private readonly records = new Map<BenchmarkId, BenchmarkRecord>();
  private running: BenchmarkId | null = null;

  constructor(
    private readonly folder: string,
    private readonly runtimeDir: string,
    private readonly store: StateStore,
    private readonly jobs: JobService,
    private readonly kernels: KernelService,
    /** CPUs that machines are kept on now. */
    private readonly cpusInUse: () => readonly number[],
  ) {}

  /** Reads what is kept; what a host that is gone was measuring has ended with it. */
  async load(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    for (const file of await readdir(this.folder)) {
      if (!file.endsWith('.json')) continue;
      const read = await readJson(join(this.folder, file), benchmarkRecordSchema);
      if (!read.ok || `${read.value.id}.json` !== file) {
        log('warn', 'benchmark can’t be read', { file, why: read.ok ? 'another id' : read.why });
        continue;
      }
      const record = read.value;
      this.records.set(record.id, record);
      if (record.ended === null) {
        Object.assign(record, { ended: 'interrupted', endedAt: new Date().toISOString() });
        await this.keep(record);
      } else this.publish(record);
    }
  }

  /**
   * Begins one, and resolves when its job works. Throws Failure: benchmark-running, benchmark-program-missing,
   * kernel-missing, kernel-not-runnable, kernel-lacks, memory-folder-missing and the like.
   */
  async start(plan: BenchmarkPlan): Promise<{ id: BenchmarkId; jobId: string }> {
    if (this.running !== null) throw failure('benchmark-running', {});
    const id = benchmarkIdSchema.parse(randomBytes(4).toString('hex'));
    this.running = id;
    try {
      benchProgram();
      await checkMemoryFolder(memoryFolder(null), GUEST_MIB);
      const targets = await Promise.all(plan.targets.map((target) => this.targetRecord(target)));
      const [processor] = cpus();
      const record: BenchmarkRecord = {
        version: 1,
        id,
        plan,
        startedAt: new Date().toISOString(),
        endedAt: null,
        ended: null,
        computer: {
          processor: processor?.model.slice(0, 200) ?? '',
          cpus: Math.max(1, cpus().length),
          kernel: release(),
          load: loadavg()[0] ?? 0,
        },
        targets,
      };
      this.records.set(id, record);
      await this.keep(record);
      const jobId = this.jobs.start(
        {
          kind: 'benchmark',
          title: 'Measuring system calls',
          vmId: null,
          steps: Array.from({ length: plan.starts }, (_, n) =>
            plan.starts === 1 ? 'Start each once' : `Start ${n + 1} of each`,
          ),
        },
        (report) => this.measure(record, report),
      );
      return { id, jobId };
    } catch (error) {
      this.running = null;
      throw error;
    }
  }

  /** Every round of one. Throws Failure benchmark-unknown. */
  read(id: BenchmarkId): BenchmarkRecord {
    const record = this.records.get(id);
    if (!record) throw failure('benchmark-unknown', { id });
    return record;
  }

  /** Removes one that has ended. Throws Failure: benchmark-unknown, benchmark-goes-on. */
  async delete(id: BenchmarkId): Promise<void> {
    this.read(id);
    if (this.running === id) throw failure('benchmark-goes-on', {});
    await this.forget(id);
  }

  /** A target before it is measured. Throws Failure: kernel-missing, kernel-not-runnable, kernel-lacks. */
  private async targetRecord(target: Target): Promise<TargetRecord> {
    const record = { target, version: null, cpu: null, lacks: {}, vforks: [], problem: null, starts: [] };
    if (target.kind === 'native') return record;
    const kernel = await this.kernels.probe(target.path);
    const { mode } = target;
    if (mode !== null && !kernelModes(kernel).includes(mode))
      throw failure('kernel-lacks', {
        what: `seccomp=${mode}`,
        version: kernel.version,
        why: whyAnswer('seccomp', kernel.answers.seccomp, kernel.answers),
      });
    return { ...record, version: kernel.version };
  }

  private async measure(record: BenchmarkRecord, report: JobReporter): Promise<string> {
    const folder = join(this.runtimeDir, nameOf(record));
    let ended: BenchmarkRecord['ended'] = 'done';
    try {
      // One for all: a CPU may be slower than another.
      const cpu = leastUsedCpu(this.cpusInUse());
      for (const one of record.targets) if (one.target.pinned) one.cpu = cpu;
      checkPaths([folder]);
      const made = await makeBenchFolder(folder, report.signal);
      for (let start = 0; start < record.plan.starts; start += 1) {
        report.nextStep();
        await this.measureEach(record, made, start, report);
      }
    } catch (error) {
      ended = error instanceof Failure && error.error.code === 'cancelled' ? 'cancelled' : 'interrupted';
      throw error;
    } finally {
      await this.close(record, folder, ended);
    }
    if (!this.records.has(record.id))
      throw failure('benchmark-nothing', {
        why:
          record.targets.map(({ problem }) => problem).find((why) => why !== null) ?? 'no start gave figures',
      });
    return record.id;
  }

  /** What was measured up to a cancel is kept; of nothing there is nothing to keep. */
  private async close(
    record: BenchmarkRecord,
    folder: string,
    ended: BenchmarkRecord['ended'],
  ): Promise<void> {
    try {
      await rm(folder, { recursive: true, force: true });
      if (record.targets.every(({ starts }) => starts.length === 0)) return await this.forget(record.id);
      Object.assign(record, { ended, endedAt: new Date().toISOString() });
      await this.keep(record);
    } finally {
      this.running = null;
    }
  }

  /** One start of each target; where it begins moves on, so that none is always the first. */
  private async measureEach(
    record: BenchmarkRecord,
    folder: BenchFolder,
    start: number,
    report: JobReporter,
  ): Promise<void> {
    const { targets, plan } = record;
    for (let n = 0; n < targets.length; n += 1) {
      const one = targets[(n + start) % targets.length];
      if (!one) continue;
      report.progress(n / targets.length, fullName(one));
      const said = await runTarget({
        target: one.target,
        plan,
        folder,
        token: randomBytes(8).toString('hex'),
        umid: nameOf(record),
        umlDir: join(this.runtimeDir, 'uml'),
        cpu: one.cpu,
        signal: report.signal,
      });
      if ('why' in said) {
        one.problem = said.why.slice(0, 1000);
        report.log(`${fullName(one)}: ${said.why}`);
      } else {
        take(one, said.output);
        report.log(`${fullName(one)}: ${summary(said.output)}`);
      }
      await this.keep(record);
    }
  }

  private async keep(record: BenchmarkRecord): Promise<void> {
    await writeJson(this.path(record.id), record);
    this.publish(record);
  }

  private async forget(id: BenchmarkId): Promise<void> {
    this.records.delete(id);
    await rm(this.path(id), { force: true });
    this.store.change({ collection: 'benchmarks', id, value: null });
  }

  private publish(record: BenchmarkRecord): void {
    this.store.change({ collection: 'benchmarks', id: record.id, value: benchmarkOf(record) });
  }

  private path(id: BenchmarkId): string {
    return join(this.folder, `${id}.json`);
  }
}

/** Of its folder and of its guests, one at a time: what a killed host leaves of both is found by it (clearHelpers). */
const nameOf = ({ id }: BenchmarkRecord): string => `helper-bench-${id}`;

function take(one: TargetRecord, { rounds, lacks, vforks }: BenchOutput): void {
  one.starts.push(rounds);
  Object.assign(one.lacks, lacks);
  one.vforks = [...new Set([...one.vforks, ...vforks])];
}

function summary({ rounds }: BenchOutput): string {
  return Object.entries(rounds)
    .map(([id, values]) => `${id} ${timeText(median(values))}`)
    .join(', ');
}
