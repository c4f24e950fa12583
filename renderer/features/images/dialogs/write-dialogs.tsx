import { useState } from 'react';
import type { Image } from '@shared/images/image.js';
import { formatBytes } from '../../../lib/format.js';
import { callHost } from '../../../stores/connection-store.js';
import { ExportIcon } from '../../../ui/icons.js';
import { useJobAsking } from '../use-image-job.js';
import { ImageDialog } from './image-dialog.js';
import { reasonAgainstPath, SavePathField } from './save-path-field.js';

/** What both dialogs take. */
interface WriteDialogProps {
  image: Image;
  onClose: () => void;
}

/** Writes a copy of an image as qcow2. */
export function ConvertDialog({ image, onClose }: WriteDialogProps) {
  const [path, setPath] = useState('');
  const asking = useJobAsking(onClose);
  const suggested = `${image.name}.qcow2`;
  return (
    <ImageDialog
      title={`Convert ${image.name} to qcow2`}
      text="A copy for QEMU, libvirt and others. The image itself stays as it is."
      verb="Convert"
      icon={<ExportIcon />}
      asking={asking}
      reason={reasonAgainstPath(path)}
      onStart={() =>
        asking.ask(() => callHost('images.convert', { id: image.id, format: 'qcow2', path: path.trim() }))
      }
      onClose={onClose}
    >
      <SavePathField label="File" value={path} suggested={suggested} onChange={setPath} />
    </ImageDialog>
  );
}

/** Writes an image as one compressed file that another Paddock can import. */
export function ExportDialog({ image, onClose }: WriteDialogProps) {
  const [path, setPath] = useState('');
  const asking = useJobAsking(onClose);
  return (
    <ImageDialog
      title={`Export ${image.name}`}
      text={`One compressed file with its name, note and checksum, which another Paddock can import. It has ${formatBytes(image.sizeBytes)} as the guest sees it; empty blocks take nearly nothing.`}
      verb="Export"
      icon={<ExportIcon />}
      asking={asking}
      reason={reasonAgainstPath(path)}
      onStart={() => asking.ask(() => callHost('images.export', { id: image.id, path: path.trim() }))}
      onClose={onClose}
    >
      <SavePathField
        label="Archive"
        value={path}
        suggested={`${image.name}.paddock-image`}
        onChange={setPath}
      />
    </ImageDialog>
  );
}
