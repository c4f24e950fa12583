import { useRef, useState } from 'react';
import type { Image } from '@shared/images/image.js';
import { callHost } from '../../../stores/connection-store.js';
import { TextField } from '../../../ui/field.js';
import { useJobAsking } from '../use-image-job.js';
import { SourcePath } from '../wizard/source-path.js';
import { ImageDialog } from './image-dialog.js';

/** What the dialog takes. */
interface ImportDialogProps {
  images: Readonly<Record<string, Image>>;
  onClose: () => void;
  /** It runs. */
  onStarted: (jobId: string) => void;
}

/** Takes an archive of an image into the library. */
export function ImportDialog({ images, onClose, onStarted }: ImportDialogProps) {
  const [path, setPath] = useState('');
  const [name, setName] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const asking = useJobAsking(onStarted);
  const isTaken = Object.values(images).some((image) => image.name === name.trim());
  const reason =
    path.trim() === ''
      ? 'Say which archive.'
      : isTaken
        ? `There is an image called ${name.trim()} already.`
        : null;
  return (
    <ImageDialog
      title="Import an archive"
      text="An image that was exported by Paddock. Its checksum is counted before it is taken; the archive stays as it is."
      verb="Import"
      asking={asking}
      reason={reason}
      initialFocus={field}
      onStart={() =>
        asking.ask(() =>
          callHost('images.import', { path: path.trim(), name: name.trim() === '' ? null : name.trim() }),
        )
      }
      onClose={onClose}
    >
      <SourcePath
        ref={field}
        label="Archive"
        placeholder="/home/you/debian-12.paddock-image"
        hint="The whole path."
        wants={['archive']}
        value={path}
        fault={path !== '' && !path.startsWith('/') ? 'The whole path, starting with /.' : undefined}
        onChange={(next) => {
          asking.clearError();
          setPath(next);
        }}
      />
      <TextField
        label="Name"
        value={name}
        placeholder="as in the archive"
        error={isTaken ? `There is an image called ${name.trim()} already.` : undefined}
        onChange={(event) => {
          asking.clearError();
          setName(event.target.value);
        }}
      />
    </ImageDialog>
  );
}
