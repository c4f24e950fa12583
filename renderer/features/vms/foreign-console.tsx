import { useState } from 'react';
import { readMconsoleCommand } from '@shared/mconsole/mconsole-commands.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { callHost } from '../../stores/connection-store.js';
import { Button } from '../../ui/button.js';
import { TextField } from '../../ui/field.js';
import { ErrorNote } from '../../ui/note.js';

/** What the field takes. */
export interface ForeignConsoleProps {
  /** The machine's id in the collection of those that aren't Paddock's. */
  id: string;
  /** Why it can't be asked now. */
  reason: string | null;
}

type Answer = { command: string; text: string; tookMs: number } | { command: string; error: PaddockError };

/** Commands to the management console of a machine that isn't Paddock's, and the last answer. */
export function ForeignConsole({ id, reason }: ForeignConsoleProps) {
  const [command, setCommand] = useState('version');
  const [isBusy, setIsBusy] = useState(false);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const read = readMconsoleCommand(command);
  const against = reason ?? (isBusy ? 'It is being asked.' : read.ok ? null : read.reason);

  const ask = async (): Promise<void> => {
    if (against !== null) return;
    setIsBusy(true);
    const outcome = await callHost('foreign.mconsole', { id, command });
    setIsBusy(false);
    setAnswer(outcome.ok ? { command, ...outcome.value } : { command, error: outcome.error });
  };
  return (
    <section className="foreignconsole" aria-label="Management console">
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          void ask();
        }}
      >
        <TextField
          className="grow"
          label="Management console"
          hint="version, config con1, proc meminfo, sysrq m, stack 1, cad …"
          error={command.trim() !== '' && !read.ok ? read.reason : null}
          value={command}
          maxLength={511}
          onChange={(event) => setCommand(event.target.value)}
        />
        <Button reason={against} onClick={() => void ask()}>
          Send
        </Button>
      </form>
      {answer && 'error' in answer && <ErrorNote error={answer.error} />}
      {answer && !('error' in answer) && (
        <>
          <p className="xs ter" role="status">
            <span className="mono">{answer.command}</span> answered in {answer.tookMs.toFixed(1)} ms
            {answer.text === '' && ', without a word'}
          </p>
          {answer.text !== '' && <pre className="cmd">{answer.text}</pre>}
        </>
      )}
    </section>
  );
}
