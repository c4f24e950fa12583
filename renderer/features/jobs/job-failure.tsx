import { describeError, type PaddockError } from '@shared/errors/paddock-error.js';
import { visibleLines } from '../../lib/visible-text.js';
import { CommandBlock } from '../../ui/command-block.js';
import { Note } from '../../ui/note.js';

/** So many of a program's last lines; all of them stand in the log below. */
const LINES = 6;

/** Why a job failed: the sentence, what to do, the command that failed and its last lines. */
export function JobFailure({ error }: { error: PaddockError }) {
  const { sentence, fix } = describeError(error);
  const { detail } = error;
  return (
    <>
      <Note level="err">
        <b>{sentence}</b>
        {fix && <p>{fix}</p>}
        {detail && detail.lastLines.length > 0 && (
          <pre className="notelines">{visibleLines(detail.lastLines.slice(-LINES).join('\n'))}</pre>
        )}
      </Note>
      {detail && detail.command.length > 0 && <CommandBlock lines={[detail.command]} />}
    </>
  );
}
