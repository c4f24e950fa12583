import { describeError } from '@shared/errors/paddock-error.js';
import { layerNameSchema, type Layer } from '@shared/layers/layer.js';
import { callHost } from '../../stores/connection-store.js';
import { TextField } from '../../ui/field.js';
import { TextArea } from '../../ui/text-area.js';
import { useSavedText } from '../../stores/use-saved-text.js';

/** Longest note that is kept. */
export const NOTE_MAX = 2000;

/** What a layer is called, for one that no machine has, and what a person notes about it. */
export function LayerTexts({ layer }: { layer: Layer }) {
  return (
    <>
      {layer.role === 'free' && <NameField layer={layer} />}
      <NoteField layer={layer} />
    </>
  );
}

function NameField({ layer }: { layer: Layer }) {
  const name = useSavedText(layer.name, (value) =>
    callHost('layers.describe', { layerId: layer.id, name: value }),
  );
  const isGood = layerNameSchema.safeParse(name.value).success;
  return (
    <TextField
      label="Name"
      value={name.value}
      hint={name.isSaved ? 'Saved.' : undefined}
      error={isGood ? name.error && describeError(name.error).sentence : '1 to 80 characters, on one line.'}
      onChange={(event) => name.set(event.target.value)}
      onBlur={() => (isGood ? name.settle() : name.revert())}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && isGood) name.settle();
        if (event.key === 'Escape') name.revert();
      }}
    />
  );
}

function NoteField({ layer }: { layer: Layer }) {
  const note = useSavedText(layer.note, (value) =>
    callHost('layers.describe', { layerId: layer.id, note: value }),
  );
  return (
    <div>
      <TextArea
        label="Note"
        placeholder="What is in it, and why"
        rows={Math.min(6, Math.max(2, note.value.split('\n').length))}
        maxLength={NOTE_MAX}
        value={note.value}
        onChange={(event) => note.set(event.target.value)}
        onBlur={note.settle}
        onKeyDown={(event) => {
          if (event.key === 'Escape') note.revert();
        }}
      />
      {note.error ? (
        <p className="hint err" role="alert">
          {describeError(note.error).sentence}
        </p>
      ) : (
        <p className="hint" role="status">
          {note.isSaved ? 'Saved.' : ''}
        </p>
      )}
    </div>
  );
}
