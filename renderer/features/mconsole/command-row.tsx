import { useState } from 'react';
import {
  procFiles,
  readMconsoleCommand,
  sysrqKeys,
  sysrqRefused,
  type MconsoleCommand,
} from '@shared/mconsole/mconsole-commands.js';
import { ComboField, type Suggestion } from '../../ui/combo-field.js';
import { ConfirmButton } from '../../ui/confirm-button.js';
import { TextField } from '../../ui/field.js';

/** What a command takes. */
export interface CommandRowProps {
  command: MconsoleCommand;
  /** Why no command can be given now. */
  reason: string | null;
  onGive: (line: string) => void;
}

/** What ends or crashes the guest, and the second word on it. */
const confirmWords: Readonly<Record<string, string>> = {
  reboot: 'Reboot at once',
  halt: 'Halt at once',
  'sysrq b': 'Reset at once',
  'sysrq c': 'Crash it',
  'sysrq o': 'Power off at once',
  'sysrq i': 'Kill all processes',
  'sysrq e': 'End all processes',
};

/** What is done with what was typed. */
const verbs: Readonly<Partial<Record<string, string>>> = {
  proc: 'Read',
  stack: 'Show',
  remove: 'Remove',
  log: 'Write',
  sysrq: 'Press',
};

const digitsLast = ([a]: [string, string], [b]: [string, string]): number =>
  Number(/\d/.test(a)) - Number(/\d/.test(b));

const choices: Readonly<Partial<Record<string, readonly Suggestion[]>>> = {
  proc: procFiles.map((file) => ({ value: file, title: file })),
  sysrq: [
    ...Object.entries(sysrqKeys)
      .sort(digitsLast)
      .map(([key, text]) => ({ value: key, title: key, text })),
    ...Object.entries(sysrqRefused).map(([key, text]) => ({
      value: key,
      title: key,
      text: `not offered: ${text}`,
      isOff: true,
    })),
  ],
};

/** A command as a button, with a field for what goes behind its word, and what to know before. */
export function CommandRow({ command, reason, onGive }: CommandRowProps) {
  const { word, title, argument, note } = command;
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const line = argument === null ? word : `${word} ${typed}`.trim();

  const give = (): void => {
    const request = readMconsoleCommand(line);
    setFault(request.ok ? null : request.reason);
    if (request.ok) onGive(request.text);
  };
  const verb = verbs[word] ?? 'Send';
  const button = (
    <ConfirmButton
      type="submit"
      confirm={confirmWords[line] ?? null}
      reason={reason}
      aria-label={argument === null ? title : `${verb}: ${title}`}
      onConfirmed={give}
    >
      {argument === null ? title : verb}
    </ConfirmButton>
  );
  if (argument === null)
    return (
      <li className="command">
        {button}
        <span className="xs ter commandnote">{note}</span>
      </li>
    );
  const suggestions = choices[word];
  const field = {
    label: title,
    value: typed,
    placeholder: argument.example,
    hint: note,
    error: fault,
  };
  const type = (next: string): void => {
    setTyped(next);
    setFault(null);
  };
  return (
    <li className="command">
      {/* Enter in the field presses the button. */}
      <form className="commandform" onSubmit={(event) => event.preventDefault()}>
        {suggestions ? (
          <ComboField {...field} choices={suggestions} onChange={type} />
        ) : (
          <TextField {...field} onChange={(event) => type(event.target.value)} />
        )}
        {button}
      </form>
    </li>
  );
}
