import { networkNodeId } from '@shared/networks/diagram.js';
import type { NetworkView } from '@shared/networks/network.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { classNames } from '../../ui/class-names.js';
import { NetworkState } from './network-state.js';
import { kindText } from './network-words.js';
import '../../ui/table.css';

/** What the table takes. */
interface NetworkTableProps {
  networks: readonly NetworkView[];
  vms: Readonly<Record<string, VmView>>;
  /** The node that is selected. */
  selectedId: string | null;
  onSelect: (id: string) => void;
}

/** All networks, a line each. */
export function NetworkTable({ networks, vms, selectedId, onSelect }: NetworkTableProps) {
  return (
    <div className="networkcol">
      <table className="table networktable" aria-label="Networks">
        <thead>
          <tr>
            <th>Name</th>
            <th>Kind</th>
            <th>State</th>
            <th>Addresses</th>
            <th>Machines</th>
          </tr>
        </thead>
        <tbody>
          {networks.map((network) => (
            <tr
              key={network.id}
              className={classNames(networkNodeId(network.id) === selectedId && 'on')}
              aria-current={networkNodeId(network.id) === selectedId ? 'true' : undefined}
              onClick={() => onSelect(network.id)}
            >
              <td>
                <button type="button" className="networkname" onClick={() => onSelect(network.id)}>
                  {network.name}
                </button>
              </td>
              <td className="sec">{kindText(network)}</td>
              <td>
                <NetworkState network={network} />
              </td>
              <td className="mono xs">{network.subnet ?? '–'}</td>
              <td className="sec ell">
                {network.ends.map(({ vmId }) => vms[vmId]?.name ?? vmId).join(', ') || 'none'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
