import { useState } from 'react';
import { TextField } from '../../ui/field.js';

/** What a setting that is typed takes. */
export interface TextSettingProps {
  label: string;
  value: string;
  placeholder?: string;
  unit?: string;
  inputMode?: 'numeric';
  /** What is wrong with what was typed, where that can be known here. */
  fault?: (typed: string) => string | null;
  warning?: (typed: string) => string | null;
  /** True when it was taken. */
  onSave: (typed: string) => Promise<boolean>;
  onType: () => void;
}

/** A line of text that is saved when the keyboard leaves it, or by Enter; Escape takes back what was typed. */
export function TextSetting({ value, fault, warning, onSave, onType, ...field }: TextSettingProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const error = typed === null ? null : (fault?.(typed) ?? null);
  const save = async (): Promise<void> => {
    if (typed === null || error !== null) return;
    if (typed.trim() === value || (await onSave(typed.trim()))) setTyped(null);
  };
  return (
    <TextField
      {...field}
      value={typed ?? value}
      error={error}
      warning={warning?.(typed ?? value)}
      onChange={(event) => {
        setTyped(event.target.value);
        onType();
      }}
      onBlur={() => void save()}
      onKeyDown={(event) => {
        if (event.key === 'Enter') void save();
        if (event.key === 'Escape' && typed !== null) {
          setTyped(null);
          onType();
        }
      }}
    />
  );
}
