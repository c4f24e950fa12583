import { noDisksReason } from '@shared/vms/boot.js';
import type { HostState } from '@shared/api/state.js';
import { guestDiskName } from '@shared/layers/disk.js';
import { isLayerUsable, type Base, type Layer, type LayerState } from '@shared/layers/layer.js';
import { layerStateText } from '@shared/layers/layer-state-text.js';
import { vmActionAllowance, type VmAction } from '@shared/vms/vm-actions.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { fileName, formatBytes, plural } from '../../lib/format.js';

/** The layers of a machine's disks, by number. */
export function layersOfMachine(layers: HostState['layers'], vmId: string): Layer[] {
  return Object.values(layers)
    .filter((layer) => layer.role === 'machine' && layer.vmId === vmId)
    .sort((a, b) => (a.unit ?? 0) - (b.unit ?? 0));
}

/** The layer that a machine's deeds are about: of its first disk that has one. */
export function firstLayerOf(layers: HostState['layers'], vm: VmView): Layer | null {
  const disk = vm.disks.find(({ kind }) => kind === 'layer');
  return (disk && layers[`${vm.id}.${disk.unit}`]) ?? null;
}

/** A snapshot of a machine: one layer for each disk that it had as a layer then. */
export interface Snapshot {
  id: string;
  note: string;
  createdAt: string;
  pausedMs: number | null;
  changedBytes: number;
  onDiskBytes: number;
  layers: readonly Layer[];
}

/** The snapshots of a machine, newest first. */
export function snapshotsOfMachine(layers: HostState['layers'], vmId: string): Snapshot[] {
  const groups = new Map<string, Layer[]>();
  for (const layer of Object.values(layers))
    if (layer.role === 'snapshot' && layer.vmId === vmId) {
      const id = layer.snapshotId ?? layer.id;
      groups.set(id, [...(groups.get(id) ?? []), layer]);
    }
  return [...groups]
    .flatMap(([id, group]): Snapshot[] => {
      const parts = group.sort((a, b) => (a.unit ?? 0) - (b.unit ?? 0));
      const [first] = parts;
      if (!first) return [];
      const { note, createdAt, pausedMs } = first;
      const sum = (of: (layer: Layer) => number): number =>
        parts.reduce((total, layer) => total + of(layer), 0);
      return [
        {
          id,
          note,
          createdAt,
          pausedMs,
          changedBytes: sum((layer) => layer.changedBytes),
          onDiskBytes: sum((layer) => layer.onDiskBytes),
          layers: parts,
        },
      ];
    })
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

/** What a snapshot is called: its note in short. */
export function snapshotTitle({ note }: { note: string }): string {
  return note.split('\n')[0] || 'Snapshot without a note';
}

/** A layer by name: for a machine's with its disk, "web-1, ubdb", where it isn't the first. */
export function layerTitle(layer: Layer): string {
  if (layer.role === 'snapshot') return snapshotTitle(layer);
  return layer.role === 'machine' && layer.unit !== null && layer.unit > 0
    ? `${layer.name}, ${guestDiskName(layer.unit)}`
    : layer.name;
}

/** "3 bases, 8 layers, 2 snapshots, 1.5 GB on disk" */
export function treeSummary({ bases, layers }: Pick<HostState, 'bases' | 'layers'>): string {
  const all = Object.values(layers);
  const snapshots = all.filter(({ role }) => role === 'snapshot').length;
  const bytes = [...Object.values(bases), ...all].reduce((sum, { onDiskBytes }) => sum + onDiskBytes, 0);
  return [
    plural(Object.keys(bases).length, 'base'),
    plural(all.length - snapshots, 'layer'),
    ...(snapshots > 0 ? [plural(snapshots, 'snapshot')] : []),
    `${formatBytes(bytes)} on disk`,
  ].join(', ');
}

/** Why "changed" and "on disk" of a layer are not the same. */
export function sizesText({
  changedBytes,
  onDiskBytes,
}: Pick<Layer, 'changedBytes' | 'onDiskBytes'>): string {
  if (changedBytes === 0) return 'Nothing was changed yet. What is on disk is the layer’s own index.';
  return onDiskBytes < changedBytes
    ? 'Changed counts every sector that the guest ever wrote. On disk is less: what was trimmed or is zero takes no room.'
    : 'Changed counts the sectors that the guest wrote. On disk is more: whole blocks, and the layer’s own index.';
}

/** Where a base is and how large: "1.0 GB, read-only". */
export function baseFacts({ sizeBytes, isReadOnly }: Base): string {
  return `${formatBytes(sizeBytes)}${isReadOnly ? ', read-only' : ''}`;
}

/** What a layer stands on, by name. */
export function baseName(bases: HostState['bases'], layer: Layer): string {
  return bases[layer.baseId]?.name ?? fileName(layer.basePath);
}

/** Why something can't be done to a machine now, or null. */
export function reasonAgainst(action: VmAction, vm: VmView | undefined): string | null {
  if (!vm) return 'Its machine is gone.';
  const none = noDisksReason(vm);
  if (none !== null) return none;
  const allowance = vmActionAllowance(action, vm.state);
  return allowance.allowed ? null : allowance.reason;
}

/** True for a state that doesn't pass by itself and keeps the layer from being used. */
export function needsMending(state: LayerState): boolean {
  return !isLayerUsable(state) && state.kind !== 'busy';
}

/** What can be asked of the row that is selected. */
export type RowDeed = 'branch' | 'snapshot' | 'restore' | 'merge';

/** Why something can't be done to a layer now, or null. `vm`: the machine it belongs to, if there is one. */
export function reasonAgainstDeed(deed: RowDeed, layer: Layer | null, vm: VmView | undefined): string | null {
  if (!layer)
    return deed === 'snapshot' || deed === 'restore'
      ? 'Select a machine’s layer first.'
      : 'Select a layer first.';
  if (layer.state.kind === 'busy') return layerStateText(layer.state).sentence;
  switch (deed) {
    case 'snapshot':
      if (layer.role === 'free') return 'No machine has this layer. Branch it instead.';
      if (layer.role === 'snapshot') return 'It is a snapshot already. Branch it instead.';
      return reasonAgainst('snapshot', vm);
    case 'restore':
      return layer.role === 'free' ? 'No machine has this layer.' : reasonAgainst('restore', vm);
    case 'branch':
      return layer.state.kind === 'missing' || layer.state.kind === 'damaged'
        ? 'Its file can’t be read. Mend it first.'
        : layer.role === 'machine'
          ? reasonAgainst('branch', vm)
          : null;
    case 'merge':
      if (needsMending(layer.state)) return 'It doesn’t fit its base now. Mend it first.';
      return layer.role === 'machine' ? reasonAgainst('merge', vm) : null;
  }
}
