import type { VmId } from './vm-id.js';
import type { StartAfter } from './vm-spec.js';

/** Who starts after whom. */
export type StartGraph = ReadonlyMap<VmId, StartAfter>;

/** The machines that lead from `from` back to itself, or null: nobody in a circle could ever start. */
export function startCircle(graph: StartGraph, from: VmId): VmId[] | null {
  const seen = new Set<VmId>();
  const walk = (id: VmId, path: VmId[]): VmId[] | null => {
    for (const { vmId } of graph.get(id) ?? []) {
      if (vmId === from) return [...path, id, from];
      if (seen.has(vmId)) continue;
      seen.add(vmId);
      const circle = walk(vmId, [...path, id]);
      if (circle) return circle;
    }
    return null;
  };
  return walk(from, []);
}
