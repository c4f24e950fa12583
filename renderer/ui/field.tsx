import { useId, type ComponentProps, type ReactNode } from 'react';
import { Checkbox as BaseCheckbox } from '@base-ui/react/checkbox';
import { classNames } from './class-names.js';
import { CheckIcon } from './icons.js';
import './field.css';

/** What a field takes besides what its <input> takes. */
export interface TextFieldProps extends ComponentProps<'input'> {
  label: ReactNode;
  hint?: ReactNode;
  /** What is wrong with the value; takes the place of the hint. */
  error?: ReactNode;
  /** Worth knowing, but no reason to stop; takes the place of the hint. */
  warning?: ReactNode;
  unit?: string | undefined;
  /** A small button at the end of the line. */
  aside?: ReactNode;
}

/** A line of text with its label above and its hint, or what is wrong, below. */
export function TextField({ label, hint, error, warning, unit, aside, className, ...input }: TextFieldProps) {
  const id = useId();
  const says = error || warning || hint;
  return (
    <div className={classNames('field', className)}>
      <label htmlFor={id}>{label}</label>
      <span className={classNames('input', error ? 'bad' : null)}>
        <input
          id={id}
          type="text"
          autoComplete="off"
          spellCheck={false}
          aria-invalid={error ? true : undefined}
          aria-describedby={says ? `${id}-says` : undefined}
          {...input}
        />
        {unit && <span className="unit">{unit}</span>}
        {aside}
      </span>
      <span
        id={`${id}-says`}
        className={classNames('hint', error ? 'err' : warning ? 'warn' : null)}
        role={error ? 'alert' : undefined}
      >
        {says}
      </span>
    </div>
  );
}

/** A choice that is on or off; `text` says what it means. */
export function Checkbox({ label, text, aside, checked, onChange }: CheckboxProps) {
  const id = useId();
  const box = (
    <BaseCheckbox.Root
      className={classNames('check', checked && 'on')}
      checked={checked}
      onCheckedChange={onChange}
      {...(text ? { 'aria-labelledby': `${id}-label`, 'aria-describedby': `${id}-says` } : {})}
    >
      <CheckIcon />
    </BaseCheckbox.Root>
  );
  if (!text)
    return (
      <label className="row">
        {box}
        {label}
      </label>
    );
  return (
    <label className="checkrow">
      {box}
      <span className="col">
        <span id={`${id}-label`}>{label}</span>
        <span className="hint" id={`${id}-says`}>
          {text}
        </span>
      </span>
      {aside}
    </label>
  );
}

/** A checkbox in a table, whose row and column say what it is for; `label` says it to who can't see them. */
export function CellCheckbox({
  label,
  checked,
  onChange,
}: Pick<CheckboxProps, 'label' | 'checked' | 'onChange'>) {
  return (
    <BaseCheckbox.Root
      className={classNames('check', checked && 'on')}
      aria-label={label}
      checked={checked}
      onCheckedChange={onChange}
    >
      <CheckIcon />
    </BaseCheckbox.Root>
  );
}

/** What a checkbox takes. */
export interface CheckboxProps {
  label: string;
  /** One sentence below. */
  text?: string;
  /** At the right, only beside a text. */
  aside?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
}
