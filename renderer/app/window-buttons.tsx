import { bridge } from '../lib/bridge.js';
import { CloseIcon, MaximiseIcon, MinimiseIcon } from '../ui/icons.js';

/** The buttons of a frameless window; `closeName` says what closing it means. */
export function WindowButtons({ closeName }: { closeName: string }) {
  return (
    <span className="winctl">
      <button type="button" aria-label="Minimise" onClick={() => bridge.frame.minimise()}>
        <MinimiseIcon size="s" />
      </button>
      <button type="button" aria-label="Maximise" onClick={() => bridge.frame.toggleMaximise()}>
        <MaximiseIcon size="s" />
      </button>
      <button type="button" aria-label={closeName} onClick={() => bridge.frame.close()}>
        <CloseIcon size="s" />
      </button>
    </span>
  );
}
