import { useRef, useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { freeNetworkName, type Carrier, type NetworkView } from '@shared/networks/network.js';
import { callHost } from '../../stores/connection-store.js';
import { useAnswer } from '../../stores/use-answer.js';
import { Button } from '../../ui/button.js';
import { ChoiceRows } from '../../ui/choice-rows.js';
import { Dialog } from '../../ui/dialog.js';
import { Checkbox, TextField } from '../../ui/field.js';
import { PlusIcon } from '../../ui/icons.js';
import { ErrorNote } from '../../ui/note.js';
import { SelectField } from '../../ui/select-field.js';
import { carrierChoices, nameFault, subnetFault } from './network-words.js';
import './networks-page.css';

/** What the dialog takes. */
interface NetworkDialogProps {
  networks: Readonly<Record<string, NetworkView>>;
  /** The one that is changed; null for a new one. */
  network: NetworkView | null;
  /** What a new one is at first. */
  shape: NetworkView['kind'];
  onClose: () => void;
  onMade: (networkId: string) => void;
}

/** Makes a network, or changes one. */
export function NetworkDialog({ networks, network, shape, onClose, onMade }: NetworkDialogProps) {
  const facts = useAnswer('networks.facts', {});
  const [name, setName] = useState(
    network?.name ?? freeNetworkName(shape === 'cable' ? 'cable' : 'lab', Object.values(networks)),
  );
  const [kind, setKind] = useState<NetworkView['kind']>(network?.kind ?? shape);
  const [internet, setInternet] = useState(network?.internet ?? true);
  const [reachesHost, setReachesHost] = useState(network?.reachesHost ?? false);
  const [subnet, setSubnet] = useState(network?.subnet ?? '');
  const [carrier, setCarrier] = useState<Carrier | null>(network?.wantedCarrier ?? null);
  const [error, setError] = useState<PaddockError | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const taken = Object.values(networks)
    .filter(({ id }) => id !== network?.id)
    .map((other) => other.name);
  const badName = nameFault(name, taken);
  const badSubnet = kind === 'switch' ? subnetFault(subnet) : null;
  const isSwitch = kind === 'switch';
  const save = async (): Promise<void> => {
    if (badName ?? badSubnet) return;
    setIsBusy(true);
    const wanted = { internet, reachesHost: internet && reachesHost, carrier };
    const range = subnet.trim();
    const outcome =
      network === null
        ? await callHost('networks.create', {
            name: name.trim(),
            kind,
            ...(isSwitch ? wanted : { internet: false, reachesHost: false, carrier: null }),
            subnet: isSwitch && range !== '' ? range : null,
          })
        : await callHost('networks.configure', {
            id: network.id,
            changes: {
              name: name.trim(),
              ...(isSwitch ? { ...wanted, ...(range === '' ? {} : { subnet: range }) } : {}),
            },
          });
    setIsBusy(false);
    if (!outcome.ok) return setError(outcome.error);
    onMade(network?.id ?? (outcome.value as { id: string }).id);
  };
  const changed =
    <T,>(set: (value: T) => void) =>
    (value: T): void => {
      setError(null);
      set(value);
    };
  return (
    <Dialog
      title={network === null ? 'New network' : `Change ${network.name}`}
      text="Made when the first machine starts on it, without root, and gone with the last."
      initialFocus={field}
      onClose={onClose}
      footer={
        <>
          {error && <ErrorNote error={error} />}
          <span className="end row">
            <Button onClick={onClose}>Cancel</Button>
            <Button
              variant="primary"
              icon={network === null ? <PlusIcon /> : undefined}
              reason={isBusy ? 'It is being saved.' : (badName ?? badSubnet)}
              onClick={() => void save()}
            >
              {network === null ? 'Make' : 'Save'}
            </Button>
          </span>
        </>
      }
    >
      <form
        className="networkfields"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextField
          ref={field}
          label="Name"
          value={name}
          error={badName}
          onFocus={(event) => event.target.select()}
          onChange={(event) => changed(setName)(event.target.value)}
        />
        {network === null && (
          <ChoiceRows
            label="What it is"
            value={kind}
            choices={[
              {
                value: 'switch',
                title: 'A switch',
                text: 'For any number of machines, with addresses by DHCP and machines found by name.',
              },
              { value: 'cable', title: 'A cable', text: 'Between two machines, and nothing else on it.' },
            ]}
            onChange={changed(setKind)}
          />
        )}
        {isSwitch && (
          <>
            <Checkbox
              label="Internet"
              text="Its machines reach it by way of this computer."
              checked={internet}
              onChange={changed(setInternet)}
            />
            {internet && (
              <Checkbox
                label="Programs of this computer"
                text="Its machines reach what listens on 127.0.0.1 here."
                checked={reachesHost}
                onChange={changed(setReachesHost)}
              />
            )}
            <TextField
              label="Addresses"
              value={subnet}
              placeholder="one that is free"
              error={badSubnet}
              hint="A range such as 10.77.1.0/24. The first address is the gateway."
              onChange={(event) => changed(setSubnet)(event.target.value)}
            />
            <SelectField
              label="Carried by"
              value={carrier ?? 'auto'}
              choices={carrierChoices(facts?.ok ? facts.value : null, internet)}
              onChange={(value) => changed(setCarrier)(value === 'auto' ? null : (value as Carrier))}
            />
          </>
        )}
        <input type="submit" hidden />
      </form>
    </Dialog>
  );
}
