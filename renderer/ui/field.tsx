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
}

/** A line of text with its label above and its hint, or what is wrong, below. */
export function TextField({ label, hint, error, warning, unit, className, ...input }: TextFieldProps) {
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

/** A choice that is on or off. */
export function Checkbox({ label, checked, onChange }: CheckboxProps) {
  return (
    <label className="row">
      <BaseCheckbox.Root
        className={classNames('check', checked && 'on')}
        checked={checked}
        onCheckedChange={onChange}
      >
        <CheckIcon />
      </BaseCheckbox.Root>
      {label}
    </label>
  );
}

/** What a checkbox takes. */
export interface CheckboxProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}
