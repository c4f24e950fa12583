import { useRef, useState, type ReactNode } from 'react';
import type { Job } from '@shared/jobs/job.js';
import { disksInWords, disksLeftOut } from '@shared/layers/disks-in-words.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { formatBytes, formatDuration, plural } from '../../lib/format.js';
import { callHost } from '../../stores/connection-store.js';
import { useHost } from '../../stores/host-store.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { SnapshotIcon } from '../../ui/icons.js';
import { TextArea } from '../../ui/text-area.js';
import { JobBody, JobFooter } from './job-parts.js';
import { NOTE_MAX } from './layer-texts.js';
import { layersOfMachine, reasonAgainst, snapshotsOfMachine } from './layer-words.js';
import { useJob } from './use-job.js';

/** What the dialog takes. */
export interface SnapshotDialogProps {
  vm: VmView;
  progress: (job: Job) => ReactNode;
  onClose: () => void;
  /** Shows the snapshots of the machine. */
  onShow: () => void;
}

/** Keeps what a machine's layers hold now, with a note; one that runs is held still for it. */
export function SnapshotDialog({ vm, progress, onClose, onShow }: SnapshotDialogProps) {
  const [note, setNote] = useState('');
  const [wasLive] = useState(isLive(vm.state));
  const area = useRef<HTMLTextAreaElement>(null);
  const followed = useJob();
  const layers = useHost((state) => state.layers);
  const own = layersOfMachine(layers, vm.id);
  const leftOut = disksInWords(disksLeftOut(vm.disks));
  const isDone = followed.job?.state === 'succeeded';
  const made = isDone
    ? snapshotsOfMachine(layers, vm.id).find(({ id }) => id === followed.job?.result)
    : undefined;
  const reason = followed.isStarted
    ? null
    : (reasonAgainst('snapshot', vm) ?? (own.length === 0 ? 'It has no layer that could be copied.' : null));
  const take = (): void => {
    if (reason === null)
      followed.start(() => callHost('layers.snapshot', { vmId: vm.id, note: note.trim() }));
  };
  return (
    <Dialog
      title={isDone ? `Snapshot of ${vm.name} taken` : `Take a snapshot of ${vm.name}`}
      text={
        <p>
          {isDone
            ? `It holds what ${leftOut === '' ? 'the disks' : 'its layers'} held at that moment. You can go back to it whenever the machine is off.`
            : whatHappens(
                vm,
                own.length,
                own.reduce((sum, layer) => sum + layer.onDiskBytes, 0),
              )}
          {leftOut !== '' && ` Not in it, because a snapshot holds layers only: ${leftOut}.`}
        </p>
      }
      initialFocus={area}
      onClose={onClose}
      footer={
        <JobFooter
          followed={followed}
          verb="Take snapshot"
          icon={<SnapshotIcon />}
          reason={reason}
          onStart={take}
          onClose={onClose}
          cancelLabel="Cancel snapshot"
          cancelText="Cancel removes the unfinished copy. The machine goes on."
          after={<Button onClick={onShow}>Show snapshots</Button>}
        />
      }
    >
      {!followed.isStarted && (
        <div className="fields">
          <TextArea
            ref={area}
            label="Note"
            hint="The first line is what the snapshot is called."
            placeholder="Before the upgrade"
            rows={3}
            maxLength={NOTE_MAX}
            value={note}
            onChange={(event) => {
              followed.clearError();
              setNote(event.target.value);
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && event.ctrlKey) take();
            }}
          />
        </div>
      )}
      <JobBody followed={followed} progress={progress} />
      {made && (
        <p className="sec" role="status">
          {wasLive && made.pausedMs !== null
            ? `${vm.name} stood still for ${formatDuration(made.pausedMs)} and goes on. `
            : ''}
          {formatBytes(made.changedBytes)} changed, {formatBytes(made.onDiskBytes)} on disk.
        </p>
      )}
    </Dialog>
  );
}

function whatHappens(vm: VmView, count: number, bytes: number): string {
  const what =
    count > 1
      ? `${plural(count, 'layer')}, ${formatBytes(bytes)} on disk,`
      : `layer, ${formatBytes(bytes)} on disk,`;
  if (vm.state === 'paused') return `Its ${what} is copied while it is paused. It stays paused.`;
  return isLive(vm.state)
    ? `The guest writes out what it holds in memory, then stands still for a moment while its ${what} is copied, and goes on. Only its disks are kept, not its memory.`
    : `Its ${what} is copied. The machine and its base stay as they are.`;
}
