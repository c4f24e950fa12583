import { useRef, useState } from 'react';
import type { Image } from '@shared/images/image.js';
import { formatBytes } from '../../../lib/format.js';
import { callHost } from '../../../stores/connection-store.js';
import { ChoiceRows } from '../../../ui/choice-rows.js';
import { TextField } from '../../../ui/field.js';
import { useJobAsking } from '../use-image-job.js';
import { ImageDialog } from './image-dialog.js';

const MIB = 1024 * 1024;

/** What these dialogs take. */
interface SizeDialogProps {
  image: Image;
  onClose: () => void;
}

/** Makes a disk and its file system larger. */
export function GrowDialog({ image, onClose }: SizeDialogProps) {
  const now = Math.ceil(image.sizeBytes / MIB);
  const [size, setSize] = useState(String(now * 2));
  const field = useRef<HTMLInputElement>(null);
  const asking = useJobAsking(onClose);
  const wanted = /^\d{1,8}$/.test(size.trim()) ? Number(size) : null;
  const fault =
    wanted === null
      ? 'A whole number of MB.'
      : wanted <= now
        ? `More than the ${now} MB that it has: a disk can grow, not shrink.`
        : null;
  return (
    <ImageDialog
      title={`Grow ${image.name}`}
      text={`It has ${formatBytes(image.sizeBytes)}. The new room is sparse: it takes nothing here until it is written.`}
      verb="Grow"
      asking={asking}
      reason={fault}
      initialFocus={field}
      onStart={() =>
        wanted !== null && asking.ask(() => callHost('images.grow', { id: image.id, sizeMiB: wanted }))
      }
      onClose={onClose}
    >
      <TextField
        ref={field}
        label="New size"
        unit="MB"
        inputMode="numeric"
        value={size}
        error={fault ?? undefined}
        hint={wanted === null ? undefined : `${formatBytes(wanted * MIB)} in all`}
        onFocus={(event) => event.target.select()}
        onChange={(event) => {
          asking.clearError();
          setSize(event.target.value);
        }}
      />
    </ImageDialog>
  );
}

/**
 * Looks whether the file system of an image is sound, and mends it if that is wanted. `mendReason`: why it can't be
 * mended now, which writes to it; a look is always to be had.
 */
export function CheckDialog({ image, mendReason, onClose }: SizeDialogProps & { mendReason: string | null }) {
  const [how, setHow] = useState<'look' | 'mend'>('look');
  const asking = useJobAsking(onClose);
  return (
    <ImageDialog
      title={`Check ${image.name}`}
      text="Reads its whole file system. What is found stands on its page afterwards."
      verb={how === 'look' ? 'Check' : 'Check and mend'}
      asking={asking}
      reason={how === 'mend' ? mendReason : null}
      onStart={() => asking.ask(() => callHost('images.check', { id: image.id, repair: how === 'mend' }))}
      onClose={onClose}
    >
      <ChoiceRows
        label="What is wrong"
        value={how}
        choices={[
          { value: 'look', title: 'Is only said', text: 'Nothing is written.' },
          {
            value: 'mend',
            title: 'Is mended',
            text: 'Writes to the image. What can’t be saved ends in lost+found.',
          },
        ]}
        onChange={setHow}
      />
    </ImageDialog>
  );
}
