import { useEffect, useRef } from 'react';
import { activeConsole, askToPaste } from './console-commands.js';
import type { ConsoleSession } from './console-session.js';

/** Shows a console's terminal and keeps it fitted to its place. */
export function TerminalView({ session }: { session: ConsoleSession }) {
  const place = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    session.show(element);
    activeConsole.setState({ session });
    let frame = 0;
    const observer = new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => session.fit());
    });
    observer.observe(element);
    const pasted = (event: ClipboardEvent): void => {
      event.preventDefault();
      event.stopPropagation();
      askToPaste(event.clipboardData?.getData('text/plain') ?? '');
    };
    element.addEventListener('paste', pasted, true);
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
      element.removeEventListener('paste', pasted, true);
      session.hide();
      activeConsole.setState({ session: null, isFinding: false });
    };
  }, [session]);

  return <div ref={place} className="termplace" />;
}
