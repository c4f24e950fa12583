import { bridge } from '../../../lib/bridge.js';
import { PathField } from '../../../ui/path-field.js';

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
    <PathField
      label={label}
      value={value}
      placeholder={`/home/you/${suggested}`}
      hint="A file that isn’t there yet; nothing is overwritten."
      error={isBad ? 'The whole path, starting with /.' : undefined}
      choose={() => bridge.files.askWhereToSave(suggested)}
      onPath={onChange}
    />
  );
}

/** Why a path can't be written to, or null. */
export function reasonAgainstPath(path: string): string | null {
  if (path.trim() === '') return 'Say where to.';
  return path.trim().startsWith('/') ? null : 'The path is not whole.';
}
