import type { Image } from '@shared/images/image.js';
import { callHost } from '../../stores/connection-store.js';
import { useSavedText } from '../../stores/use-saved-text.js';
import { ErrorNote } from '../../ui/note.js';
import { TextArea } from '../../ui/text-area.js';

/** What a person notes about an image; kept when the field is left. */
export function ImageNote({ image }: { image: Image }) {
  const note = useSavedText(image.note, (value) =>
    callHost('images.describe', { id: image.id, note: value }),
  );
  return (
    <section>
      <TextArea
        label="Note"
        rows={4}
        placeholder="What it is for, what was done to it"
        value={note.value}
        hint={
          note.isSaved ? (
            <span role="status">Kept.</span>
          ) : (
            'Kept when you leave the field. Esc takes back what you typed.'
          )
        }
        onChange={(event) => note.set(event.target.value)}
        onBlur={note.settle}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          note.revert();
          event.stopPropagation();
        }}
      />
      {note.error && <ErrorNote error={note.error} />}
    </section>
  );
}
