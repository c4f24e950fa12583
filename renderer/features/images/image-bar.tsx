import type { Image } from '@shared/images/image.js';
import type { ImageUsers } from '@shared/images/image-users.js';
import type { Job } from '@shared/jobs/job.js';
import type { Base } from '@shared/layers/layer.js';
import { Button } from '../../ui/button.js';
import {
  CompareIcon,
  DiskIcon,
  EditIcon,
  ExportIcon,
  FolderIcon,
  LayersIcon,
  MendIcon,
  MoreIcon,
  OkIcon,
  PlusIcon,
  RestartIcon,
  TrashIcon,
} from '../../ui/icons.js';
import { Menu, MenuItem } from '../../ui/menu.js';
import type { ImageDeeds } from './image-deeds.js';
import { kindWords, reasonAgainstChange, reasonAgainstRead, reasonAgainstTrash } from './image-words.js';
import { useBuildAgain } from './wizard/use-build-again.js';
import './image-bar.css';

/** What the bar takes. */
interface ImageBarProps {
  image: Image;
  users: ImageUsers;
  job: Job | null;
  base: Base | undefined;
  deeds: ImageDeeds;
  onCompact: () => void;
  onTrash: () => void;
}

/** The name of an image, and everything that can be done to it: what is most asked for as buttons, the rest in a menu. */
export function ImageBar({ image, users, job, base, deeds, onCompact, onTrash }: ImageBarProps) {
  const change = reasonAgainstChange(users, job);
  const again = useBuildAgain(image);
  const isTheirs = image.kind === 'file';
  const missing = base?.state.kind === 'missing' ? 'Its file is not there.' : null;
  const open = (kind: Parameters<ImageDeeds['open']>[0]) => (): void => deeds.open(kind, image.id);
  return (
    <header className="ibar">
      <h1 className="ell" title={image.name.length > 30 ? image.name : undefined}>
        {image.name}
      </h1>
      <span className="sec ell hide-s">{kindWords[image.kind]}</span>
      <span className="row end">
        <Button
          collapses
          icon={<PlusIcon />}
          variant="primary"
          aria-label="New machine on it"
          reason={missing}
          onClick={() => deeds.newMachine(image.id)}
        >
          New machine on it
        </Button>
        <Button
          collapses
          icon={<MendIcon />}
          aria-label="Customise…"
          reason={missing ?? change}
          onClick={open('customise-image')}
        >
          Customise…
        </Button>
        <Button
          collapses
          variant="quiet"
          icon={<FolderIcon />}
          aria-label="Browse files…"
          reason={missing}
          onClick={open('browse-image')}
        >
          Browse files…
        </Button>
        <Menu trigger={<MoreButton />}>
          <MenuItem
            icon={<LayersIcon />}
            title="New layer on it…"
            text="Writes go there; the image stays as it is."
            reason={missing}
            onChoose={() => deeds.newLayer(image)}
          />
          <MenuItem
            icon={<RestartIcon />}
            title="Build again…"
            text="Opens the wizard with its recipe."
            reason={again.reason}
            onChoose={again.run}
          />
          <MenuItem
            icon={<DiskIcon />}
            title="Grow…"
            text="Makes the disk and its file system larger."
            reason={missing ?? change}
            onChoose={open('grow-image')}
          />
          <MenuItem
            icon={<OkIcon />}
            title="Check…"
            text="Looks whether its file system is sound."
            reason={missing ?? reasonAgainstRead(job)}
            onChoose={open('check-image')}
          />
          <MenuItem
            icon={<CompareIcon />}
            title="Compact"
            text="Gives back to this computer what its file system doesn’t use."
            reason={missing ?? change}
            onChoose={onCompact}
          />
          <MenuItem
            icon={<DiskIcon />}
            title="Convert to qcow2…"
            text="A copy for QEMU and others."
            reason={missing}
            onChoose={open('convert-image')}
          />
          <MenuItem
            icon={<ExportIcon />}
            title="Export…"
            text="One compressed file, with a checksum, for another computer."
            reason={missing}
            onChoose={open('export-image')}
          />
          <MenuItem icon={<EditIcon />} title="Rename…" onChoose={open('rename-image')} />
          <MenuItem
            icon={<TrashIcon />}
            title={isTheirs ? 'Take out of the library' : 'Put into trash'}
            text={
              isTheirs
                ? 'The file itself stays where it is.'
                : 'It can be had back until the trash is emptied.'
            }
            reason={reasonAgainstTrash(users, job)}
            onChoose={onTrash}
          />
        </Menu>
      </span>
    </header>
  );
}

function MoreButton(props: object) {
  return (
    <Button variant="quiet" className="icon" aria-label="More to do with it" icon={<MoreIcon />} {...props} />
  );
}
