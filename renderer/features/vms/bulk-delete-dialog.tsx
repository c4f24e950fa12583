import { useRef, useState } from 'react';
import { bulkPlan } from '@shared/vms/bulk.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { formatBytes, plural } from '../../lib/format.js';
import { doDeed } from '../../stores/bulk-store.js';
import { useHost } from '../../stores/host-store.js';
import { setPicking } from '../../stores/list-store.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { TextField } from '../../ui/field.js';
import { bytesOf } from './what-goes.js';

/** What the dialog takes. */
export interface BulkDeleteDialogProps {
  vms: readonly VmView[];
  onClose: () => void;
}

/** Asks for the number of machines before they, their layers and their logs go. */
export function BulkDeleteDialog({ vms, onClose }: BulkDeleteDialogProps) {
  const [typed, setTyped] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const layers = useHost((state) => state.layers);
  const { able, reason: noneReason } = bulkPlan('delete', vms);
  const staying = vms.filter((vm) => !able.includes(vm));
  const count = String(able.length);
  const reason = noneReason ?? (typed.trim() === count ? null : `Type ${count} first.`);
  const bytes = able.reduce((sum, vm) => sum + bytesOf(vm, layers), 0);
  const hasOwn = able.some((vm) => vm.disks.some(({ kind }) => kind === 'own'));

  const remove = (): void => {
    if (reason) return;
    onClose();
    setPicking(false);
    doDeed('delete', able);
  };
  return (
    <Dialog
      title={`Delete ${plural(able.length, 'machine')}?`}
      text={
        <p>
          Their layers and console logs, {formatBytes(bytes)} on disk,{' '}
          {hasOwn && 'and the disks of their own '}are removed for good. The base images stay as they are.
        </p>
      }
      initialFocus={field}
      onClose={onClose}
      footer={
        <span className="end row">
          <Button onClick={onClose}>Keep them</Button>
          <Button variant="danger" reason={reason} onClick={remove}>
            Delete {count}
          </Button>
        </span>
      }
    >
      <ul className="bulkdelete" aria-label="Machines to delete">
        {able.map((vm) => (
          <li key={vm.id}>
            <span className="ell">{vm.name}</span>
            <span className="end ter xs num">{formatBytes(vm.layer?.changedBytes ?? 0)} changed</span>
          </li>
        ))}
      </ul>
      {staying.length > 0 && (
        <p className="sec bulkstaying">
          {staying.length === 1
            ? `${staying[0]?.name ?? ''} is not off and stays.`
            : `${staying.length} are not off and stay.`}
        </p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          remove();
        }}
      >
        <TextField
          ref={field}
          inputMode="numeric"
          label={
            <>
              Type how many they are, <code className="hl">{count}</code>, to go on
            </>
          }
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </form>
    </Dialog>
  );
}
