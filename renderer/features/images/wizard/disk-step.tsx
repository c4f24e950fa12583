import { LEAST_MIB } from '@shared/images/least-size.js';
import { ChoiceRows } from '../../../ui/choice-rows.js';
import { TextField } from '../../../ui/field.js';
import { Note } from '../../../ui/note.js';
import type { DraftFaults } from './draft-faults.js';
import { editDraft, useWizard } from './wizard-store.js';

/** The file system and the size of the image. */
export function DiskStep({ faults }: { faults: DraftFaults }) {
  const draft = useWizard((wizard) => wizard.draft);
  if (draft.kind === 'disk')
    return (
      <Note>
        The image gets the size, the partitions and the file systems of the disk, and can grow afterwards.
      </Note>
    );
  return (
    <div className="wizfields">
      <ChoiceRows
        label="File system"
        value={draft.filesystem}
        choices={[
          {
            value: 'ext4',
            title: 'ext4',
            text: 'Every kernel has it, and single files can be changed without booting.',
            aside: 'best known',
          },
          {
            value: 'xfs',
            title: 'xfs',
            text: 'For large files and many writers. Can grow, never shrink.',
            aside: `at least ${LEAST_MIB.xfs} MB`,
          },
          {
            value: 'btrfs',
            title: 'btrfs',
            text: 'Checksums and snapshots within the guest.',
            aside: `at least ${LEAST_MIB.btrfs} MB`,
          },
        ]}
        onChange={(filesystem) => editDraft({ filesystem })}
      />
      <div className="wizgrid three">
        <TextField
          label="Size"
          value={draft.size}
          unit="MB"
          inputMode="numeric"
          placeholder="as large as it needs"
          hint="Empty: what is in it, and room to work"
          error={faults['size']?.text}
          onChange={(event) => editDraft({ size: event.target.value })}
        />
        <TextField
          label="Label"
          value={draft.label}
          placeholder="none"
          hint="For LABEL= in a guest’s fstab"
          error={faults['label']?.text}
          onChange={(event) => editDraft({ label: event.target.value })}
        />
      </div>
      <Note>
        Written in blocks of 4 KB, always. Layers keep changes by the block: with smaller ones the kernel
        would read wrong data through them.
      </Note>
    </div>
  );
}
