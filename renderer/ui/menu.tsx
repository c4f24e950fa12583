import { useId, type ReactElement, type ReactNode } from 'react';
import { Menu as Base } from '@base-ui/react/menu';
import './menu.css';

/** A button that opens a list of deeds. */
export function Menu({ trigger, children }: { trigger: ReactElement; children: ReactNode }) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className="floating" side="bottom" align="end" sideOffset={4} collisionPadding={8}>
          <Base.Popup className="menu">{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** What an entry of a menu takes. */
export interface MenuItemProps {
  icon?: ReactNode;
  title: string;
  /** One sentence on what it does. */
  text?: string | undefined;
  /** Why it can't be chosen now; shown in place of the text. */
  reason?: string | null | undefined;
  onChoose: () => void;
}

/** A deed in a menu. What can't be done stays in its place, with the reason. */
export function MenuItem({ icon, title, text, reason, onChoose }: MenuItemProps) {
  const id = useId();
  const says = reason ?? text;
  return (
    <Base.Item
      className="menuitem in"
      label={title}
      aria-label={title}
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
          <span className="xs sec" id={id}>
            {says}
          </span>
        )}
      </span>
    </Base.Item>
  );
}
