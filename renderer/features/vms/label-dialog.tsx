import { useRef, useState } from 'react';
import { groupSchema, tagsSchema } from '@shared/vms/vm-spec.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { nameOrCount } from '../../stores/bulk-store.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { TextField } from '../../ui/field.js';
import { putIntoGroup, setTag } from './label-menus.js';

/** What the dialog takes. */
export interface LabelDialogProps {
  label: 'group' | 'tag';
  vms: readonly VmView[];
  onClose: () => void;
}

const RULE = '1 to 40 characters.';

/** Asks for a new group or tag. Both exist as long as a machine has them. */
export function LabelDialog({ label, vms, onClose }: LabelDialogProps) {
  const [typed, setTyped] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const text = typed.trim();
  const isGood =
    label === 'group' ? groupSchema.safeParse(text).success : tagsSchema.safeParse([text]).success;
  const isFull =
    label === 'tag' && vms.some((vm) => !tagsSchema.safeParse([...new Set([...vm.tags, text])]).success);
  const error = text === '' || isGood ? (isGood && isFull ? 'A machine has at most 16 tags.' : null) : RULE;

  const give = (): void => {
    if (!isGood || error) return;
    if (label === 'group') putIntoGroup(vms, text);
    else setTag(vms, text, true);
    onClose();
  };
  return (
    <Dialog
      title={
        label === 'group' ? `Put ${nameOrCount(vms)} into a new group` : `Give ${nameOrCount(vms)} a new tag`
      }
      initialFocus={field}
      onClose={onClose}
      footer={
        <span className="end row">
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" reason={isGood ? error : 'Type a name first.'} onClick={give}>
            {label === 'group' ? 'Put into group' : 'Tag'}
          </Button>
        </span>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          give();
        }}
      >
        <TextField
          ref={field}
          label={label === 'group' ? 'Group' : 'Tag'}
          hint={label === 'group' ? 'A machine is in one group at most.' : 'A word to find it by.'}
          error={error}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </form>
    </Dialog>
  );
}
