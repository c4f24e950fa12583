import { useRef } from 'react';
import type { PasteText } from '@shared/consoles/paste-text.js';
import { formatBytes, plural } from '../../lib/format.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { paste } from './console-commands.js';
import { PastePreview } from './paste-preview.js';

/** Shows text before a guest gets it as if it were typed. */
export function PasteDialog({ text, file, onClose }: PasteDialogProps) {
  const button = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      title={`Paste ${plural(text.lines, 'line')}${file === null ? '' : ` from ${file}`}?`}
      text={
        <p>
          The program in the console takes pasted text as if it were typed: each line may run at once.{' '}
          <span className="num">{formatBytes(text.bytes)}</span>.
        </p>
      }
      initialFocus={button}
      onClose={onClose}
      footer={
        <span className="end row">
          <Button onClick={onClose}>Don’t paste</Button>
          <Button ref={button} variant="primary" onClick={() => paste(text)}>
            Paste
          </Button>
        </span>
      }
    >
      <PastePreview text={text} />
    </Dialog>
  );
}

/** What the question takes. */
export interface PasteDialogProps {
  text: PasteText;
  /** The file that it is from; null: the clipboard. */
  file: string | null;
  onClose: () => void;
}
