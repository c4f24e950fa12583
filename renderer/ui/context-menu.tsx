import type { ReactElement, ReactNode } from 'react';
import { ContextMenu as Base } from '@base-ui/react/context-menu';
import { FLOATS_ID } from './tooltip.js';
import './menu.css';

/** What the menu takes. */
export interface ContextMenuProps {
  trigger: ReactElement;
  /** For entries that need no sentence. */
  isSmall?: boolean;
  children: ReactNode;
}

/** A menu that opens where the right button, or the Menu key, asked for it on `trigger`. */
export function ContextMenu({ trigger, isSmall = true, children }: ContextMenuProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal container={document.getElementById(FLOATS_ID)}>
        <Base.Positioner className="floating" collisionPadding={8}>
          <Base.Popup className={isSmall ? 'menu small' : 'menu'}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Asks for the menu of an element, as the right button on its left half would. */
export function openContextMenu(element: HTMLElement): void {
  const { left, top, height } = element.getBoundingClientRect();
  element.dispatchEvent(
    new MouseEvent('contextmenu', {
      bubbles: true,
      cancelable: true,
      clientX: left + height,
      clientY: top + height / 2,
    }),
  );
}
