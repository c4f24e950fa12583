import { useId, type ReactNode } from 'react';
import { classNames } from './class-names.js';
import './field.css';
import './choice-rows.css';

/** A choice with consequences. */
export interface ChoiceRow<T extends string> {
  value: T;
  title: ReactNode;
  /** One sentence: what it means. */
  text?: ReactNode;
  /** What it asks for, at the right. */
  aside?: ReactNode;
  /** Why it can't be chosen now; stands in place of the text. */
  reason?: string | null | undefined;
}

/** What a choice of one as full-width rows takes. */
export interface ChoiceRowsProps<T extends string> {
  label: string;
  value: T | null;
  choices: readonly ChoiceRow<T>[];
  onChange: (value: T) => void;
}

/** A choice of one whose consequences have to be read. What can't be chosen stays, with its reason. */
export function ChoiceRows<T extends string>({ label, value, choices, onChange }: ChoiceRowsProps<T>) {
  const id = useId();
  return (
    <fieldset className="choicerows">
      <legend className="lab">{label}</legend>
      {choices.map((choice, n) => {
        const says = choice.reason ?? choice.text;
        const rowId = `${id}-${n}`;
        return (
          <label
            key={choice.value}
            className={classNames('opt', choice.value === value && 'on', choice.reason ? 'off' : null)}
          >
            <input
              type="radio"
              name={id}
              value={choice.value}
              checked={choice.value === value}
              disabled={Boolean(choice.reason)}
              aria-labelledby={`${rowId}-title`}
              aria-describedby={says ? `${rowId}-says` : undefined}
              onChange={() => onChange(choice.value)}
            />
            <span className={classNames('radio', choice.value === value && 'on')} aria-hidden="true" />
            <span className="col">
              <span className="ttl" id={`${rowId}-title`}>
                {choice.title}
              </span>
              {says && (
                <span className="txt" id={`${rowId}-says`}>
                  {says}
                </span>
              )}
            </span>
            {choice.aside && <span className="xs ter nowrap hide-s">{choice.aside}</span>}
          </label>
        );
      })}
    </fieldset>
  );
}
