import type { layerCalls } from '@shared/api/layer-calls.js';
import type { Handlers, Services } from './services.js';

/** Connects the calls about layers, disks and the trash with their services. No logic of its own. */
export function layerHandlers({
  catalog,
  layers,
  snapshots,
  merges,
  mends,
  disks,
  trash,
}: Services): Pick<Handlers, keyof typeof layerCalls> {
  const job = async (jobId: Promise<string>): Promise<{ jobId: string }> => ({ jobId: await jobId });
  /** For what names a layer: a host that has just started knows none yet. */
  const known = async <T>(work: () => Promise<T>): Promise<T> => {
    await catalog.whenKnown();
    return work();
  };
  return {
    'layers.look': () => catalog.look(),
    'layers.info': ({ path }) => catalog.info(path),
    'layers.create': async ({ image, name, note }) => ({ layerId: await layers.create(image, name, note) }),
    'layers.branch': ({ layerId, name, note }) => known(() => job(layers.branch(layerId, name, note))),
    'layers.snapshot': ({ vmId, note }) => job(snapshots.snapshot(vmId, note)),
    'layers.restore': ({ vmId, snapshotId, keep }) => job(snapshots.restore(vmId, snapshotId, keep)),
    'layers.describe': ({ layerId, name, note }) => known(() => layers.describe(layerId, name, note)),
    'layers.trash': ({ layerId }) => known(() => layers.putAway(layerId)),
    'layers.planMerge': (input) => known(() => merges.plan(input)),
    'layers.merge': (input) => known(() => job(merges.merge(input))),
    'layers.moveOver': ({ layerId, image }) => known(() => layers.moveOver(layerId, image)),
    'layers.planMend': ({ layerId, basePath }) =>
      known(async () => ({ mends: await mends.plan(layerId, basePath) })),
    'layers.mend': ({ layerId, kind, basePath, confirm }) =>
      known(() => job(mends.mend(layerId, kind, basePath, confirm ?? null))),
    'disks.add': async ({ vmId, ...disk }) => ({ unit: await disks.add(vmId, disk) }),
    'disks.change': ({ vmId, unit, flags, serial }) => disks.change(vmId, unit, flags, serial),
    'disks.remove': ({ vmId, unit }) => disks.remove(vmId, unit),
    'trash.list': async () => ({ entries: await trash.list() }),
    'trash.restore': async ({ id }) => ({ path: await trash.restore(id) }),
    'trash.empty': ({ id }) => trash.empty(id),
  };
}
