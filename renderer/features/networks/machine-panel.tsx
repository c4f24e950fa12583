import type { ReactNode } from 'react';
import type { DiagramNode } from '@shared/networks/diagram.js';
import type { NetworkView } from '@shared/networks/network.js';
import { linkText } from '@shared/networks/nic-choice.js';
import { isLive } from '@shared/vms/vm-state.js';
import { vmActionAllowance } from '@shared/vms/vm-actions.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { doDeed } from '../../stores/bulk-store.js';
import { Button } from '../../ui/button.js';
import { PlayIcon, PowerIcon } from '../../ui/icons.js';
import { SelectField } from '../../ui/select-field.js';
import { connection, disconnection, type Connection } from './canvas/diagram-deeds.js';

/** What the panel takes. */
interface MachinePanelProps {
  vm: VmView;
  node: DiagramNode;
  /** Everything that it could be connected to. */
  nodes: readonly DiagramNode[];
  networks: Readonly<Record<string, NetworkView>>;
  stateIcon: (vm: VmView) => ReactNode;
  onConnect: (connection: Connection) => void;
  onShowMachine: (vmId: string) => void;
}

/** A machine that is selected on the canvas: its cards, and all that a wire could be drawn to, for the keyboard. */
export function MachinePanel({ vm, node, nodes, networks, stateIcon, ...deeds }: MachinePanelProps) {
  const { onConnect, onShowMachine } = deeds;
  const start = vmActionAllowance('start', vm.state);
  const shutdown = vmActionAllowance('shutdown', vm.state);
  const targets = nodes.filter(({ id, kind }) => id !== node.id && kind !== 'outside');
  const hasInternet = targets.some(({ kind }) => kind === 'internet');
  return (
    <>
      <p className="row">
        {stateIcon(vm)} <span className="sec">{vm.state}</span>
      </p>
      <div className="row wrap">
        {isLive(vm.state) ? (
          <Button
            icon={<PowerIcon />}
            reason={shutdown.allowed ? null : shutdown.reason}
            onClick={() => doDeed('shutdown', [vm])}
          >
            Shut down
          </Button>
        ) : (
          <Button
            icon={<PlayIcon />}
            reason={start.allowed ? null : start.reason}
            onClick={() => doDeed('start', [vm])}
          >
            Start
          </Button>
        )}
        <Button variant="quiet" onClick={() => onShowMachine(vm.id)}>
          Network cards…
        </Button>
      </div>
      <SelectField
        label="Connect to"
        value=""
        choices={[
          ...(hasInternet ? [] : [{ value: 'internet', title: 'Internet', text: 'alone' }]),
          ...targets.map(({ id, kind, name }) => ({
            value: id,
            title: name,
            text: kind === 'machine' ? 'by a cable' : kind === 'internet' ? 'alone' : '',
          })),
        ]}
        hint="The same as drawing a wire from its dot."
        onChange={(id) => {
          const to =
            targets.find((target) => target.id === id) ??
            ({ kind: 'internet', id: 'internet', name: 'Internet', sub: '' } as const);
          onConnect(connection(node, to));
        }}
      />
      {vm.nics.length > 0 && (
        <ul className="networkends" aria-label="Network cards">
          {vm.nics.map(({ unit, link }) => (
            <li key={unit}>
              <span className="mono xs">{unit}</span>
              <span className="ell grow">{linkText(link, (id) => networks[id]?.name ?? id)}</span>
              {link.kind !== 'none' && (
                <Button
                  variant="quiet"
                  aria-label={`Unplug card ${unit}`}
                  onClick={() =>
                    onConnect(
                      disconnection({
                        id: `card:${vm.id}:${unit}`,
                        plugs: [{ vmId: vm.id, unit, label: '' }],
                        networkId: null,
                      }),
                    )
                  }
                >
                  Unplug
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
