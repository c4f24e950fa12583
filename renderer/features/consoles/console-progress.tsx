import { useEffect } from 'react';
import { useStore } from 'zustand';
import { Button, IconButton } from '../../ui/button.js';
import { CloseIcon } from '../../ui/icons.js';
import { ProgressBar } from '../../ui/progress-bar.js';
import { focusConsole } from './console-commands.js';
import type { ConsoleSession } from './console-session.js';
import { slowSend, stopSlowSend } from './slow-send.js';

/** So long a cleared console offers to be brought back; after that, the log has it. */
const OFFER_MS = 15_000;

/** What is under way in a console, or was just done to it: a file that is sent, a clear that can be undone. */
export function ConsoleProgress({ session }: { session: ConsoleSession }) {
  const isCleared = useStore(session.view, (view) => view.isCleared);
  const sending = useStore(slowSend, (state) => state.sending);
  useEffect(() => {
    if (!isCleared) return;
    const timer = setTimeout(() => session.keepCleared(), OFFER_MS);
    return () => clearTimeout(timer);
  }, [session, isCleared]);
  return (
    <>
      {isCleared && (
        <div className="termfloat" role="status">
          <span>Cleared. The log keeps it.</span>
          <Button
            variant="quiet"
            onClick={() => {
              void session.undoClear();
              focusConsole();
            }}
          >
            Undo
          </Button>
          <IconButton label="Close" icon={<CloseIcon />} onClick={() => session.keepCleared()} />
        </div>
      )}
      {sending?.session === session && (
        <div className="termfloat">
          <span className="ell" role="status">
            {sending.waitsFor === null
              ? `Sending ${sending.file}`
              : `Waits for a prompt that ends with ${sending.waitsFor}`}
          </span>
          <ProgressBar value={sending.done / sending.total} label={`Sending ${sending.file}`} />
          <span className="num nowrap">
            {sending.done} of {sending.total}
          </span>
          <Button variant="quiet" onClick={stopSlowSend}>
            Cancel
          </Button>
        </div>
      )}
    </>
  );
}
