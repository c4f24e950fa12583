import { z } from 'zod';
import { operationIds, type OperationId } from './operation.js';
import { spreadOf, type Spread } from './statistics.js';
import { targetKey, targetSchema } from './target.js';

/** Identifies a benchmark for as long as it is kept. */
export const benchmarkIdSchema = z.string().regex(/^[a-z0-9]{8}$/);
export type BenchmarkId = z.infer<typeof benchmarkIdSchema>;

export const TARGETS_MAX = 24;
const operationSchema = z.enum(operationIds);
const isDistinct = (words: readonly string[]): boolean => new Set(words).size === words.length;

/** What is to be measured, and how often. */
export const benchmarkPlanSchema = z.strictObject({
  targets: z
    .array(targetSchema)
    .min(1)
    .max(TARGETS_MAX)
    .refine((targets) => isDistinct(targets.map(targetKey)), 'one of them is there twice'),
  operations: z
    .array(operationSchema)
    .min(1)
    .refine((ids) => isDistinct(ids), 'one of them is there twice'),
  /** Starts of each target, one of each in turn: what this computer does meanwhile falls on all alike. */
  starts: z.int().min(1).max(20),
  /** Rounds of each operation within a start. */
  rounds: z.int().min(1).max(20),
  /** How long a round takes about. */
  milliseconds: z.int().min(1).max(500),
});
export type BenchmarkPlan = z.infer<typeof benchmarkPlanSchema>;

/** How often is measured when nobody says. */
export const plainEffort = { starts: 5, rounds: 5, milliseconds: 20 } as const;

const BOOT_SECONDS = 1.5;
/** Until a round is long enough, some shorter ones are done (electron/native/syscall-bench.c). */
const ROUNDS_BEFORE = 3;
/** Rounds of whole programs are so much longer. */
const PROGRAM_TIMES = 4;

/** About how long a plan takes, for people. */
export function planSeconds({ targets, operations, starts, rounds, milliseconds }: BenchmarkPlan): number {
  const weight = operations.reduce((sum, id) => sum + (id.includes('fork') ? PROGRAM_TIMES : 1), 0);
  const seconds = (weight * (rounds + ROUNDS_BEFORE) * milliseconds) / 1000;
  return targets.reduce(
    (sum, { kind }) => sum + starts * (seconds + (kind === 'native' ? 0 : BOOT_SECONDS)),
    0,
  );
}

const nanoseconds = z.number().positive().max(3600e9);
const lacksSchema = z.partialRecord(operationSchema, z.int().min(0).max(4095));

/** What every record of a target has. */
const targetFacts = {
  target: targetSchema,
  /** Of its kernel; null for none. */
  version: z.string().max(100).nullable(),
  /** The CPU that it was kept on; null for none. */
  cpu: z.int().nonnegative().nullable(),
  /** What can't be done there, with the system's number for why; and what was done by vfork for want of a fork. */
  lacks: lacksSchema,
  vforks: z.array(operationSchema),
  /** Why a start of it gave nothing, the last one's, a sentence. */
  problem: z.string().max(1000).nullable(),
};

/** What every record of a benchmark has. */
const benchmarkFacts = {
  id: benchmarkIdSchema,
  plan: benchmarkPlanSchema,
  startedAt: z.iso.datetime(),
  /** Null while it goes on. */
  endedAt: z.iso.datetime().nullable(),
  /** Null while it goes on; `interrupted`: its host ended. */
  ended: z.enum(['done', 'cancelled', 'interrupted']).nullable(),
  computer: z.strictObject({
    processor: z.string().max(200),
    cpus: z.int().positive(),
    kernel: z.string().max(200),
    /** Its load average of a minute when it began: what else it had to do. */
    load: z.number().nonnegative(),
  }),
};

/** A benchmark as it is kept on disk: every round of every start. */
export const benchmarkRecordSchema = z.strictObject({
  version: z.literal(1),
  ...benchmarkFacts,
  targets: z
    .array(
      z.strictObject({
        ...targetFacts,
        /** By start: what a round of it took for one, in nanoseconds. */
        starts: z.array(z.partialRecord(operationSchema, z.array(nanoseconds).max(20))).max(20),
      }),
    )
    .max(TARGETS_MAX),
});
export type BenchmarkRecord = z.infer<typeof benchmarkRecordSchema>;

/** A benchmark as everybody sees it: medians and spread. */
export const benchmarkSchema = z.strictObject({
  ...benchmarkFacts,
  targets: z.array(
    z.strictObject({
      ...targetFacts,
      /** How many starts gave figures. */
      starts: z.int().nonnegative(),
      figures: z.partialRecord(
        operationSchema,
        z.strictObject({ median: nanoseconds, low: nanoseconds, high: nanoseconds }),
      ),
    }),
  ),
});
export type Benchmark = z.infer<typeof benchmarkSchema>;
export type BenchmarkTarget = Benchmark['targets'][number];

/** What everybody sees of a record. */
export function benchmarkOf(record: BenchmarkRecord): Benchmark {
  const { version: _version, targets, ...facts } = record;
  return {
    ...facts,
    targets: targets.map(({ starts, ...target }) => {
      const figures: Partial<Record<OperationId, Spread>> = {};
      for (const id of facts.plan.operations) {
        const spread = spreadOf(starts.map((rounds) => rounds[id] ?? []));
        if (spread) figures[id] = spread;
      }
      return { ...target, starts: starts.length, figures };
    }),
  };
}
