import { useRef } from 'react';
import { plural } from '../../lib/format.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { activeConsole, paste } from './console-commands.js';

/** Shows text of several lines before a guest runs them. */
export function PasteDialog({ text }: { text: string }) {
  const button = useRef<HTMLButtonElement>(null);
  const lines = text
    .split(/\r\n|\r|\n/)
    .filter((line, place, all) => line !== '' || place < all.length - 1).length;
  const close = (): void => activeConsole.setState({ pasting: null });
  return (
    <Dialog
      title={`Paste ${plural(lines, 'line')}?`}
      text={
        <p>The program in the console takes pasted text as if it were typed: each line may run at once.</p>
      }
      initialFocus={button}
      onClose={close}
      footer={
        <span className="end row">
          <Button onClick={close}>Don’t paste</Button>
          <Button ref={button} variant="primary" onClick={() => paste(text)}>
            Paste
          </Button>
        </span>
      }
    >
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- long text must scroll by keyboard */}
      <pre className="cmd pastetext" tabIndex={0}>
        {text}
      </pre>
    </Dialog>
  );
}
