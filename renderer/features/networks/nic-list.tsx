import type { NetworkView } from '@shared/networks/network.js';
import type { Link, Nic } from '@shared/networks/nic.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { IconButton } from '../../ui/button.js';
import { Checkbox } from '../../ui/field.js';
import { PlugIcon, TrashIcon } from '../../ui/icons.js';
import { SelectField } from '../../ui/select-field.js';
import { ForwardList } from './forward-list.js';
import { HowItIsDone } from './how-it-is-done.js';
import { TapField } from './tap-field.js';
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
          value={linkValue(link)}
          choices={[
            { value: 'internet', title: 'Internet', text: 'by way of this computer' },
            ...inOrder(networks).map((one) => ({ value: one.id, title: one.name, text: kindText(one) })),
            { value: 'tap', title: 'This computer', text: 'by a tap that root made for you' },
            ...(link.kind === 'transport'
              ? [{ value: 'transport', title: link.transport, text: 'as its options say' }]
              : []),
            { value: 'none', title: 'Nowhere', text: 'unplugged' },
          ]}
          hint={linkHint(link, network)}
          onChange={(value) => onLink(linkOf(value, link))}
        />
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
