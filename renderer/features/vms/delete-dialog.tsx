import { useRef, useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { vmActionAllowance } from '@shared/vms/vm-actions.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { callHost } from '../../stores/connection-store.js';
import { useHost } from '../../stores/host-store.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { TextField } from '../../ui/field.js';
import { ErrorNote } from '../../ui/note.js';
import { whatGoes } from './what-goes.js';

/** What the dialog takes. */
export interface DeleteDialogProps {
  vm: VmView;
  onClose: () => void;
  /** It is gone. */
  onDeleted: () => void;
}

/** Asks for the name before a machine, its layers, its own disks and its logs go. */
export function DeleteDialog({ vm, onClose, onDeleted }: DeleteDialogProps) {
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<PaddockError | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const allowance = vmActionAllowance('delete', vm.state);
  const reason = !allowance.allowed
    ? allowance.reason
    : typed !== vm.name
      ? `Type ${vm.name} first.`
      : isBusy
        ? 'It is being deleted.'
        : null;

  const remove = async (): Promise<void> => {
    if (reason) return;
    setIsBusy(true);
    setError(null);
    const outcome = await callHost('vms.delete', { id: vm.id });
    setIsBusy(false);
    if (outcome.ok) onDeleted();
    else setError(outcome.error);
  };

  return (
    <Dialog
      title={`Delete ${vm.name}?`}
      text={<WhatGoes vm={vm} />}
      initialFocus={field}
      onClose={onClose}
      footer={
        <>
          {error && <ErrorNote error={error} />}
          <span className="end row">
            <Button onClick={onClose}>Keep it</Button>
            <Button variant="danger" reason={reason} onClick={() => void remove()}>
              Delete
            </Button>
          </span>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void remove();
        }}
      >
        <TextField
          ref={field}
          label={
            <>
              Type <code className="hl">{vm.name}</code> to go on
            </>
          }
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </form>
    </Dialog>
  );
}

function WhatGoes({ vm }: { vm: VmView }) {
  const layers = useHost((state) => state.layers);
  return <p>{whatGoes(vm, layers)}</p>;
}
