import { useEffect } from 'react';
import { Panel, useReactFlow, useStore, useViewport } from '@xyflow/react';

const options = { padding: 0.08, maxZoom: 1 };

/** What the buttons take. */
interface CanvasZoomProps {
  /** Everything is kept in sight, whatever comes and however the window is. */
  isFitting: boolean;
  onFit: () => void;
}

/** How near one is, and buttons that change it. */
export function CanvasZoom({ isFitting, onFit }: CanvasZoomProps) {
  const { zoomIn, zoomOut, zoomTo, fitView } = useReactFlow();
  const { zoom } = useViewport();
  const size = useStore(({ width, height, nodes }) => `${width} ${height} ${nodes.length}`);
  useEffect(() => {
    // Nothing is in sight of a canvas without a size.
    if (isFitting && !size.startsWith('0 ')) void fitView(options);
  }, [isFitting, size, fitView]);
  const percent = `${Math.round(zoom * 100)} %`;
  return (
    <Panel position="bottom-left" className="zoom" role="group" aria-label="Zoom">
      <button type="button" aria-label="Zoom out" onClick={() => void zoomOut()}>
        −
      </button>
      <button type="button" aria-label={`${percent}: zoom to 100 %`} onClick={() => void zoomTo(1)}>
        {percent}
      </button>
      <button type="button" aria-label="Zoom in" onClick={() => void zoomIn()}>
        +
      </button>
      <button
        type="button"
        onClick={() => {
          onFit();
          void fitView(options);
        }}
      >
        Fit
      </button>
    </Panel>
  );
}
