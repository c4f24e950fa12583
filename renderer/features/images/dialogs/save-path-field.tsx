import { bridge } from '../../../lib/bridge.js';
import { Button } from '../../../ui/button.js';
import { TextField } from '../../../ui/field.js';

/** What the field takes. */
interface SavePathFieldProps {
  label: string;
  value: string;
  suggested: string;
  onChange: (value: string) => void;
}

/** Where a new file goes: typed, or chosen in the desktop's own dialog. Nothing is overwritten. */
export function SavePathField({ label, value, suggested, onChange }: SavePathFieldProps) {
  const isBad = value.trim() !== '' && !value.trim().startsWith('/');
  return (
    <div className="savepath">
      <TextField
        label={label}
        value={value}
        placeholder={`/home/you/${suggested}`}
        hint="A file that isn’t there yet; nothing is overwritten."
        error={isBad ? 'The whole path, starting with /.' : undefined}
        onChange={(event) => onChange(event.target.value)}
      />
      <Button
        onClick={() =>
          void bridge.files.askWhereToSave(suggested).then((path) => {
            if (path !== null) onChange(path);
          })
        }
      >
        Choose…
      </Button>
    </div>
  );
}

/** Why a path can't be written to, or null. */
export function reasonAgainstPath(path: string): string | null {
  if (path.trim() === '') return 'Say where to.';
  return path.trim().startsWith('/') ? null : 'The path is not whole.';
}
