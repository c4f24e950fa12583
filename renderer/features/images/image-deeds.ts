import type { Image } from '@shared/images/image.js';
import type { ImageDialogKind } from '../../stores/ui-store.js';

/** What is done about images elsewhere: dialogs and other places, which the window composes. */
export interface ImageDeeds {
  /** Makes a machine on an image, in its dialog. */
  newMachine: (imageId: string) => void;
  newLayer: (image: Image) => void;
  showMachine: (vmId: string) => void;
  showLayer: (layerId: string) => void;
  /** Opens one of the dialogs about an image. */
  open: (kind: ImageDialogKind, imageId: string) => void;
  importArchive: () => void;
  trash: () => void;
}
