import { Button } from '../../ui/button.js';
import { Empty } from '../../ui/empty.js';
import { ExportIcon, PlusIcon } from '../../ui/icons.js';
import { LinkButton } from '../../ui/link-button.js';
import './images-empty.css';

/** What the place shows while nothing is selected. */
interface ImagesEmptyProps {
  count: number;
  /** Name of the image that was put into the trash just now. */
  gone: string | null;
  onNew: () => void;
  onImport: () => void;
  onTrash: () => void;
}

/** What the place is for, and where to begin. */
export function ImagesEmpty({ count, gone, onNew, onImport, onTrash }: ImagesEmptyProps) {
  return (
    <div className="imagesempty">
      {gone !== null && (
        <p className="imagesgone" role="status">
          {gone} is in the trash. <LinkButton onClick={onTrash}>Open the trash…</LinkButton>
        </p>
      )}
      <Empty level={2} title={count === 0 ? 'No images yet' : 'Select an image'}>
        <p>
          An image is a disk with a Linux on it. Machines write to layers of their own, so that one image
          serves many and stays as it is.
        </p>
        <div className="row wrap imagesemptydeeds">
          <Button variant="primary" icon={<PlusIcon />} onClick={onNew}>
            New image…
          </Button>
          <Button icon={<ExportIcon />} onClick={onImport}>
            Import an archive…
          </Button>
        </div>
      </Empty>
    </div>
  );
}
