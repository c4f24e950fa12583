import { useState } from 'react';
import type { PasteText } from '@shared/consoles/paste-text.js';
import { formatBytes, formatDuration, plural } from '../../lib/format.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { TextField } from '../../ui/field.js';
import { Segmented } from '../../ui/segmented.js';
import { focusConsole } from './console-commands.js';
import type { ConsoleSession } from './console-session.js';
import { PastePreview } from './paste-preview.js';
import { promptEnd, startSlowSend } from './slow-send.js';

/** Lines a second: a person's slowest patience, and more than is slow. */
const RATE = { min: 0.1, max: 100, usual: '5' } as const;

/** Asks how fast the lines of a file are typed, for a guest that loses what comes too fast. */
export function SendDialog({ session, text, file, onClose }: SendDialogProps) {
  const [kind, setKind] = useState<'rate' | 'prompt'>('rate');
  const [rate, setRate] = useState<string>(RATE.usual);
  const [prompt, setPrompt] = useState(() => promptEnd(session));
  const perSecond = Number(rate);
  const rateError =
    rate.trim() !== '' && perSecond >= RATE.min && perSecond <= RATE.max
      ? null
      : `A number from ${RATE.min} to ${RATE.max}.`;
  const promptError = prompt.trim() === '' ? 'Say how the prompt ends: $ or #, for example.' : null;
  const error = kind === 'rate' ? rateError : promptError;
  const send = (): void => {
    onClose();
    startSlowSend(
      session,
      file,
      text.text,
      kind === 'rate' ? { kind, perSecond } : { kind, endsWith: prompt.trim() },
    );
    focusConsole();
  };
  return (
    <Dialog
      title={`Send ${plural(text.lines, 'line')} of ${file}?`}
      text={
        <p>
          They are typed into {session.console} one by one.{' '}
          <span className="num">{formatBytes(text.bytes)}</span>.
        </p>
      }
      onClose={onClose}
      footer={
        <span className="end row">
          <Button onClick={onClose}>Don’t send</Button>
          <Button variant="primary" reason={error} onClick={send}>
            Send
          </Button>
        </span>
      }
    >
      <div className="col">
        <Segmented
          label="When the next line is sent"
          value={kind}
          choices={[
            { value: 'rate', title: 'So many lines a second' },
            { value: 'prompt', title: 'After each prompt' },
          ]}
          onChange={setKind}
        />
        {kind === 'rate' ? (
          <TextField
            label="Lines a second"
            value={rate}
            inputMode="decimal"
            error={rateError}
            hint={rateError ? null : `Takes ${formatDuration((text.lines / perSecond) * 1000)}.`}
            onChange={(event) => setRate(event.target.value)}
          />
        ) : (
          <TextField
            label="The prompt ends with"
            className="mono"
            value={prompt}
            error={promptError}
            hint="The next line waits until the cursor stands behind this again."
            onChange={(event) => setPrompt(event.target.value)}
          />
        )}
        <PastePreview text={text} />
      </div>
    </Dialog>
  );
}

/** What the question takes. */
export interface SendDialogProps {
  session: ConsoleSession;
  text: PasteText;
  file: string;
  onClose: () => void;
}
