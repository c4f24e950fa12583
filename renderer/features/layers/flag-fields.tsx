import type { DiskFlags } from '@shared/layers/disk.js';
import { Checkbox } from '../../ui/field.js';
import { flagWords } from './disk-words.js';

/** The flags of a disk, each with its sentence and the letter that UML is given. */
export function FlagFields({ flags, onChange }: { flags: DiskFlags; onChange: (flags: DiskFlags) => void }) {
  return (
    <div className="flagfields" role="group" aria-label="Flags">
      {flagWords.map(({ flag, letter, title, text }) => (
        <Checkbox
          key={flag}
          label={title}
          text={text}
          aside={<code className="ter xs">{letter}</code>}
          checked={flags[flag]}
          onChange={(isOn) => onChange({ ...flags, [flag]: isOn })}
        />
      ))}
    </div>
  );
}
