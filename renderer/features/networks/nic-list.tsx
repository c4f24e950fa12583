import { useState } from 'react';
import type { NetworkView } from '@shared/networks/network.js';
import type { Link, Nic } from '@shared/networks/nic.js';
import { tunnelDraft } from '@shared/networks/transport-options.js';
import { transports, type TransportName } from '@shared/networks/transports/index.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { useHost } from '../../stores/host-store.js';
import { IconButton } from '../../ui/button.js';
import { Checkbox } from '../../ui/field.js';
import { PlugIcon, TrashIcon } from '../../ui/icons.js';
import { SelectField } from '../../ui/select-field.js';
import { ForwardList } from './forward-list.js';
import { HowItIsDone } from './how-it-is-done.js';
import { TapField } from './tap-field.js';
import { TransportForm } from './transport-form.js';
import { inOrder, kindText, linkHint, linkValue } from './network-words.js';

/** What the list takes. */
interface NicListProps {
  vm: VmView;
  networks: Readonly<Record<string, NetworkView>>;
  onChange: (nics: Nic[]) => void;
}

/** The network cards of a machine, each with where its cable goes. */
export function NicList({ vm, networks, onChange }: NicListProps) {
  const set = (unit: number, link: Link): void =>
    onChange(vm.nics.map((nic) => (nic.unit === unit ? { ...nic, link } : nic)));
  return (
    <ul className="niclist" aria-label="Network cards">
      {vm.nics.map((nic) => (
        <NicRow
          key={nic.unit}
          nic={nic}
          vm={vm}
          networks={networks}
          onLink={(link) => set(nic.unit, link)}
          onRemove={() => onChange(vm.nics.filter(({ unit }) => unit !== nic.unit))}
        />
      ))}
    </ul>
  );
}

interface NicRowProps {
  nic: Nic;
  vm: VmView;
  networks: Readonly<Record<string, NetworkView>>;
  onLink: (link: Link) => void;
  onRemove: () => void;
}

function NicRow({ nic, vm, networks, onLink, onRemove }: NicRowProps) {
  const { link, unit, mac } = nic;
  const has = useHost((state) => state.kernels[vm.kernelPath]?.transports ?? null);
  const [draft, setDraft] = useState<Draft | null>(null);
  const network = link.kind === 'network' ? networks[link.networkId] : undefined;
  const end = network?.ends.find((one) => one.vmId === vm.id && one.unit === unit);
  const facts = [end?.device ?? `card ${unit}`, end?.address, mac].filter(Boolean);
  return (
    <li aria-label={`Network card ${unit}`}>
      <span className="nicmark">
        <PlugIcon />
      </span>
      <div className="nicbody">
        <SelectField
          label={`Card ${unit} leads to`}
          value={draft ? 'expert' : linkValue(link)}
          choices={[
            { value: 'internet', title: 'Internet', text: 'by way of this computer' },
            ...inOrder(networks).map((one) => ({ value: one.id, title: one.name, text: kindText(one) })),
            { value: 'tap', title: 'This computer', text: 'by a tap, alone or bridged to an interface' },
            { value: 'tunnel', title: 'A tunnel to another host', text: 'Ethernet over UDP' },
            ...(link.kind === 'transport'
              ? [{ value: 'transport', title: transports[link.transport].title, text: 'as its options say' }]
              : []),
            { value: 'expert', title: 'By a transport…', text: 'every option of every one' },
            { value: 'none', title: 'Nowhere', text: 'unplugged' },
          ]}
          hint={draft ? 'Nothing is changed before you use it.' : linkHint(link, network)}
          onChange={(value) => {
            const next = draftOf(value, link);
            setDraft(next);
            if (next === null) onLink(linkOf(value, link));
          }}
        />
        {(draft ?? link.kind === 'transport') && (
          <TransportForm
            key={JSON.stringify(draft ?? link)}
            unit={unit}
            has={has}
            {...(draft ?? (link.kind === 'transport' ? link : blank))}
            onUse={(next) => {
              setDraft(null);
              onLink(next);
            }}
            onCancel={draft ? () => setDraft(null) : null}
          />
        )}
        {link.kind === 'tap' && <TapField key={link.ifname} ifname={link.ifname} onLink={onLink} />}
        {link.kind === 'internet' && (
          <Checkbox
            label="It reaches programs of this computer, at 10.0.2.2"
            checked={link.reachesHost}
            onChange={(reachesHost) => onLink({ ...link, reachesHost })}
          />
        )}
        {(link.kind === 'internet' || (link.kind === 'network' && network?.internet === true)) && (
          <ForwardList forwards={link.forwards} onChange={(forwards) => onLink({ ...link, forwards })} />
        )}
        <HowItIsDone vm={vm} nic={nic} network={network} />
        <p className="xs ter mono nicfacts">{facts.join('  ')}</p>
      </div>
      <IconButton label={`Remove card ${unit}`} icon={<TrashIcon />} onClick={onRemove} />
    </li>
  );
}

/** A transport that is being filled in. */
interface Draft {
  transport: TransportName;
  options: Readonly<Record<string, string>>;
}

const blank: Draft = { transport: 'l2tpv3', options: {} };

/** What is filled in before it is a link; null for what is one at once. */
function draftOf(value: string, link: Link): Draft | null {
  if (value === 'tunnel') return tunnelDraft;
  if (value !== 'expert') return null;
  return link.kind === 'transport' ? { transport: link.transport, options: link.options } : blank;
}

/** Where a cable goes that was led somewhere else; forwards go along where they can. */
function linkOf(value: string, before: Link): Link {
  const forwards = 'forwards' in before ? before.forwards : [];
  switch (value) {
    case 'none':
      return { kind: 'none' };
    case 'internet':
      return { kind: 'internet', reachesHost: false, forwards };
    case 'tap':
      return { kind: 'tap', ifname: before.kind === 'tap' ? before.ifname : 'tap0' };
    case 'transport':
      return before;
    default:
      return { kind: 'network', networkId: value, forwards };
  }
}
