import type { PasteText } from '@shared/consoles/paste-text.js';
import { plural } from '../../lib/format.js';
import { visibleLines } from '../../lib/visible-text.js';
import { Note } from '../../ui/note.js';

/** As much of a text as is shown: nobody reads more before a yes. */
const SHOWN_LETTERS = 8 * 1024;

/** The text that a guest is about to get, what can't be seen made visible, and what was taken out of it. */
export function PastePreview({ text: { text, removed } }: { text: PasteText }) {
  const shown = text.slice(0, SHOWN_LETTERS);
  return (
    <div className="col">
      {removed > 0 && (
        <Note level="warn">
          {plural(removed, 'control character')} in it {removed === 1 ? 'is' : 'are'} left out: with such a
          text could pretend to be keys.
        </Note>
      )}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- long text must scroll by keyboard */}
      <pre className="cmd pastetext" tabIndex={0}>
        {visibleLines(shown)}
        {shown.length < text.length && '…'}
      </pre>
    </div>
  );
}
