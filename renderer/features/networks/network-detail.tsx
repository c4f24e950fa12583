import { useState, type ReactNode } from 'react';
import type { NetworkView } from '@shared/networks/network.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { callHost } from '../../stores/connection-store.js';
import { LinkButton } from '../../ui/link-button.js';
import { ErrorNote } from '../../ui/note.js';
import { TextArea } from '../../ui/text-area.js';
import { NetworkState } from './network-state.js';
import { carrierText, kindText } from './network-words.js';

/** What the details take. */
interface NetworkDetailProps {
  network: NetworkView;
  vms: Readonly<Record<string, VmView>>;
  stateIcon: (vm: VmView) => ReactNode;
  onShowMachine: (vmId: string) => void;
}

/** All there is to know of a network: what it is, and whose cards are on it. */
export function NetworkDetail({ network, vms, stateIcon, onShowMachine }: NetworkDetailProps) {
  const facts: [string, ReactNode][] = [
    ['Kind', kindText(network)],
    ['State', <NetworkState key="state" network={network} />],
    ['Carried by', carrierText(network)],
    ['Addresses', network.subnet],
    ['Gateway', network.gateway],
    ['This computer', network.hostAddress],
    ['Helpers', network.helpers.map(({ name, pid }) => `${name} ${pid}`).join(', ')],
  ];
  return (
    <>
      {network.problem && <ErrorNote error={network.problem} />}
      <dl className="kv xs">
        {facts.map(
          ([what, text]) =>
            text !== null &&
            text !== '' && (
              <div key={what} className="networkfact">
                <dt>{what}</dt>
                <dd className={typeof text === 'string' && /^\d/.test(text) ? 'mono' : undefined}>{text}</dd>
              </div>
            ),
        )}
      </dl>
      <section aria-label="Machines">
        <h3>Machines</h3>
        {network.ends.length === 0 ? (
          <p className="xs sec">None. A machine is plugged in on its Network tab.</p>
        ) : (
          <ul className="networkends">
            {network.ends.map((end) => {
              const vm = vms[end.vmId];
              return (
                <li key={`${end.vmId}-${end.unit}`}>
                  {vm && stateIcon(vm)}
                  <LinkButton onClick={() => onShowMachine(end.vmId)}>{vm?.name ?? end.vmId}</LinkButton>
                  <span className="mono xs ter">{end.device ?? `card ${end.unit}`}</span>
                  <span className="mono xs end">{end.address ?? ''}</span>
                </li>
              );
            })}
          </ul>
        )}
      </section>
      <NetworkNote network={network} />
    </>
  );
}

/** What a person wants to remember of it; kept when the field is left. */
function NetworkNote({ network }: { network: NetworkView }) {
  const [note, setNote] = useState(network.note);
  const [said, setSaid] = useState('');
  const keep = async (): Promise<void> => {
    if (note === network.note) return;
    const outcome = await callHost('networks.configure', { id: network.id, changes: { note } });
    setSaid(outcome.ok ? 'Kept.' : 'It could not be kept.');
  };
  return (
    <TextArea
      label="Note"
      rows={3}
      value={note}
      hint={said}
      onChange={(event) => {
        setSaid('');
        setNote(event.target.value);
      }}
      onBlur={() => void keep()}
    />
  );
}
