import { vmActionAllowance } from '@shared/vms/vm-actions.js';
import type { Image } from '@shared/images/image.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { fileName, formatBytes } from '../../lib/format.js';
import { Button } from '../../ui/button.js';
import { MergeIcon } from '../../ui/icons.js';
import '../../ui/page.css';

/** What the Disk tab takes. */
export interface DiskTabProps {
  vm: VmView;
  image: Image | null;
  onMerge: () => void;
}

/** The disk of a machine: the image under it and the layer that holds what it changed. */
export function DiskTab({ vm, image, onMerge }: DiskTabProps) {
  const { layer } = vm;
  const allowance = vmActionAllowance('merge', vm.state);
  if (vm.taken)
    return (
      <div className="page narrow">
        <div>
          <h2>Disk</h2>
          <p className="sec">
            {vm.name} was started outside Paddock and keeps its own disks, which its command line names. It
            has no layer of Paddock’s, so there is nothing to merge here.
          </p>
        </div>
      </div>
    );
  if (!layer)
    return (
      <div className="page narrow">
        <p className="sec">This machine’s layer can’t be read. The explanation in Consoles says why.</p>
      </div>
    );
  return (
    <div className="page narrow">
      <div>
        <h2>Disk</h2>
        <p className="sec">
          {vm.name} reads {fileName(layer.basePath)} and writes only to its own layer. The image stays as it
          is, so other machines can stand on it too.
        </p>
        <dl className="kv facts">
          <dt>Base image</dt>
          <dd>
            <span className="mono">{layer.basePath}</span>
            {image && <span className="ter"> {formatBytes(image.sizeBytes)}, read-only</span>}
          </dd>
          <dt>Layer</dt>
          <dd className="mono">{layer.path}</dd>
          <dt>Changed</dt>
          <dd>
            <span className="num">{formatBytes(layer.changedBytes)}</span>{' '}
            <span className="ter">what the guest wrote, by the layer’s own count</span>
          </dd>
          <dt>On disk</dt>
          <dd>
            <span className="num">{formatBytes(layer.onDiskBytes)}</span>{' '}
            <span className="ter">what the layer takes on this computer, its index included</span>
          </dd>
        </dl>
        <div className="row wrap">
          <Button icon={<MergeIcon />} reason={allowance.allowed ? null : allowance.reason} onClick={onMerge}>
            Merge layer with uml_moo…
          </Button>
          <span className="xs ter">
            {allowance.allowed
              ? 'Makes a new image out of base and layer; both stay as they are.'
              : allowance.reason}
          </span>
        </div>
      </div>
    </div>
  );
}
