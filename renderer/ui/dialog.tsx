import type { ReactNode, RefObject } from 'react';
import { Dialog as Base } from '@base-ui/react/dialog';
import './dialog.css';

/** What a dialog takes. */
export interface DialogProps {
  /** Says the deed. */
  title: string;
  /** Says what stays safe. */
  text?: ReactNode;
  footer: ReactNode;
  children: ReactNode;
  onClose: () => void;
  /** Where the keyboard starts; else at the first thing that takes it. */
  initialFocus?: RefObject<HTMLElement | null>;
}

/** A dialog over the window, open for as long as it is rendered. */
export function Dialog({ title, text, footer, children, onClose, initialFocus }: DialogProps) {
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()} disablePointerDismissal>
      <Base.Portal>
        <Base.Backdrop className="scrim" />
        <Base.Viewport className="dialogport">
          <Base.Popup className="dialog" {...(initialFocus ? { initialFocus } : {})}>
            <header>
              <Base.Title>{title}</Base.Title>
              {text && (
                <Base.Description className="sec" render={<div />}>
                  {text}
                </Base.Description>
              )}
            </header>
            <div className="body">{children}</div>
            <footer>{footer}</footer>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
