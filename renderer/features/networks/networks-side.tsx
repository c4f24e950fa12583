import type { ReactNode } from 'react';
import type { Diagram } from '@shared/networks/diagram.js';
import type { NetworkView } from '@shared/networks/network.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { Button } from '../../ui/button.js';
import {
  ComputerIcon,
  EditIcon,
  GlobeIcon,
  LinkIcon,
  NetworkIcon,
  PlugIcon,
  TrashIcon,
} from '../../ui/icons.js';
import type { Connection } from './canvas/diagram-deeds.js';
import { LinkTable } from './link-table.js';
import { linkName } from './link-words.js';
import { MachinePanel } from './machine-panel.js';
import { NetworkDetail } from './network-detail.js';
import { WirePanel } from './wire-panel.js';

/** What the side takes. */
interface NetworksSideProps {
  diagram: Diagram;
  selectedId: string | null;
  vms: Readonly<Record<string, VmView>>;
  networks: Readonly<Record<string, NetworkView>>;
  stateIcon: (vm: VmView) => ReactNode;
  onSelect: (id: string) => void;
  onConnect: (connection: Connection) => void;
  onChange: (network: NetworkView) => void;
  onDelete: (network: NetworkView) => void;
  onShowMachine: (vmId: string) => void;
}

/** What is selected, and below it every link. */
export function NetworksSide(props: NetworksSideProps) {
  const { diagram, selectedId, vms, networks, stateIcon, onSelect, onConnect, onShowMachine } = props;
  const node = diagram.nodes.find(({ id }) => id === selectedId);
  const link = diagram.links.find(({ id }) => id === selectedId);
  const network = node?.kind === 'network' ? networks[node.networkId] : undefined;
  const vm = node?.kind === 'machine' ? vms[node.vmId] : undefined;
  const title = link ? linkName(link, vms, networks) : (node?.name ?? null);
  return (
    <aside className="networkside" aria-labelledby={title === null ? undefined : 'network-title'}>
      {title !== null && (
        <section className="networkpanel">
          <header className="row">
            {link ? (
              <LinkIcon />
            ) : network ? (
              <NetworkIcon />
            ) : vm ? (
              <ComputerIcon />
            ) : node?.kind === 'internet' ? (
              <GlobeIcon />
            ) : (
              <PlugIcon />
            )}
            <h2 id="network-title" className="ell">
              {title}
            </h2>
          </header>
          {link && <WirePanel link={link} vms={vms} networks={networks} onConnect={onConnect} />}
          {network && (
            <>
              <div className="row wrap">
                <Button icon={<EditIcon />} onClick={() => props.onChange(network)}>
                  Change…
                </Button>
                <Button
                  variant="quiet"
                  icon={<TrashIcon />}
                  reason={network.ends.length > 0 ? 'Machines are plugged into it; unplug them first.' : null}
                  onClick={() => props.onDelete(network)}
                >
                  Delete
                </Button>
              </div>
              <NetworkDetail
                key={network.id}
                network={network}
                vms={vms}
                stateIcon={stateIcon}
                onShowMachine={onShowMachine}
              />
            </>
          )}
          {vm && node && (
            <MachinePanel
              vm={vm}
              node={node}
              nodes={diagram.nodes}
              networks={networks}
              stateIcon={stateIcon}
              onConnect={onConnect}
              onShowMachine={onShowMachine}
            />
          )}
          {node && !network && !vm && <p className="xs sec">{'sub' in node ? node.sub : ''}</p>}
        </section>
      )}
      <section className="networklinks" aria-label="All links">
        <h3>All links</h3>
        {diagram.links.length === 0 ? (
          <p className="xs sec">
            None. Draw one from the dot under a machine to a switch, to the internet or to another machine.
          </p>
        ) : (
          <LinkTable
            links={diagram.links}
            vms={vms}
            networks={networks}
            selectedId={selectedId}
            onSelect={onSelect}
          />
        )}
      </section>
    </aside>
  );
}
