import { useRef, useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { imageNameSchema, type Image } from '@shared/images/image.js';
import { callHost } from '../../../stores/connection-store.js';
import { TextField } from '../../../ui/field.js';
import { LinkButton } from '../../../ui/link-button.js';
import { nearestImageName } from '@shared/images/image-name.js';
import { ImageDialog } from './image-dialog.js';

/** Gives an image another name. */
export function RenameDialog({
  image,
  taken,
  onClose,
}: {
  image: Image;
  taken: ReadonlySet<string>;
  onClose: () => void;
}) {
  const [name, setName] = useState(image.name);
  const [error, setError] = useState<PaddockError | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const isWrong = !imageNameSchema.safeParse(name).success;
  const isTaken = name !== image.name && taken.has(name);
  const nearest = nearestImageName(name);
  const fault = isWrong
    ? 'Only a to z, 0 to 9 and -, at most 40, not starting with -.'
    : isTaken
      ? `There is an image called ${name} already.`
      : null;
  const rename = async (): Promise<void> => {
    setIsAsking(true);
    const outcome = await callHost('images.describe', { id: image.id, name });
    setIsAsking(false);
    if (outcome.ok) onClose();
    else setError(outcome.error);
  };
  return (
    <ImageDialog
      title={`Rename ${image.name}`}
      text="Machines and layers on it are not touched."
      verb="Rename"
      asking={{ isAsking, error }}
      reason={fault ?? (name === image.name ? 'It has this name.' : null)}
      initialFocus={field}
      onStart={() => void rename()}
      onClose={onClose}
    >
      <TextField
        ref={field}
        label="Name"
        value={name}
        hint="1 to 40 of a to z, 0 to 9 and -"
        error={
          fault && (
            <>
              {fault}{' '}
              {isWrong && nearest !== '' && (
                <LinkButton onClick={() => setName(nearest)}>Use {nearest}</LinkButton>
              )}
            </>
          )
        }
        onFocus={(event) => event.target.select()}
        onChange={(event) => {
          setError(null);
          setName(event.target.value);
        }}
      />
    </ImageDialog>
  );
}
