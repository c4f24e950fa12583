import { useRef } from 'react';
import { Button, IconButton } from '../../../ui/button.js';
import { TextField } from '../../../ui/field.js';
import { PathField } from '../../../ui/path-field.js';
import { CloseIcon, PlusIcon } from '../../../ui/icons.js';
import type { DraftFaults } from './draft-faults.js';
import type { FileDraft } from './image-draft.js';

/** What the rows take. */
interface FileRowsProps {
  files: readonly FileDraft[];
  faults: DraftFaults;
  onChange: (files: readonly FileDraft[]) => void;
}

/** Files of this computer that go into an image: from where, whereto, with what permissions. */
export function FileRows({ files, faults, onChange }: FileRowsProps) {
  const rows = useRef<HTMLDivElement>(null);
  const set = (n: number, change: Partial<FileDraft>): void =>
    onChange(files.map((file, other) => (other === n ? { ...file, ...change } : file)));
  return (
    <div className="filerows" ref={rows}>
      {files.map((file, n) => (
        <div key={n} className="filerow" role="group" aria-label={`File ${n + 1}`}>
          <PathField
            label="From here"
            value={file.from}
            placeholder="/home/you/motd"
            error={file.from === '' ? undefined : faults[`files.${n}.from`]?.text}
            onPath={(from) => set(n, { from })}
          />
          <TextField
            label="To, in the image"
            value={file.to}
            placeholder="/etc/motd"
            error={file.to === '' ? undefined : faults[`files.${n}.to`]?.text}
            onChange={(event) => set(n, { to: event.target.value })}
          />
          <TextField
            label="Mode"
            value={file.mode}
            placeholder="as here"
            error={faults[`files.${n}.mode`]?.text}
            onChange={(event) => set(n, { mode: event.target.value })}
          />
          <IconButton
            label={`Leave file ${n + 1} out`}
            icon={<CloseIcon size="s" />}
            onClick={() => {
              onChange(files.filter((_, other) => other !== n));
              rows.current?.querySelector<HTMLButtonElement>('.fileadd')?.focus();
            }}
          />
        </div>
      ))}
      <Button
        className="fileadd"
        icon={<PlusIcon />}
        onClick={() => {
          onChange([...files, { from: '', to: '', mode: '' }]);
          // The row that is about to be there.
          setTimeout(() =>
            rows.current?.querySelector<HTMLInputElement>('.filerow:last-of-type input')?.focus(),
          );
        }}
      >
        Add a file
      </Button>
    </div>
  );
}
