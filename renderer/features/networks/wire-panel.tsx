import type { ReactNode } from 'react';
import type { DiagramLink } from '@shared/networks/diagram.js';
import type { NetworkView } from '@shared/networks/network.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { transports } from '@shared/networks/transports/index.js';
import { Button } from '../../ui/button.js';
import { disconnection, type Connection } from './canvas/diagram-deeds.js';
import { LinkPanel } from './link-panel.js';
import { LinkRate } from './link-table.js';

/** What the panel takes. */
interface WirePanelProps {
  link: DiagramLink;
  vms: Readonly<Record<string, VmView>>;
  networks: Readonly<Record<string, NetworkView>>;
  onConnect: (connection: Connection) => void;
}

/** A wire that is selected on the canvas: what it is, where it ends, and what goes by it. */
export function WirePanel({ link, vms, networks, onConnect }: WirePanelProps) {
  const network = link.networkId === null ? undefined : networks[link.networkId];
  const ends = link.plugs.map(({ vmId, unit }) => ({
    name: `${vms[vmId]?.name ?? vmId} card ${unit}`,
    end: network?.ends.find((one) => one.vmId === vmId && one.unit === unit),
  }));
  const facts: [string, ReactNode][] = [
    ['Kind', kindOf(link, network)],
    ['State', link.isUp ? 'up' : 'off'],
    ...ends.map(({ name, end }): [string, ReactNode] => [
      name,
      [end?.device, end?.address, end?.transport && transports[end.transport].title]
        .filter(Boolean)
        .join(', ') || 'off',
    ]),
    ['bit/s now', <LinkRate key="rate" link={link} />],
  ];
  return (
    <>
      <dl className="kv xs">
        {facts.map(([what, text]) => (
          <div key={what} className="networkfact">
            <dt>{what}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {network &&
        ends.map(
          ({ end }, index) =>
            // Of a cable both ends are one link.
            end && index === 0 && <LinkPanel key={link.id} network={network} end={end} vms={vms} />,
        )}
      <div className="row wrap">
        <Button onClick={() => onConnect(disconnection(link))}>
          {link.plugs.length === 0 ? 'No internet' : 'Unplug'}
        </Button>
      </div>
    </>
  );
}

function kindOf({ plugs, to }: DiagramLink, network: NetworkView | undefined): string {
  if (plugs.length === 0) return 'the way out of a switch';
  if (plugs.length === 2) return 'a cable between two machines';
  if (network) return network.kind === 'switch' ? 'a port of a switch' : 'one end of a cable';
  return to === 'internet' ? 'to the internet, alone' : 'to the outside';
}
