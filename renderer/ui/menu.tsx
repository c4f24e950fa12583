import { useId, type ReactElement, type ReactNode } from 'react';
import { Menu as Base } from '@base-ui/react/menu';
import { CheckIcon, ChevronRightIcon } from './icons.js';
import { FLOATS_ID } from './tooltip.js';
import './menu.css';

/** A button that opens a list of deeds. */
export function Menu({ trigger, isSmall, children }: MenuProps) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal container={document.getElementById(FLOATS_ID)}>
        <Base.Positioner className="floating" side="bottom" align="end" sideOffset={4} collisionPadding={8}>
          <Base.Popup className={isSmall ? 'menu small' : 'menu'}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** What a menu takes. */
export interface MenuProps {
  trigger: ReactElement;
  /** For entries that need no sentence. */
  isSmall?: boolean;
  children: ReactNode;
}

/** What an entry of a menu takes. */
export interface MenuItemProps {
  icon?: ReactNode;
  title: string;
  /** One sentence on what it does. */
  text?: string | undefined;
  /** Why it can't be chosen now; shown in place of the text. */
  reason?: string | null | undefined;
  /** The keys that do the same. */
  keys?: ReactNode;
  onChoose: () => void;
}

/** A deed in a menu. What can't be done stays in its place, with the reason. */
export function MenuItem({ icon, title, text, reason, keys, onChoose }: MenuItemProps) {
  const id = useId();
  const says = reason ?? text;
  return (
    <Base.Item
      className="menuitem in"
      label={title}
      {...(says ? { 'aria-describedby': id } : {})}
      aria-disabled={reason ? true : undefined}
      closeOnClick={!reason}
      onClick={() => {
        if (!reason) onChoose();
      }}
    >
      <span className="menuicon">{icon}</span>
      <span className="col">
        <span className="med">{title}</span>
        {says && (
          // The entry is called by its title alone; this is its description.
          <span className="xs sec" id={id} aria-hidden="true">
            {says}
          </span>
        )}
      </span>
      {keys && (
        <span className="menukeys" aria-hidden="true">
          {keys}
        </span>
      )}
    </Base.Item>
  );
}

/** An entry that opens more entries beside it. */
export function Submenu({ icon, title, children }: { icon?: ReactNode; title: string; children: ReactNode }) {
  return (
    <Base.SubmenuRoot>
      <Base.SubmenuTrigger className="menuitem in" label={title}>
        <span className="menuicon">{icon}</span>
        <span className="med">{title}</span>
        <ChevronRightIcon size="s" />
      </Base.SubmenuTrigger>
      <Base.Portal container={document.getElementById(FLOATS_ID)}>
        <Base.Positioner className="floating" collisionPadding={8}>
          <Base.Popup className="menu small">{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.SubmenuRoot>
  );
}

/** What an entry that is on or off takes. */
export interface MenuCheckProps {
  title: string;
  /** `mixed`: on for some of what the menu is for. */
  checked: boolean | 'mixed';
  onChange: (checked: boolean) => void;
}

/** An entry that is on or off. The menu stays, so that several can be set. */
export function MenuCheck({ title, checked, onChange }: MenuCheckProps) {
  return (
    <Base.CheckboxItem
      className="menuitem in"
      label={title}
      checked={checked === true}
      aria-checked={checked}
      onCheckedChange={() => onChange(checked !== true)}
    >
      <span className="menuicon">
        {checked === true ? <CheckIcon /> : checked === 'mixed' ? <i className="menumixed" /> : null}
      </span>
      <span className="med ell">{title}</span>
    </Base.CheckboxItem>
  );
}

/** What a choice of one in a menu takes. */
export interface MenuChoiceProps<T extends string> {
  label: string;
  /** null: none of them, or not the same for all of what the menu is for. */
  value: T | null;
  choices: readonly { value: T; title: string; reason?: string | null | undefined }[];
  onChange: (value: T) => void;
}

/** A choice of one, with its heading. */
export function MenuChoice<T extends string>({ label, value, choices, onChange }: MenuChoiceProps<T>) {
  return (
    <Base.RadioGroup value={value} onValueChange={(next: T) => onChange(next)}>
      <Base.Group>
        <Base.GroupLabel className="menuhead">{label}</Base.GroupLabel>
        {choices.map((choice) => (
          <Base.RadioItem
            key={choice.value}
            className="menuitem in"
            value={choice.value}
            label={choice.title}
            disabled={Boolean(choice.reason)}
            closeOnClick
          >
            <span className="menuicon">{choice.value === value && <CheckIcon />}</span>
            <span className="col">
              <span className="med ell">{choice.title}</span>
              {choice.reason && <span className="xs sec">{choice.reason}</span>}
            </span>
          </Base.RadioItem>
        ))}
      </Base.Group>
    </Base.RadioGroup>
  );
}

/** A line between kinds of entries. */
export function MenuLine() {
  return <Base.Separator className="menuline" />;
}
