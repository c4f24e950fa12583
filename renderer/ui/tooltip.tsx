import type { ReactElement, ReactNode } from 'react';
import { Tooltip as Base } from '@base-ui/react/tooltip';
import './tooltip.css';

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
      <Base.Portal>
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
