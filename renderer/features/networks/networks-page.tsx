import { useState, type ReactNode } from 'react';
import type { HostState } from '@shared/api/state.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { NetworkView } from '@shared/networks/network.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { callHost } from '../../stores/connection-store.js';
import { Button } from '../../ui/button.js';
import { Empty } from '../../ui/empty.js';
import { EditIcon, NetworkIcon, PlusIcon, TrashIcon } from '../../ui/icons.js';
import { ErrorNote } from '../../ui/note.js';
import { NetworkDetail } from './network-detail.js';
import { NetworkTable } from './network-table.js';
import { inOrder, networksSummary } from './network-words.js';
import './networks-page.css';

/** What the place takes. */
export interface NetworksPageProps {
  state: Pick<HostState, 'networks' | 'vms'>;
  stateIcon: (vm: VmView) => ReactNode;
  onNew: () => void;
  onChange: (network: NetworkView) => void;
  onShowMachine: (vmId: string) => void;
}

/** The place of networks: all of them in a table, and beside it who is on the one that is selected. */
export function NetworksPage({ state, stateIcon, onNew, onChange, onShowMachine }: NetworksPageProps) {
  const networks = inOrder(state.networks);
  const [selectedId, select] = useState<string | null>(null);
  const [error, setError] = useState<PaddockError | null>(null);
  const selected = (selectedId === null ? undefined : state.networks[selectedId]) ?? networks[0];
  const remove = async ({ id }: NetworkView): Promise<void> => {
    const outcome = await callHost('networks.delete', { id });
    setError(outcome.ok ? null : outcome.error);
  };
  return (
    <div className="networks">
      <header className="nbar">
        <h1>Networks</h1>
        <span className="ter ell grow">{networksSummary(networks)}</span>
        <Button collapses icon={<PlusIcon />} aria-label="New network…" onClick={onNew}>
          New network…
        </Button>
        {selected && (
          <>
            <Button
              variant="quiet"
              collapses
              icon={<EditIcon />}
              aria-label="Change…"
              onClick={() => onChange(selected)}
            >
              Change…
            </Button>
            <Button
              variant="quiet"
              collapses
              icon={<TrashIcon />}
              aria-label="Delete"
              reason={selected.ends.length > 0 ? 'Machines are plugged into it; unplug them first.' : null}
              onClick={() => void remove(selected)}
            >
              Delete
            </Button>
          </>
        )}
      </header>
      {error && (
        <div className="callerror">
          <ErrorNote error={error} />
        </div>
      )}
      {selected ? (
        <div className="networksbody">
          <NetworkTable
            networks={networks}
            vms={state.vms}
            selectedId={selected.id}
            onSelect={(id) => {
              setError(null);
              select(id);
            }}
          />
          <aside className="networkside" aria-labelledby="network-title">
            <header className="row">
              <NetworkIcon />
              <h2 id="network-title">{selected.name}</h2>
            </header>
            <NetworkDetail
              key={selected.id}
              network={selected}
              vms={state.vms}
              stateIcon={stateIcon}
              onShowMachine={onShowMachine}
            />
          </aside>
        </div>
      ) : (
        <Empty level={2} title="No networks yet">
          <p>
            A machine reaches the internet by itself. A network joins several: a switch with addresses and
            names for all of them, or a cable between two.
          </p>
          <Button variant="primary" icon={<PlusIcon />} onClick={onNew}>
            New network…
          </Button>
        </Empty>
      )}
    </div>
  );
}
