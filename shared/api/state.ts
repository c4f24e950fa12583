import { z } from 'zod';
import { benchmarkSchema } from '../benchmarks/benchmark.js';
import { checkResultSchema } from '../diagnostics/check.js';
import { imageSchema } from '../images/image.js';
import { jobSchema } from '../jobs/job.js';
import { kernelSchema } from '../kernels/kernel.js';
import { labViewSchema } from '../labs/lab.js';
import { baseSchema, layerSchema } from '../layers/layer.js';
import { captureSchema } from '../networks/capture.js';
import { networkViewSchema } from '../networks/network.js';
import { testRunSchema } from '../testruns/test-run.js';
import { foreignSchema } from '../vms/foreign.js';
import { vmViewSchema } from '../vms/vm-view.js';

/** What the host knows and every client mirrors: a few collections of things by their id. */
export const hostStateSchema = z.strictObject({
  vms: z.record(z.string(), vmViewSchema),
  foreign: z.record(z.string(), foreignSchema),
  images: z.record(z.string(), imageSchema),
  bases: z.record(z.string(), baseSchema),
  layers: z.record(z.string(), layerSchema),
  networks: z.record(z.string(), networkViewSchema),
  captures: z.record(z.string(), captureSchema),
  kernels: z.record(z.string(), kernelSchema),
  benchmarks: z.record(z.string(), benchmarkSchema),
  labs: z.record(z.string(), labViewSchema),
  testRuns: z.record(z.string(), testRunSchema),
  jobs: z.record(z.string(), jobSchema),
  checks: z.record(z.string(), checkResultSchema),
});
export type HostState = z.infer<typeof hostStateSchema>;
export type CollectionName = keyof HostState;

/** The whole state and the number of the last change that is in it. */
export const snapshotSchema = z.strictObject({ seq: z.int().nonnegative(), state: hostStateSchema });
export type Snapshot = z.infer<typeof snapshotSchema>;

const change = <N extends CollectionName, V extends z.ZodType>(collection: N, value: V) =>
  z.strictObject({ collection: z.literal(collection), id: z.string(), value: value.nullable() });

/** One thing set or, with null, removed. */
export const changeSchema = z.discriminatedUnion('collection', [
  change('vms', vmViewSchema),
  change('foreign', foreignSchema),
  change('images', imageSchema),
  change('bases', baseSchema),
  change('layers', layerSchema),
  change('networks', networkViewSchema),
  change('captures', captureSchema),
  change('kernels', kernelSchema),
  change('benchmarks', benchmarkSchema),
  change('labs', labViewSchema),
  change('testRuns', testRunSchema),
  change('jobs', jobSchema),
  change('checks', checkResultSchema),
]);
export type Change = z.infer<typeof changeSchema>;

/** Changes that belong together; `seq` is one more than that of the patch or snapshot before. */
export const patchSchema = z.strictObject({ seq: z.int().positive(), changes: z.array(changeSchema) });
export type Patch = z.infer<typeof patchSchema>;

/** A state with nothing in it. */
export function emptyState(): HostState {
  return {
    vms: {},
    foreign: {},
    images: {},
    bases: {},
    layers: {},
    networks: {},
    captures: {},
    kernels: {},
    benchmarks: {},
    labs: {},
    testRuns: {},
    jobs: {},
    checks: {},
  };
}

/** The state after a change; unchanged collections stay the same objects, so that a view can compare them. */
export function applyChange(state: HostState, { collection, id, value }: Change): HostState {
  const { [id]: _before, ...others } = state[collection] as Record<string, unknown>;
  return { ...state, [collection]: value === null ? others : { ...others, [id]: value } };
}

/** The snapshot after a patch, or null when a patch between the two is missing and a new snapshot is needed. */
export function applyPatch(snapshot: Snapshot, patch: Patch): Snapshot | null {
  if (patch.seq !== snapshot.seq + 1) return null;
  return { seq: patch.seq, state: patch.changes.reduce(applyChange, snapshot.state) };
}
