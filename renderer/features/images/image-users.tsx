import type { ReactNode } from 'react';
import type { Image } from '@shared/images/image.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { formatBytes } from '../../lib/format.js';
import { LayersIcon, SnapshotIcon } from '../../ui/icons.js';
import { LinkButton } from '../../ui/link-button.js';
import type { ImageDeeds } from './image-deeds.js';
import type { ImageUsers } from '@shared/images/image-users.js';

/** So many are drawn: the place of layers has them all. */
const DRAWN = 40;

/** What the list takes. */
interface ImageUsersListProps {
  image: Image;
  users: ImageUsers;
  stateIcon: (vm: VmView) => ReactNode;
  deeds: ImageDeeds;
}

/** The machines and layers that stand on an image, each a way to it. */
export function ImageUsersList({ image, users, stateIcon, deeds }: ImageUsersListProps) {
  const { layers, vms } = users;
  const free = layers.filter(({ role }) => role !== 'machine');
  const all = vms.length + free.length;
  return (
    <section aria-labelledby="image-users">
      <h2 id="image-users">
        Used by <span className="ter num">{all === 0 ? '' : all}</span>
      </h2>
      {all === 0 ? (
        <p className="sec">
          Nothing stands on it.{' '}
          <LinkButton onClick={() => deeds.newMachine(image.id)}>Make a machine</LinkButton>
        </p>
      ) : (
        <ul className="card list tight imageusers">
          {vms.slice(0, DRAWN).map((vm) => {
            const own = layers.filter(({ vmId, role }) => vmId === vm.id && role === 'machine');
            return (
              <li key={vm.id}>
                {stateIcon(vm)}
                <span className="grow ell">
                  <LinkButton onClick={() => deeds.showMachine(vm.id)}>{vm.name}</LinkButton>
                </span>
                {own[0] ? (
                  <span className="xs ter num">
                    <LinkButton onClick={() => own[0] && deeds.showLayer(own[0].id)}>its layer</LinkButton>,{' '}
                    {formatBytes(own[0].onDiskBytes)}
                  </span>
                ) : (
                  <span className="xs ter">the file itself is its disk</span>
                )}
              </li>
            );
          })}
          {free.slice(0, DRAWN).map((layer) => (
            <li key={layer.id}>
              {layer.role === 'snapshot' ? <SnapshotIcon size="s" /> : <LayersIcon size="s" />}
              <span className="grow ell">
                <LinkButton onClick={() => deeds.showLayer(layer.id)}>{layer.name}</LinkButton>
              </span>
              <span className="xs ter num">
                {layer.role === 'snapshot' ? `snapshot of ${layer.vmName ?? 'a machine'}` : 'a free layer'},{' '}
                {formatBytes(layer.onDiskBytes)}
              </span>
            </li>
          ))}
          {all > DRAWN && <li className="xs ter">and more; the place of layers has them all</li>}
        </ul>
      )}
    </section>
  );
}
