import type { Image } from '@shared/images/image.js';
import { isJobActive } from '@shared/jobs/job.js';
import { focusImages } from '../../features/images/image-list.js';
import { jobOfImage } from '../../features/images/image-rows.js';
import { usersOf } from '@shared/images/image-users.js';
import { reasonAgainstChange, reasonAgainstTrash } from '../../features/images/image-words.js';
import { askImage } from '../../features/images/ask-image.js';
import { imagesStore, selectImageRow } from '../../stores/images-store.js';
import { openDialog, showPlace, type ImageDialogKind } from '../../stores/ui-store.js';
import {
  CopyIcon,
  DiskIcon,
  EditIcon,
  ExportIcon,
  FolderIcon,
  ImageIcon,
  MendIcon,
  PlayIcon,
  PlusIcon,
  TrashIcon,
} from '../../ui/icons.js';
import { bootImage, imageDeeds, makeImage, showImage } from '../image-deeds.js';
import type { ActionContext, ActionDefinition } from './action.js';

const everywhere = { scope: 'everywhere' } as const;

/** The image that is shown, if one is. */
function shownImage({ state, ui }: ActionContext): Image | null {
  const { selected, isMaking } = imagesStore.getState();
  if (ui.place?.kind !== 'images' || isMaking || !selected?.startsWith('image:')) return null;
  return state.images[selected.slice('image:'.length)] ?? null;
}

type Against = (image: Image, context: ActionContext) => string | null;

const againstChange: Against = (image, { state }) =>
  reasonAgainstChange(usersOf(state, image), jobOfImage(state.jobs, image.id));
const againstTrash: Against = (image, { state }) =>
  reasonAgainstTrash(usersOf(state, image), jobOfImage(state.jobs, image.id));

/** A deed on the image that is shown. */
function ofImage(
  id: string,
  title: (name: string) => string,
  icon: ActionDefinition['icon'],
  run: (image: Image) => void,
  more: { against?: Against; words?: string } = {},
): ActionDefinition {
  return {
    ...everywhere,
    id: `image-${id}`,
    icon,
    words: `image ${more.words ?? ''}`,
    title: (context) => title(shownImage(context)?.name ?? ''),
    applies: (context) => shownImage(context) !== null,
    reason: (context) => {
      const image = shownImage(context);
      return image ? (more.against?.(image, context) ?? null) : null;
    },
    run: (context) => {
      const image = shownImage(context);
      if (image) run(image);
    },
  };
}

const dialog =
  (kind: ImageDialogKind) =>
  (image: Image): void =>
    openDialog({ kind, imageId: image.id });

/** The place of images, and what can be done there; what is about one image is about the one that is shown. */
export const imageActions: readonly ActionDefinition[] = [
  {
    ...everywhere,
    id: 'images',
    icon: <ImageIcon />,
    words: 'place disks library bases',
    title: () => 'Images',
    run: () => {
      showPlace({ kind: 'images' });
      focusImages();
    },
  },
  {
    ...everywhere,
    id: 'new-image',
    icon: <PlusIcon />,
    words: 'build create make debian alpine tar qcow2 root file system wizard recipe',
    title: () => 'New image…',
    run: makeImage,
  },
  {
    ...everywhere,
    id: 'import-image',
    icon: <ExportIcon />,
    words: 'archive',
    title: () => 'Import an image archive…',
    run: imageDeeds.importArchive,
  },
  {
    ...everywhere,
    id: 'image-job',
    icon: <ImageIcon />,
    words: 'build log progress',
    title: () => 'Show the build that goes on',
    applies: ({ state }) => Object.values(state.jobs).some(isBuild),
    run: ({ state }) => {
      const job = Object.values(state.jobs).find(isBuild);
      if (!job) return;
      selectImageRow(`job:${job.id}`);
      showPlace({ kind: 'images' });
    },
  },
  ofImage(
    'boot',
    (name) => `Boot ${name}`,
    <PlayIcon />,
    (image) => void bootImage(image.id),
    {
      words: 'machine start run',
    },
  ),
  ofImage(
    'machine',
    (name) => `New machine on ${name}…`,
    <PlusIcon />,
    (image) => imageDeeds.newMachine(image.id),
  ),
  ofImage('layer', (name) => `New layer on ${name}…`, <PlusIcon />, imageDeeds.newLayer),
  ofImage('customise', (name) => `Customise ${name}…`, <MendIcon />, dialog('customise-image'), {
    against: againstChange,
    words: 'password hostname files modules packages change',
  }),
  ofImage('browse', (name) => `Browse files of ${name}…`, <FolderIcon />, dialog('browse-image')),
  ofImage('grow', (name) => `Grow ${name}…`, <DiskIcon />, dialog('grow-image'), {
    against: againstChange,
    words: 'resize larger size',
  }),
  ofImage('check', (name) => `Check ${name}…`, <MendIcon />, dialog('check-image'), {
    words: 'fsck repair mend',
  }),
  ofImage(
    'compact',
    (name) => `Compact ${name}`,
    <DiskIcon />,
    (image) => void askImage('images.compact', image),
    {
      against: againstChange,
      words: 'trim shrink discard space',
    },
  ),
  ofImage(
    'checksum',
    (name) => `Count the checksum of ${name}`,
    <CopyIcon />,
    (image) => void askImage('images.checksum', image),
    {
      words: 'sha256 hash',
    },
  ),
  ofImage('convert', (name) => `Convert ${name} to qcow2…`, <ExportIcon />, dialog('convert-image'), {
    words: 'qemu',
  }),
  ofImage('export', (name) => `Export ${name}…`, <ExportIcon />, dialog('export-image'), {
    words: 'archive share',
  }),
  ofImage('rename', (name) => `Rename ${name}…`, <EditIcon />, dialog('rename-image')),
  ofImage(
    'trash',
    (name) => `Put ${name} into the trash`,
    <TrashIcon />,
    (image) => void askImage('images.trash', image),
    {
      against: againstTrash,
      words: 'delete remove',
    },
  ),
  {
    ...everywhere,
    id: 'last-image',
    icon: <ImageIcon />,
    words: 'newest built',
    title: () => 'Show the newest image',
    applies: ({ state }) => Object.keys(state.images).length > 0,
    run: ({ state }) => {
      const [newest] = Object.values(state.images).sort((a, b) => b.createdAt.localeCompare(a.createdAt));
      if (newest) showImage(newest.id);
    },
  },
];

function isBuild(job: ActionContext['state']['jobs'][string]): boolean {
  return job.kind === 'build-image' && isJobActive(job.state);
}
