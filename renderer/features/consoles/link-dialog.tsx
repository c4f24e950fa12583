import { useRef, useState } from 'react';
import type { LinkWarning, OpenableAddress } from '@shared/consoles/link-address.js';
import { bridge } from '../../lib/bridge.js';
import { visibleLine } from '../../lib/visible-text.js';
import { Button } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { Dialog } from '../../ui/dialog.js';
import { Note } from '../../ui/note.js';

/** Longest address that is shown whole; one is at most three times 2048 characters. */
const SHOWN_MAX = 6200;

const warningTexts: Readonly<Record<LinkWarning, string>> = {
  'other-letters':
    'The name of this site has letters that are not ASCII. It may look like another site’s name.',
  'user-part': 'What stands before the @ is not the site: that is only the name behind it.',
  'hidden-characters': 'The address holds characters that can’t be seen.',
  'text-differs': 'The text in the console names another site than the one this leads to.',
};

/** Asks before an address that a guest printed is opened on this computer. */
export function LinkDialog({ address, text, onClose }: LinkDialogProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [isRefused, setIsRefused] = useState(false);
  const open = async (): Promise<void> => {
    if (await bridge.links.open(address.href)) onClose();
    else setIsRefused(true);
  };
  return (
    <Dialog
      title={address.host === null ? 'Write a mail?' : `Open ${visibleLine(address.host, 60)}?`}
      text={
        <p>A guest printed this address. Opening it leaves Paddock: this computer’s own program takes it.</p>
      }
      initialFocus={button}
      onClose={onClose}
      footer={
        <span className="end row">
          <CopyButton write={() => bridge.clipboard.writeText(address.href)}>Copy address</CopyButton>
          <Button ref={button} onClick={onClose}>
            Don’t open
          </Button>
          <Button variant="primary" onClick={() => void open()}>
            Open
          </Button>
        </span>
      }
    >
      <div className="col">
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- long text must scroll by keyboard */}
        <pre className="cmd linkaddress" aria-label="Address" tabIndex={0}>
          {visibleLine(address.href, SHOWN_MAX)}
        </pre>
        {text !== '' && !address.href.startsWith(text) && (
          <p className="xs sec">
            In the console it reads <b>{visibleLine(text, 200)}</b>
          </p>
        )}
        {address.warnings.map((warning) => (
          <Note key={warning} level="warn">
            {warningTexts[warning]}
          </Note>
        ))}
        {isRefused && <Note level="err">This address can’t be opened.</Note>}
      </div>
    </Dialog>
  );
}

/** What the question takes. */
export interface LinkDialogProps {
  address: OpenableAddress;
  /** As it stands in the console. */
  text: string;
  onClose: () => void;
}
