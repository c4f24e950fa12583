import { useEffect, useRef, useState, type ReactNode } from 'react';
import { tabConsoles } from '@shared/consoles/channel.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { Job } from '@shared/jobs/job.js';
import { layerNameSchema, type Layer } from '@shared/layers/layer.js';
import { freeVmName, isVmName, nearestVmName } from '@shared/vms/vm-name.js';
import { MEMORY_DEFAULT_MIB } from '@shared/vms/vm-spec.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { formatBytes } from '../../lib/format.js';
import { callHost } from '../../stores/connection-store.js';
import { useHost } from '../../stores/host-store.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Checkbox, TextField } from '../../ui/field.js';
import { BranchIcon } from '../../ui/icons.js';
import { ErrorNote } from '../../ui/note.js';
import { TextArea } from '../../ui/text-area.js';
import { JobBody, JobFooter } from './job-parts.js';
import { NOTE_MAX } from './layer-texts.js';
import { layerTitle, reasonAgainstDeed } from './layer-words.js';
import { useJob } from './use-job.js';

/** What the dialog takes. */
export interface BranchDialogProps {
  layer: Layer;
  vms: Readonly<Record<string, VmView>>;
  progress: (job: Job) => ReactNode;
  onClose: () => void;
  /** Shows the branch in the tree. */
  onShow: (layerId: string) => void;
  /** A machine was made on it. */
  onMade: (vmId: string) => void;
}

/** Copies a layer into a free one on the same base, and makes a machine on that when asked to. */
export function BranchDialog({ layer, vms, progress, onClose, onShow, onMade }: BranchDialogProps) {
  const taken = new Set(Object.values(vms).map((vm) => vm.name));
  const [name, setName] = useState(`branch of ${layerTitle(layer)}`.slice(0, 80));
  const [note, setNote] = useState('');
  const [withMachine, setWithMachine] = useState(false);
  const [vmName, setVmName] = useState(() =>
    freeVmName(nearestVmName(layer.vmName ?? layer.name) || 'machine', taken),
  );
  const [machineError, setMachineError] = useState<PaddockError | null>(null);
  const asked = useRef<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const followed = useJob();
  const { job } = followed;
  const branch = useHost((state) => (job?.result == null ? undefined : state.layers[job.result]));
  const owner = layer.role === 'machine' && layer.vmId !== null ? vms[layer.vmId] : undefined;
  const isDone = job?.state === 'succeeded';
  const nameFault = layerNameSchema.safeParse(name).success ? null : '1 to 80 characters, on one line.';
  const vmFault = !withMachine
    ? null
    : !isVmName(vmName)
      ? 'Only a to z, 0 to 9 and -, at most 40, not starting with -.'
      : taken.has(vmName)
        ? `There is a machine called ${vmName} already.`
        : null;
  const reason = followed.isStarted
    ? null
    : (reasonAgainstDeed('branch', layer, owner) ?? nameFault ?? vmFault);

  const makeMachine = async (layerId: string): Promise<void> => {
    setMachineError(null);
    const origin = layer.vmId === null ? undefined : vms[layer.vmId];
    const outcome = await callHost('vms.create', {
      name: vmName,
      image: '',
      layerId,
      memoryMiB: origin?.memoryMiB ?? MEMORY_DEFAULT_MIB,
      kernelPath: origin?.kernelPath ?? null,
      consoles: origin && origin.consoles.length > 0 ? origin.consoles : tabConsoles(2),
      start: false,
    });
    if (outcome.ok) onMade(outcome.value.id);
    else setMachineError(outcome.error);
  };
  useEffect(() => {
    const result = job?.state === 'succeeded' ? job.result : null;
    // Once for each branch: an answer makes this look again.
    if (!withMachine || result === null || asked.current === result) return;
    asked.current = result;
    void makeMachine(result);
    // oxlint-disable-next-line react/exhaustive-effect-dependencies, react-hooks/exhaustive-deps -- the job's end is the only moment
  }, [job?.state, job?.result]);

  const start = (): void => {
    if (reason === null)
      followed.start(() =>
        callHost('layers.branch', { layerId: layer.id, name: name.trim(), note: note.trim() }),
      );
  };
  return (
    <Dialog
      title={isDone ? `Branched into ${name}` : `Branch ${layerTitle(layer)}`}
      text={
        <p>
          Copies the layer as it is now, {formatBytes(layer.onDiskBytes)} on disk, onto the same base. The two
          go their own ways from then on.
          {owner?.state === 'running' &&
            ` ${owner.name} writes out what it holds in memory, then stands still for a moment while it is copied.`}
        </p>
      }
      initialFocus={field}
      onClose={onClose}
      footer={
        <JobFooter
          followed={followed}
          verb={withMachine ? 'Branch and make' : 'Branch'}
          icon={<BranchIcon />}
          reason={reason}
          onStart={start}
          onClose={onClose}
          cancelLabel="Cancel branch"
          cancelText="Cancel removes the unfinished copy and nothing else."
          after={<Button onClick={() => job?.result && onShow(job.result)}>Show it in Layers</Button>}
        />
      }
    >
      {!followed.isStarted && (
        <form
          className="fields"
          onSubmit={(event) => {
            event.preventDefault();
            start();
          }}
        >
          <TextField
            ref={field}
            label="Name of the branch"
            value={name}
            error={nameFault}
            onFocus={(event) => event.target.select()}
            onChange={(event) => {
              followed.clearError();
              setName(event.target.value);
            }}
          />
          <TextArea
            label="Note"
            maxLength={NOTE_MAX}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
          <Checkbox label="Make a machine on it" checked={withMachine} onChange={setWithMachine} />
          {withMachine && (
            <TextField
              label="Name of the machine"
              value={vmName}
              error={vmFault}
              hint={
                layer.vmName === null
                  ? 'It becomes the machine’s own layer.'
                  : `Kernel, memory and consoles as ${layer.vmName} has them.`
              }
              onChange={(event) => setVmName(event.target.value)}
            />
          )}
          <input type="submit" hidden />
        </form>
      )}
      <JobBody followed={followed} progress={progress} />
      {isDone && !withMachine && branch && (
        <p className="sec" role="status">
          {formatBytes(branch.changedBytes)} changed, {formatBytes(branch.onDiskBytes)} on disk. No machine
          has it yet: a new machine or a disk can be made of it.
        </p>
      )}
      {machineError && (
        <ErrorNote error={machineError}>
          <div className="lmend">
            <Button onClick={() => job?.result && void makeMachine(job.result)}>Try again</Button>
          </div>
        </ErrorNote>
      )}
    </Dialog>
  );
}
