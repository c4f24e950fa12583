import { useId, useState } from 'react';
import { TextField } from '../../ui/field.js';
import { LinkButton } from '../../ui/link-button.js';

/** What the field takes. */
interface PasswordFieldProps {
  label: string;
  value: string;
  /** Why it can't be typed yet. */
  reason?: string | null;
  onChange: (value: string) => void;
}

/** A password as it is typed, dots unless it is asked to be seen. */
export function PasswordField({ label, value, reason = null, onChange }: PasswordFieldProps) {
  const [isSeen, setIsSeen] = useState(false);
  const id = useId();
  return (
    <TextField
      label={label}
      type={isSeen ? 'text' : 'password'}
      // A browser must neither offer nor keep it.
      name={id}
      autoComplete="new-password"
      value={value}
      readOnly={reason !== null}
      maxLength={200}
      hint={
        reason ?? (
          <LinkButton onClick={() => setIsSeen(!isSeen)} aria-pressed={isSeen}>
            {isSeen ? 'Hide it' : 'Show it'}
          </LinkButton>
        )
      }
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
