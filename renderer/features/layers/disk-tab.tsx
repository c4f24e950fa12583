import { rootText } from '@shared/vms/boot.js';
import type { HostState } from '@shared/api/state.js';
import { DISKS_MAX, freeUnit } from '@shared/layers/disk.js';
import { disksInWords, disksLeftOut } from '@shared/layers/disks-in-words.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { plural } from '../../lib/format.js';
import { Button } from '../../ui/button.js';
import { BackIcon, BranchIcon, MendIcon, MergeIcon, PlusIcon, SnapshotIcon } from '../../ui/icons.js';
import { DiskList, type DiskDeeds } from './disk-list.js';
import {
  layersOfMachine,
  needsMending,
  reasonAgainst,
  reasonAgainstDeed,
  sizesText,
  snapshotsOfMachine,
} from './layer-words.js';
import { SnapshotList } from './snapshot-list.js';
import '../../ui/page.css';
import './disk-tab.css';

/** What the Disks tab takes. */
export interface DiskTabProps {
  vm: VmView;
  layers: HostState['layers'];
  deeds: DiskDeeds & {
    add: () => void;
    snapshot: () => void;
    restore: (snapshotId: string | null) => void;
    branch: (layerId: string) => void;
    merge: (layerId: string) => void;
  };
}

/** The disks of a machine, and the snapshots of what is on them. */
export function DiskTab({ vm, layers, deeds }: DiskTabProps) {
  if (vm.taken)
    return (
      <div className="page narrow">
        <div>
          <h2>Disks</h2>
          <p className="sec">
            {vm.name} was started outside Paddock and keeps its own disks, which its command line names. It
            has no layer of Paddock’s, so there is nothing to merge here.
          </p>
        </div>
      </div>
    );
  const root = rootText(vm.boot.root);
  if (root !== null)
    return (
      <div className="page narrow">
        <div>
          <h2>Disks</h2>
          <p className="sec">
            {vm.name} boots from {root}. It is kept away from everything else on this computer, so that it has
            no disks and no snapshots.
          </p>
        </div>
      </div>
    );
  const own = layersOfMachine(layers, vm.id);
  const first = own[0] ?? null;
  const snapshots = snapshotsOfMachine(layers, vm.id);
  const leftOut = disksInWords(disksLeftOut(vm.disks));
  const none = own.length === 0 ? 'It has no layer.' : null;
  return (
    <div className="page narrow">
      <div className="diskpage">
        <section aria-labelledby="disks-title">
          <div className="row wrap diskbar">
            <h2 id="disks-title">Disks</h2>
            <span className="ter">
              {plural(vm.disks.length, 'disk')}, at most {DISKS_MAX}
            </span>
            <Button
              className="end"
              icon={<PlusIcon />}
              reason={freeUnit(vm.disks) === null ? `${vm.name} has eight disks already.` : null}
              onClick={deeds.add}
            >
              Add disk…
            </Button>
          </div>
          {vm.disks.length > 0 ? (
            <DiskList vm={vm} layers={layers} deeds={deeds} />
          ) : (
            <p className="sec">It has no disk. Without one its kernel finds no root file system.</p>
          )}
          {first && <p className="xs ter diskhint">{sizesText(first)}</p>}
        </section>
        {first && (
          <section aria-labelledby="layer-deeds-title">
            <h2 id="layer-deeds-title" className="sr">
              Its layer
            </h2>
            <div className="row wrap">
              {needsMending(first.state) && (
                <Button icon={<MendIcon />} onClick={() => deeds.mend(first.id)}>
                  Mend…
                </Button>
              )}
              <Button
                icon={<MergeIcon />}
                reason={reasonAgainstDeed('merge', first, vm)}
                onClick={() => deeds.merge(first.id)}
              >
                Merge layer with uml_moo…
              </Button>
              <Button
                icon={<BranchIcon />}
                reason={reasonAgainstDeed('branch', first, vm)}
                onClick={() => deeds.branch(first.id)}
              >
                Branch…
              </Button>
              <span className="xs ter">
                {reasonAgainstDeed('merge', first, vm) ??
                  'A merge makes one disk of base and layer; both stay.'}
              </span>
            </div>
          </section>
        )}
        <section aria-labelledby="snapshots-title">
          <div className="row wrap diskbar">
            <h2 id="snapshots-title">Snapshots</h2>
            {snapshots.length > 0 && <span className="ter">{snapshots.length}</span>}
            <span className="end row wrap">
              <Button
                icon={<BackIcon />}
                reason={none ?? reasonAgainst('restore', vm)}
                onClick={() => deeds.restore(null)}
              >
                Go back…
              </Button>
              <Button
                icon={<SnapshotIcon />}
                reason={none ?? reasonAgainst('snapshot', vm)}
                onClick={deeds.snapshot}
              >
                Snapshot…
              </Button>
            </span>
          </div>
          {snapshots.length > 0 ? (
            <SnapshotList
              vm={vm}
              snapshots={snapshots}
              onRestore={deeds.restore}
              onBranch={deeds.branch}
              onShowLayer={deeds.showLayer}
            />
          ) : (
            <p className="sec">
              None yet. A snapshot keeps what the layers hold now, whether {vm.name} runs or not, and you can
              go back to it any time.
            </p>
          )}
          {own.length > 0 && leftOut !== '' && (
            <p className="xs ter diskhint">No snapshot holds what is no layer: {leftOut}.</p>
          )}
        </section>
      </div>
    </div>
  );
}
