import { useId, type ComponentProps, type ReactNode } from 'react';
import { classNames } from './class-names.js';
import './field.css';

/** What a field of several lines takes besides what its <textarea> takes. */
export interface TextAreaProps extends ComponentProps<'textarea'> {
  label: ReactNode;
  hint?: ReactNode;
}

/** Several lines of text, with the label above. */
export function TextArea({ label, hint, className, ...area }: TextAreaProps) {
  const id = useId();
  return (
    <div className={classNames('field', className)}>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className="input area"
        rows={2}
        spellCheck={false}
        aria-describedby={hint ? `${id}-says` : undefined}
        {...area}
      />
      {hint && (
        <span className="hint" id={`${id}-says`}>
          {hint}
        </span>
      )}
    </div>
  );
}
