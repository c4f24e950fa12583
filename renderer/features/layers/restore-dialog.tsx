import { useState, type ReactNode } from 'react';
import type { Job } from '@shared/jobs/job.js';
import { disksInWords, disksThatStay } from '@shared/layers/disks-in-words.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { formatBytes, formatMoment } from '../../lib/format.js';
import { callHost } from '../../stores/connection-store.js';
import { useHost } from '../../stores/host-store.js';
import { Button } from '../../ui/button.js';
import { ChoiceRows } from '../../ui/choice-rows.js';
import { Dialog } from '../../ui/dialog.js';
import { Checkbox } from '../../ui/field.js';
import { BackIcon, PlayIcon } from '../../ui/icons.js';
import { JobBody, JobFooter } from './job-parts.js';
import { layersOfMachine, reasonAgainst, snapshotsOfMachine, snapshotTitle } from './layer-words.js';
import { useJob } from './use-job.js';

/** The choice that is no snapshot. */
const PRISTINE = 'pristine';

/** What the dialog takes. */
export interface RestoreDialogProps {
  vm: VmView;
  /** Chosen already; null: nothing is. */
  snapshotId: string | null;
  progress: (job: Job) => ReactNode;
  onClose: () => void;
  onStart: () => void;
}

/** Brings a machine back to a snapshot or to its pristine bases; what it has now is kept, unless somebody says no. */
export function RestoreDialog({ vm, snapshotId, progress, onClose, onStart }: RestoreDialogProps) {
  const layers = useHost((state) => state.layers);
  const snapshots = snapshotsOfMachine(layers, vm.id);
  const [chosen, setChosen] = useState<string | null>(snapshotId ?? snapshots[0]?.id ?? PRISTINE);
  const [keep, setKeep] = useState(true);
  const followed = useJob();
  const isDone = followed.job?.state === 'succeeded';
  const target = snapshots.find(({ id }) => id === chosen);
  const units = chosen === PRISTINE ? null : (target?.layers.map(({ unit }) => unit) ?? []);
  const staying = disksInWords(disksThatStay(vm.disks, units));
  const now = layersOfMachine(layers, vm.id).reduce((sum, layer) => sum + layer.changedBytes, 0);
  const reason = followed.isStarted
    ? null
    : (reasonAgainst('restore', vm) ??
      (chosen !== PRISTINE && !target ? 'Choose where to go back to.' : null));
  const go = (): void =>
    followed.start(() =>
      callHost('layers.restore', { vmId: vm.id, snapshotId: chosen === PRISTINE ? null : chosen, keep }),
    );
  return (
    <Dialog
      title={isDone ? `${vm.name} is back` : `Go back with ${vm.name}`}
      text={
        <p>
          {isDone
            ? `Its disks hold what they held ${chosen === PRISTINE ? 'before anything was changed' : `at “${target ? snapshotTitle(target) : 'the snapshot'}”`}.`
            : 'Its disks get what they held then. The snapshot itself stays, so that you can go back to it again.'}
          {staying !== '' && ` As they are now stay: ${staying}.`}
        </p>
      }
      onClose={onClose}
      footer={
        <JobFooter
          followed={followed}
          verb="Go back"
          icon={<BackIcon />}
          reason={reason}
          onStart={go}
          onClose={onClose}
          cancelLabel="Stay as it is"
          cancelText="Cancel leaves the machine as it was."
          before={
            <Checkbox label="What it has now is kept as a snapshot" checked={keep} onChange={setKeep} />
          }
          after={
            <Button variant="primary" icon={<PlayIcon />} onClick={onStart}>
              Start {vm.name}
            </Button>
          }
        />
      }
    >
      {!followed.isStarted && (
        <div className="fields">
          <ChoiceRows
            label="Back to"
            value={chosen}
            choices={[
              ...snapshots.map((snapshot) => ({
                value: snapshot.id,
                title: snapshotTitle(snapshot),
                text: `${formatMoment(snapshot.createdAt)}, ${formatBytes(snapshot.changedBytes)} changed`,
              })),
              {
                value: PRISTINE,
                title: 'The pristine base',
                text: 'A new, empty layer: as if nothing had ever been changed.',
              },
            ]}
            onChange={setChosen}
          />
          <p className="xs sec">
            {keep
              ? `The ${formatBytes(now)} changed since are kept as a snapshot.`
              : `The ${formatBytes(now)} changed since go to the trash.`}
          </p>
        </div>
      )}
      <JobBody followed={followed} progress={progress} />
    </Dialog>
  );
}
