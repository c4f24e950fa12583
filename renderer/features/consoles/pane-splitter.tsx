import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { evenOut, moveBorder } from '@shared/consoles/layout-changes.js';
import { BORDER_PX, type Border } from '@shared/consoles/layout-places.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { changeLayout } from '../../stores/layout-store.js';
import { classNames } from '../../ui/class-names.js';

/** A pane is never dragged smaller than this: some 12 columns, or its tabs and three rows. */
const LEAST_PX = { right: 130, down: 95 } as const;
/** What an arrow key moves a border by. */
const STEP = 0.02;

/** The border between two panes: dragged, moved by arrow keys, evened out by a double click or Enter. */
export function PaneSplitter({ vmId, border, name }: { vmId: VmId; border: Border; name: string }) {
  const element = useRef<HTMLDivElement>(null);
  const { splitId, part, way, from, both, share } = border;
  const least = Math.min(0.5, LEAST_PX[way] / Math.max(1, both));
  const put = (next: number): void =>
    changeLayout(vmId, (layout) =>
      moveBorder(layout, splitId, part, Math.max(least, Math.min(1 - least, next))),
    );
  const dragged = (event: PointerEvent): void => {
    const area = element.current?.parentElement?.getBoundingClientRect();
    if (!area || !element.current?.hasPointerCapture(event.pointerId)) return;
    const at = way === 'right' ? event.clientX - area.left : event.clientY - area.top;
    put((at - from) / both);
  };
  const keyed = (event: KeyboardEvent): void => {
    const [less, more] = way === 'right' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    if (event.ctrlKey) return;
    if (event.key === less) put(share - STEP);
    else if (event.key === more) put(share + STEP);
    else if (event.key === 'Home') put(0);
    else if (event.key === 'End') put(1);
    else if (event.key === 'Enter') changeLayout(vmId, (layout) => evenOut(layout, splitId));
    else return;
    event.preventDefault();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a separator that has a value is a control
    <div
      ref={element}
      className={classNames('gutter', way === 'down' && 'h')}
      role="separator"
      aria-label={name}
      aria-orientation={way === 'right' ? 'vertical' : 'horizontal'}
      aria-valuenow={Math.round(share * 100)}
      aria-valuemin={Math.round(least * 100)}
      aria-valuemax={Math.round((1 - least) * 100)}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- as above
      tabIndex={0}
      style={{
        left: border.x,
        top: border.y,
        width: way === 'right' ? BORDER_PX : border.width,
        height: way === 'down' ? BORDER_PX : border.height,
      }}
      onPointerDown={(event) => {
        if (event.button === 0) element.current?.setPointerCapture(event.pointerId);
      }}
      onPointerMove={dragged}
      onDoubleClick={() => changeLayout(vmId, (layout) => evenOut(layout, splitId))}
      onKeyDown={keyed}
    />
  );
}
