import { Select as Base } from '@base-ui/react/select';
import { CheckIcon, ChevronDownIcon } from './icons.js';
import './field.css';
import './select-field.css';

/** One value to choose. */
export interface Choice {
  value: string;
  title: string;
  /** What is worth knowing about it, in grey. */
  text?: string | undefined;
  /** Why it can't be chosen now; stands in place of the text. */
  reason?: string | null | undefined;
}

/** What a choice of one takes. */
export interface SelectFieldProps {
  label: string;
  value: string;
  choices: readonly Choice[];
  onChange: (value: string) => void;
  hint?: string | undefined;
  /** Why nothing can be chosen now. */
  reason?: string | null | undefined;
}

/** A choice of one among a few, with its label above. */
export function SelectField({ label, value, choices, onChange, hint, reason }: SelectFieldProps) {
  const chosen = choices.find((choice) => choice.value === value);
  return (
    <Base.Root
      value={value}
      disabled={Boolean(reason)}
      onValueChange={(next) => next !== null && onChange(next)}
    >
      <div className="field">
        <Base.Label className="lab">{label}</Base.Label>
        <Base.Trigger className="input select">
          <Base.Value className="ell grow">
            {() => (
              <>
                {chosen?.title ?? value} <span className="ter xs">{chosen?.text}</span>
              </>
            )}
          </Base.Value>
          <Base.Icon className="selecticon">
            <ChevronDownIcon size="s" />
          </Base.Icon>
        </Base.Trigger>
        {(reason ?? hint) && <span className="hint">{reason ?? hint}</span>}
      </div>
      <Base.Portal>
        <Base.Positioner
          className="floating"
          sideOffset={4}
          alignItemWithTrigger={false}
          collisionPadding={8}
        >
          <Base.Popup className="menu selectlist">
            {choices.map((choice) => (
              <Base.Item
                key={choice.value}
                value={choice.value}
                label={choice.title}
                disabled={Boolean(choice.reason)}
                className="menuitem in"
              >
                <Base.ItemIndicator className="selecttick" keepMounted>
                  <CheckIcon size="s" />
                </Base.ItemIndicator>
                <span className="ell">
                  <Base.ItemText>{choice.title}</Base.ItemText>{' '}
                  <span className="ter xs">{choice.reason ?? choice.text}</span>
                </span>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
