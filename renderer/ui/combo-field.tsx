import { useId, type ReactNode } from 'react';
import { Autocomplete as Base } from '@base-ui/react/autocomplete';
import { classNames } from './class-names.js';
import { ChevronDownIcon } from './icons.js';
import type { Choice } from './select-field.js';
import './field.css';
import './select-field.css';

/** A value that can be chosen, or that stands there with the reason why not. */
export interface Suggestion extends Choice {
  isOff?: boolean;
}

/** What a field with suggestions takes. */
export interface ComboFieldProps {
  label: string;
  value: string;
  choices: readonly Suggestion[];
  placeholder?: string | undefined;
  hint?: ReactNode;
  /** What is wrong with the value; takes the place of the hint. */
  error?: string | null | undefined;
  onChange: (value: string) => void;
  /** The keyboard left it, Enter was pressed, or a suggestion was chosen. */
  onSettled?: (value: string) => void;
}

/** A line of text with suggestions: one of them can be chosen, anything can be typed. */
export function ComboField(props: ComboFieldProps) {
  const { label, value, choices, placeholder, hint, error, onChange, onSettled } = props;
  const id = useId();
  const wanted = value.trim().toLowerCase();
  // A whole choice means that one was made: then all are of interest again.
  const isChosen = choices.some((choice) => choice.value === value);
  const shown = isChosen
    ? choices
    : choices.filter(({ title, text }) => `${title} ${text ?? ''}`.toLowerCase().includes(wanted));
  return (
    <Base.Root
      items={shown}
      mode="none"
      itemToStringValue={(choice) => choice.value}
      value={value}
      onValueChange={(next, { reason }) => {
        onChange(next);
        if (reason === 'item-press') onSettled?.(next);
      }}
      openOnInputClick
    >
      <div className="field">
        <label htmlFor={id}>{label}</label>
        <Base.InputGroup className={classNames('input', error ? 'bad' : null)}>
          <Base.Input
            id={id}
            placeholder={placeholder}
            spellCheck={false}
            onBlur={() => onSettled?.(value)}
            onKeyDown={(event) => {
              // With a suggestion under the keys, Enter chooses that one.
              const isChoosing = event.currentTarget.hasAttribute('aria-activedescendant');
              if (event.key === 'Enter' && !isChoosing) onSettled?.(value);
            }}
            aria-invalid={error ? true : undefined}
            aria-describedby={`${id}-says`}
          />
          <Base.Trigger className="combotrigger" aria-label={`Suggestions for ${label}`} tabIndex={-1}>
            <ChevronDownIcon size="s" />
          </Base.Trigger>
        </Base.InputGroup>
        <span id={`${id}-says`} className={error ? 'hint err' : 'hint'} role={error ? 'alert' : undefined}>
          {error ?? hint}
        </span>
      </div>
      <Base.Portal>
        <Base.Positioner className="floating" sideOffset={4} collisionPadding={8}>
          <Base.Popup className="menu selectlist combolist">
            <Base.List>
              {(choice: Suggestion) => (
                <Base.Item
                  key={choice.value}
                  value={choice}
                  disabled={choice.isOff ?? false}
                  className="menuitem combo in"
                >
                  <span className="med mono">{choice.title}</span>
                  <span className="sec xs">{choice.text}</span>
                </Base.Item>
              )}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
