import { useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { guestDiskName, type DiskView } from '@shared/layers/disk.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { callHost } from '../../stores/connection-store.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { TextField } from '../../ui/field.js';
import { ErrorNote } from '../../ui/note.js';
import { serialFault } from './disk-add-dialog.js';
import { removalText } from './disk-words.js';
import { FlagFields } from './flag-fields.js';
import './layer-dialogs.css';

/** What both dialogs about one disk take. */
export interface DiskDialogProps {
  vm: VmView;
  disk: DiskView;
  onClose: () => void;
}

/** Changes the flags and the serial number of a disk of a machine that is off. */
export function DiskChangeDialog({ vm, disk, onClose }: DiskDialogProps) {
  const [flags, setFlags] = useState(disk.flags);
  const [serial, setSerial] = useState(disk.serial ?? '');
  const [error, setError] = useState<PaddockError | null>(null);
  const reason = isLive(vm.state) ? 'It is running. Shut it down first.' : serialFault(serial);
  const change = async (): Promise<void> => {
    if (reason !== null) return;
    const outcome = await callHost('disks.change', {
      vmId: vm.id,
      unit: disk.unit,
      flags,
      serial: serial === '' ? null : serial,
    });
    if (outcome.ok) onClose();
    else setError(outcome.error);
  };
  return (
    <Dialog
      title={`Flags of ${guestDiskName(disk.unit)} in ${vm.name}`}
      text={<p>They count from the next start on. What is on the disk stays as it is.</p>}
      onClose={onClose}
      footer={
        <>
          {error && <ErrorNote error={error} />}
          <span className="end row">
            <Button onClick={onClose}>Cancel</Button>
            <Button variant="primary" reason={reason} onClick={() => void change()}>
              Change
            </Button>
          </span>
        </>
      }
    >
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          void change();
        }}
      >
        <FlagFields flags={flags} onChange={setFlags} />
        <TextField
          label="Serial number"
          value={serial}
          hint="What the guest reads in /sys/block; empty: none"
          error={serialFault(serial)}
          onChange={(event) => setSerial(event.target.value)}
        />
        <input type="submit" hidden />
      </form>
    </Dialog>
  );
}

/** Takes a disk from a machine, after saying what becomes of it. */
export function DiskRemoveDialog({ vm, disk, onClose }: DiskDialogProps) {
  const [error, setError] = useState<PaddockError | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const remove = async (): Promise<void> => {
    setIsBusy(true);
    setError(null);
    const outcome = await callHost('disks.remove', { vmId: vm.id, unit: disk.unit });
    setIsBusy(false);
    if (outcome.ok) onClose();
    else setError(outcome.error);
  };
  return (
    <Dialog
      title={`Remove ${guestDiskName(disk.unit)} from ${vm.name}`}
      text={<p>{removalText(disk)}</p>}
      onClose={onClose}
      footer={
        <span className="end row">
          <Button onClick={onClose}>Keep it</Button>
          <Button
            variant="danger"
            reason={isBusy ? 'It is being removed.' : null}
            onClick={() => void remove()}
          >
            Remove
          </Button>
        </span>
      }
    >
      {isLive(vm.state) && (
        <p className="sec">
          {vm.name} runs: the disk is pulled out while it does. The guest has to have it unmounted.
        </p>
      )}
      {disk.unit === 0 && <p className="sec">It is the disk that {vm.name} boots from.</p>}
      {error && <ErrorNote error={error} />}
    </Dialog>
  );
}
