import { useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { NetworkView } from '@shared/networks/network.js';
import { freeNicUnit, NICS_MAX, type Nic, type WantedNic } from '@shared/networks/nic.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { plural } from '../../lib/format.js';
import { callHost } from '../../stores/connection-store.js';
import { Button } from '../../ui/button.js';
import { PlusIcon } from '../../ui/icons.js';
import { ErrorNote, Note } from '../../ui/note.js';
import { NicList } from './nic-list.js';
import '../../ui/page.css';
import './network-tab.css';

/** What the Network tab takes. */
export interface NetworkTabProps {
  vm: VmView;
  networks: Readonly<Record<string, NetworkView>>;
  /** Makes a network, in its dialog. */
  onNewNetwork: () => void;
}

/** The network cards of a machine; each change is saved at once, and counts from the next start on. */
export function NetworkTab({ vm, networks, onNewNetwork }: NetworkTabProps) {
  const [error, setError] = useState<PaddockError | null>(null);
  const save = async (nics: (Nic | WantedNic)[]): Promise<void> => {
    const outcome = await callHost('vms.configure', { id: vm.id, changes: { nics } });
    setError(outcome.ok ? null : outcome.error);
  };
  const unit = freeNicUnit(vm.nics);
  const add = (): void => {
    if (unit !== null)
      void save([...vm.nics, { unit, link: { kind: 'internet', reachesHost: false, forwards: [] } }]);
  };
  if (vm.taken)
    return (
      <div className="page narrow">
        <div>
          <h2>Network cards</h2>
          <p className="sec">
            {vm.name} was started outside Paddock; its own command line says which network cards it has.
          </p>
        </div>
      </div>
    );
  return (
    <div className="page narrow">
      <section aria-labelledby="nics-title">
        <div className="row wrap nicbar">
          <h2 id="nics-title">Network cards</h2>
          <span className="ter">
            {vm.nics.length === 0 ? '' : `${plural(vm.nics.length, 'card')}, at most ${NICS_MAX}`}
          </span>
          <span className="end row wrap">
            <Button variant="quiet" onClick={onNewNetwork}>
              New network…
            </Button>
            <Button
              icon={<PlusIcon />}
              reason={unit === null ? `${vm.name} has eight cards already.` : null}
              onClick={add}
            >
              Add a card
            </Button>
          </span>
        </div>
        {error && <ErrorNote error={error} />}
        {isLive(vm.state) && vm.nics.length > 0 && (
          <Note>
            Cables are moved while it runs, and cards come and go. What can’t be done before its next start is
            told, and kept.
          </Note>
        )}
        {vm.nics.length > 0 ? (
          <NicList vm={vm} networks={networks} onChange={(nics) => void save(nics)} />
        ) : (
          <p className="sec">
            It has no network card. With one it can reach the internet, other machines, or both.
          </p>
        )}
      </section>
    </div>
  );
}
