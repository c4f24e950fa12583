import type { HostState } from '@shared/api/state.js';
import { flagLetters, guestDiskName, type DiskView } from '@shared/layers/disk.js';
import type { Layer } from '@shared/layers/layer.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { formatBytes } from '../../lib/format.js';
import { Button } from '../../ui/button.js';
import { DiskIcon, EditIcon, LayersIcon, MendIcon, MoreIcon, TrashIcon } from '../../ui/icons.js';
import { Menu, MenuItem } from '../../ui/menu.js';
import { diskKind, flagWords, guestPath, pluggedText } from './disk-words.js';
import { LayerPill } from './layer-state-pill.js';
import { layersOfMachine, needsMending } from './layer-words.js';
import '../../ui/badge.css';

/** What can be asked of one disk. */
export interface DiskDeeds {
  change: (unit: number) => void;
  remove: (unit: number) => void;
  mend: (layerId: string) => void;
  showLayer: (layerId: string) => void;
}

/** What the list takes. */
export interface DiskListProps {
  vm: VmView;
  layers: HostState['layers'];
  deeds: DiskDeeds;
}

/** The disks of a machine, by number: what each is, where it is, what it takes. */
export function DiskList({ vm, layers, deeds }: DiskListProps) {
  const own = layersOfMachine(layers, vm.id);
  return (
    <ul className="card list disklist" aria-label="Disks">
      {vm.disks.map((disk) => (
        <DiskItem
          key={disk.unit}
          vm={vm}
          disk={disk}
          layer={own.find(({ unit }) => unit === disk.unit) ?? null}
          deeds={deeds}
        />
      ))}
    </ul>
  );
}

function DiskItem({
  vm,
  disk,
  layer,
  deeds,
}: {
  vm: VmView;
  disk: DiskView;
  layer: Layer | null;
  deeds: DiskDeeds;
}) {
  const plugged = pluggedText(vm, disk);
  const name = guestDiskName(disk.unit);
  const isBad = layer !== null && needsMending(layer.state);
  return (
    <li>
      <span className="diskmark">{disk.kind === 'layer' ? <LayersIcon /> : <DiskIcon />}</span>
      <div className="grow diskfacts">
        <div className="row wrap diskhead">
          <code className="med">{guestPath(disk)}</code>
          <span className="sec">{diskKind(disk)}</span>
          {isBad && <LayerPill state={layer.state} />}
          {plugged !== null && <span className="xs ter">{plugged}</span>}
        </div>
        <div className="xs ter mono diskpath">{layer?.path ?? disk.file}</div>
        {disk.basePath !== null && <div className="xs ter mono diskpath">on {disk.basePath}</div>}
        {(flagLetters(disk.flags) !== '' || disk.serial !== null) && (
          <div className="row wrap diskflags">
            {flagWords
              .filter(({ flag }) => disk.flags[flag])
              .map(({ flag, title, text, letter }) => (
                <span key={flag} className="badge" title={text}>
                  {title} <code>{letter}</code>
                </span>
              ))}
            {disk.serial !== null && (
              <span className="badge">
                serial <code>{disk.serial}</code>
              </span>
            )}
          </div>
        )}
      </div>
      {layer && (
        <dl className="disksizes num xs">
          <dt>Changed</dt>
          <dd>{formatBytes(layer.changedBytes)}</dd>
          <dt>On disk</dt>
          <dd>{formatBytes(layer.onDiskBytes)}</dd>
        </dl>
      )}
      <Menu trigger={<MoreButton label={`More about ${name}`} />}>
        {layer && (
          <MenuItem icon={<LayersIcon />} title="Show in Layers" onChoose={() => deeds.showLayer(layer.id)} />
        )}
        {isBad && <MenuItem icon={<MendIcon />} title="Mend…" onChoose={() => deeds.mend(layer.id)} />}
        <MenuItem
          icon={<EditIcon />}
          title="Flags and serial number…"
          reason={isLive(vm.state) ? 'It is running. Shut it down first.' : null}
          onChoose={() => deeds.change(disk.unit)}
        />
        <MenuItem icon={<TrashIcon />} title="Remove…" onChoose={() => deeds.remove(disk.unit)} />
      </Menu>
    </li>
  );
}

function MoreButton({ label, ...props }: { label: string }) {
  return <Button variant="quiet" className="icon" aria-label={label} icon={<MoreIcon />} {...props} />;
}
