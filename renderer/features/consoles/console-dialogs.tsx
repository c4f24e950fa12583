import { useStore } from 'zustand';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { ask, consoleQuestion } from './console-questions.js';
import type { ConsoleSession } from './console-session.js';
import { LinkDialog } from './link-dialog.js';
import { PasteDialog } from './paste-dialog.js';
import { SendDialog } from './send-dialog.js';

/** The question that is put about a console. */
export function ConsoleDialogs({ session }: { session: ConsoleSession }) {
  const question = useStore(consoleQuestion, (state) => state.question);
  const close = (): void => ask(null);
  switch (question?.kind) {
    case undefined:
      return null;
    case 'paste':
      return <PasteDialog text={question.paste} file={question.file} onClose={close} />;
    case 'send':
      return <SendDialog session={session} text={question.paste} file={question.file} onClose={close} />;
    case 'link':
      return <LinkDialog address={question.address} text={question.text} onClose={close} />;
    case 'file-refused':
      return (
        <Dialog
          title={`${question.file} is not sent`}
          onClose={close}
          footer={
            <span className="end">
              <Button onClick={close}>Close</Button>
            </span>
          }
        >
          <p>{question.why}</p>
        </Dialog>
      );
  }
}
