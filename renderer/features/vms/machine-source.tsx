import type { Kernel } from '@shared/kernels/kernel.js';
import { ChoiceRows } from '../../ui/choice-rows.js';
import { Checkbox } from '../../ui/field.js';
import { PathField } from '../../ui/path-field.js';
import type { MachineDraft, MachineSource } from './new-machine-form.js';

/** What the fields take. */
export interface MachineSourceFieldsProps {
  draft: MachineDraft;
  kernel: Kernel | null;
  /** Why nothing can be confined on this computer; null when it can. */
  noNamespaces: string | null;
  /** What is wrong with the folder. */
  fault: string | undefined;
  onSource: (source: MachineSource) => void;
  onChange: (change: Partial<MachineDraft>) => void;
}

/** What a new machine boots from, and the fields of a folder. */
export function MachineSourceFields(props: MachineSourceFieldsProps) {
  const { draft, kernel, noNamespaces, fault, onSource, onChange } = props;
  const reason =
    kernel?.hostfs === false
      ? `Kernel ${kernel.version} has no hostfs. Choose another one below.`
      : noNamespaces && `Its guest could not be kept from your other files: ${noNamespaces}`;
  return (
    <>
      <div className="wide">
        <ChoiceRows
          label="Boots from"
          value={draft.source}
          onChange={onSource}
          choices={[
            {
              value: 'image',
              title: 'An image',
              text: 'It gets a layer of its own. The image under it is never written.',
            },
            {
              value: 'folder',
              title: 'A folder as root',
              text: 'Its guest changes the files in it, and they stay yours.',
              reason,
            },
            {
              value: 'computer',
              title: 'This computer’s own files',
              text: 'A shell in a copy of your system. Nothing here is changed, and nothing is kept.',
              reason,
            },
          ]}
        />
      </div>
      {draft.source === 'folder' && (
        <div className="wide newmachinefolder">
          <PathField
            label="Folder"
            value={draft.folder}
            placeholder="/home/you/debian-root"
            hint="It holds a whole Linux, as mmdebstrap or docker export make it"
            error={draft.folder === '' ? undefined : fault}
            chooses="folder"
            onPath={(folder) => onChange({ folder })}
          />
          <Checkbox
            label="Read-only: its guest can’t change it"
            checked={draft.readOnly}
            onChange={(readOnly) => onChange({ readOnly })}
          />
        </div>
      )}
    </>
  );
}
