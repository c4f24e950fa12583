import { BrowseDialog } from '../features/images/dialogs/browse-dialog.js';
import { CustomiseDialog } from '../features/images/dialogs/customise-dialog.js';
import { ImportDialog } from '../features/images/dialogs/import-dialog.js';
import { RenameDialog } from '../features/images/dialogs/rename-dialog.js';
import { CheckDialog, GrowDialog } from '../features/images/dialogs/size-dialogs.js';
import { ConvertDialog, ExportDialog } from '../features/images/dialogs/write-dialogs.js';
import { useHost } from '../stores/host-store.js';
import { jobOfImage } from '../features/images/image-rows.js';
import { usersOf } from '@shared/images/image-users.js';
import { reasonAgainstChange } from '../features/images/image-words.js';
import type { Image } from '@shared/images/image.js';
import { selectImageRow } from '../stores/images-store.js';
import { closeDialog, showPlace, type ImageDialogKind } from '../stores/ui-store.js';

/** The dialogs about images. */
export function ImageDialogs({
  dialog,
}: {
  dialog: { kind: ImageDialogKind; imageId: string } | { kind: 'import-image' };
}) {
  const images = useHost((state) => state.images);
  const kernels = useHost((state) => state.kernels);
  if (dialog.kind === 'import-image')
    return (
      <ImportDialog
        images={images}
        onClose={closeDialog}
        onStarted={(jobId) => {
          closeDialog();
          selectImageRow(`job:${jobId}`);
          showPlace({ kind: 'images' });
        }}
      />
    );
  const image = images[dialog.imageId];
  if (!image) return null;
  switch (dialog.kind) {
    case 'customise-image':
      return <CustomiseDialog image={image} kernels={kernels} onClose={closeDialog} />;
    case 'grow-image':
      return <GrowDialog image={image} onClose={closeDialog} />;
    case 'check-image':
      return <CheckImage image={image} />;
    case 'convert-image':
      return <ConvertDialog image={image} onClose={closeDialog} />;
    case 'export-image':
      return <ExportDialog image={image} onClose={closeDialog} />;
    case 'browse-image':
      return <BrowseImage image={image} />;
    case 'rename-image': {
      const taken = new Set(Object.values(images).map(({ name }) => name));
      return <RenameDialog image={image} taken={taken} onClose={closeDialog} />;
    }
  }
}

/** Its files; whether one can be put in depends on who uses it. */
function BrowseImage({ image }: { image: Image }) {
  return <BrowseDialog image={image} putReason={useReasonAgainstChange(image)} onClose={closeDialog} />;
}

/** A look at its file system; whether that can be mended depends on who uses it. */
function CheckImage({ image }: { image: Image }) {
  return <CheckDialog image={image} mendReason={useReasonAgainstChange(image)} onClose={closeDialog} />;
}

function useReasonAgainstChange(image: Image): string | null {
  const state = useHost((host) => host);
  return reasonAgainstChange(usersOf(state, image), jobOfImage(state.jobs, image.id));
}
