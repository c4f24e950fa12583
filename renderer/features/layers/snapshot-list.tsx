import { useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { formatBytes, formatDuration, formatMoment } from '../../lib/format.js';
import { callHost } from '../../stores/connection-store.js';
import { Button } from '../../ui/button.js';
import { BackIcon, BranchIcon, LayersIcon, MoreIcon, SnapshotIcon, TrashIcon } from '../../ui/icons.js';
import { Menu, MenuItem } from '../../ui/menu.js';
import { ErrorNote } from '../../ui/note.js';
import { reasonAgainst, snapshotTitle, type Snapshot } from './layer-words.js';

/** What the list takes. */
export interface SnapshotListProps {
  vm: VmView;
  snapshots: readonly Snapshot[];
  onRestore: (snapshotId: string) => void;
  onBranch: (layerId: string) => void;
  onShowLayer: (layerId: string) => void;
}

/** The snapshots of a machine, newest first. */
export function SnapshotList({ vm, snapshots, onRestore, onBranch, onShowLayer }: SnapshotListProps) {
  const [error, setError] = useState<PaddockError | null>(null);
  const throwAway = async (snapshot: Snapshot): Promise<void> => {
    // One of several disks goes as a whole, by any layer of it.
    const [layer] = snapshot.layers;
    if (!layer) return;
    const outcome = await callHost('layers.trash', { layerId: layer.id });
    setError(outcome.ok ? null : outcome.error);
  };
  return (
    <>
      {error && <ErrorNote error={error} />}
      <ul className="card list snaplist" aria-label="Snapshots">
        {snapshots.map((snapshot) => {
          const [first] = snapshot.layers;
          const title = snapshotTitle(snapshot);
          return (
            <li key={snapshot.id}>
              <span className="diskmark">
                <SnapshotIcon />
              </span>
              <div className="grow">
                <div className="ell med" title={snapshot.note}>
                  {title}
                </div>
                <div className="xs ter">
                  {formatMoment(snapshot.createdAt)}, {formatBytes(snapshot.changedBytes)} changed,{' '}
                  {formatBytes(snapshot.onDiskBytes)} on disk
                  {snapshot.layers.length > 1 && `, ${snapshot.layers.length} disks`}
                  {snapshot.pausedMs !== null && `, stood still for ${formatDuration(snapshot.pausedMs)}`}
                </div>
              </div>
              <Button
                icon={<BackIcon />}
                aria-label={`Go back to ${title}`}
                reason={reasonAgainst('restore', vm)}
                onClick={() => onRestore(snapshot.id)}
              >
                Go back…
              </Button>
              <Menu trigger={<MoreButton label={`More about ${title}`} />}>
                {first && (
                  <>
                    <MenuItem
                      icon={<BranchIcon />}
                      title="Branch…"
                      text="Copies it into a free layer, for another machine."
                      onChoose={() => onBranch(first.id)}
                    />
                    <MenuItem
                      icon={<LayersIcon />}
                      title="Show in Layers"
                      onChoose={() => onShowLayer(first.id)}
                    />
                  </>
                )}
                <MenuItem
                  icon={<TrashIcon />}
                  title="To the trash"
                  text="It can be had back until the trash is emptied."
                  onChoose={() => void throwAway(snapshot)}
                />
              </Menu>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function MoreButton({ label, ...props }: { label: string }) {
  return <Button variant="quiet" className="icon" aria-label={label} icon={<MoreIcon />} {...props} />;
}
