import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { classNames } from '../../ui/class-names.js';
import { activeConsole, askToPaste } from './console-commands.js';
import type { ConsoleSession } from './console-session.js';
import { TerminalMenu } from './terminal-menu.js';

/** Shows a console's terminal and keeps it fitted to its place. */
export function TerminalView({ session }: { session: ConsoleSession }) {
  const place = useRef<HTMLDivElement>(null);
  const isLimited = useStore(session.view, (view) => view.isLimited);

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    session.show(element);
    let frame = 0;
    const observer = new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => session.fit());
    });
    observer.observe(element);
    const pasted = (event: ClipboardEvent): void => {
      event.preventDefault();
      event.stopPropagation();
      // Who pastes here has the keyboard here.
      activeConsole.setState({ session });
      askToPaste(event.clipboardData?.getData('text/plain') ?? '');
    };
    element.addEventListener('paste', pasted, true);
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
      element.removeEventListener('paste', pasted, true);
      session.hide();
    };
  }, [session]);

  return (
    <TerminalMenu session={session}>
      <div ref={place} className={classNames('termplace', isLimited && 'limited')} />
    </TerminalMenu>
  );
}
