import { tabConsoles } from '@shared/consoles/channel.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { freeVmName } from '@shared/vms/vm-name.js';
import { MEMORY_DEFAULT_MIB } from '@shared/vms/vm-spec.js';
import { focusConsole } from '../features/consoles/console-commands.js';
import type { ImageDeeds } from '../features/images/image-deeds.js';
import { callHost } from '../stores/connection-store.js';
import { hostStore } from '../stores/host-store.js';
import { selectImageRow, showImageWizard } from '../stores/images-store.js';
import { openDialog, selectMachine, showPlace } from '../stores/ui-store.js';
import { showLayer } from './layer-deeds.js';

/** What a whole distribution wants to boot with ease. */
const MEMORY_OF_A_SYSTEM_MIB = 256;

/** What is done about images from their place. */
export const imageDeeds: ImageDeeds = {
  newMachine: (image) => openDialog({ kind: 'new-machine', image }),
  newLayer: (image) => {
    const base = Object.values(hostStore.getState().state.bases).find(
      ({ imageId, path }) => imageId === image.id || path === image.path,
    );
    openDialog({ kind: 'new-layer', baseId: base?.id ?? null });
  },
  showMachine: (vmId) => selectMachine(vmId, 'disk'),
  showLayer,
  open: (kind, imageId) => openDialog({ kind, imageId }),
  importArchive: () => openDialog({ kind: 'import-image' }),
  trash: () => openDialog({ kind: 'trash' }),
};

/** Shows the wizard as it was left. */
export function makeImage(): void {
  showPlace({ kind: 'images' });
  showImageWizard(true);
}

/** Shows an image in its place. */
export function showImage(imageId: string): void {
  selectImageRow(`image:${imageId}`);
  showPlace({ kind: 'images' });
}

/** Makes a machine on an image, starts it and shows its console; what went wrong otherwise. */
export async function bootImage(imageId: string): Promise<PaddockError | null> {
  const { images, vms } = hostStore.getState().state;
  const image = images[imageId];
  const isSmall = image?.kind === 'tiny' || image?.kind === 'nommu';
  const taken = new Set(Object.values(vms).map(({ name }) => name));
  const outcome = await callHost('vms.create', {
    name: freeVmName(image?.name ?? 'machine', taken),
    image: imageId,
    memoryMiB: isSmall ? MEMORY_DEFAULT_MIB : Math.max(MEMORY_DEFAULT_MIB, MEMORY_OF_A_SYSTEM_MIB),
    kernelPath: null,
    consoles: tabConsoles(2),
    start: true,
  });
  if (!outcome.ok) return outcome.error;
  selectMachine(outcome.value.id, 'consoles');
  focusConsole();
  return null;
}
