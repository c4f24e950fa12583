import type { ReactElement, ReactNode } from 'react';
import { Tooltip as Base } from '@base-ui/react/tooltip';
import './tooltip.css';

/** The element, inside the main landmark, that tooltips are put into. */
export const FLOATS_ID = 'floats';

/** Says something short about a control while the pointer or the keyboard is on it. */
export function Tooltip({
  text,
  delay,
  children,
}: {
  text: ReactNode;
  delay: number;
  children: ReactElement;
}) {
  return (
    <Base.Root>
      <Base.Trigger delay={delay} closeOnClick={false} render={children} />
      {/* Inside the page's landmarks, where a screen reader's map of the page expects all text. */}
      <Base.Portal container={document.getElementById(FLOATS_ID)}>
        <Base.Positioner
          className="floating"
          side="bottom"
          align="center"
          sideOffset={4}
          collisionPadding={8}
        >
          <Base.Popup className="tip">{text}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
