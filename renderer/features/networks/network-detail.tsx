import { useState, type ReactNode } from 'react';
import { impairmentText } from '@shared/networks/impairment.js';
import type { NetworkEnd, NetworkView } from '@shared/networks/network.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { callHost } from '../../stores/connection-store.js';
import { IconButton } from '../../ui/button.js';
import { classNames } from '../../ui/class-names.js';
import { SlidersIcon } from '../../ui/icons.js';
import { LinkButton } from '../../ui/link-button.js';
import { ErrorNote } from '../../ui/note.js';
import { TextArea } from '../../ui/text-area.js';
import { LinkPanel } from './link-panel.js';
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
  const [shownKey, show] = useState<string | null>(null);
  const shown = network.ends.find((end) => keyOf(end) === shownKey);
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
              const key = keyOf(end);
              return (
                <li key={key} className={classNames(key === shownKey && 'on')}>
                  {vm && stateIcon(vm)}
                  <LinkButton onClick={() => onShowMachine(end.vmId)}>{vm?.name ?? end.vmId}</LinkButton>
                  <span className="mono xs ter">{end.device ?? `card ${end.unit}`}</span>
                  {end.impairment && <span className="xs warn">{impairmentText(end.impairment)}</span>}
                  <span className="mono xs end">{end.address ?? ''}</span>
                  <IconButton
                    label={`Link of ${vm?.name ?? end.vmId}`}
                    icon={<SlidersIcon />}
                    aria-expanded={key === shownKey}
                    onClick={() => show(key === shownKey ? null : key)}
                  />
                </li>
              );
            })}
          </ul>
        )}
      </section>
      {shown && <LinkPanel key={keyOf(shown)} network={network} end={shown} vms={vms} />}
      <NetworkNote network={network} />
    </>
  );
}

const keyOf = ({ vmId, unit }: NetworkEnd): string => `${vmId}-${unit}`;

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
