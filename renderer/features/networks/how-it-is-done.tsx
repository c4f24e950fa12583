import { chooseTransport, type Effect } from '@shared/networks/nic-choice.js';
import type { NetworkView } from '@shared/networks/network.js';
import type { Nic } from '@shared/networks/nic.js';
import { transportWarnings } from '@shared/networks/transport-warnings.js';
import { transports, type TransportName } from '@shared/networks/transports/index.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { useHost } from '../../stores/host-store.js';
import { useAnswer } from '../../stores/use-answer.js';
import { Note } from '../../ui/note.js';

/** What it takes. */
interface HowItIsDoneProps {
  vm: VmView;
  nic: Nic;
  network: NetworkView | undefined;
}

const needs = {
  none: 'nothing that an ordinary user doesn’t have',
  tap: 'a tap that is yours',
  'net-raw': 'raw sockets: root, or a copy of the kernel with the rights',
} as const;

/** Folded: by which transport a card is led there, why by that one, what it needs, how quick it is, and the argument. */
export function HowItIsDone({ vm, nic, network }: HowItIsDoneProps) {
  const kernel = useHost((state) => state.kernels[vm.kernelPath] ?? null);
  const asked = useAnswer(
    'vms.commandLine',
    { id: vm.id },
    JSON.stringify([vm.nics, vm.kernelPath, network]),
  );
  const effect = effectOf(nic, network);
  if (nic.link.kind === 'none' || kernel === null || (nic.link.kind === 'network' && !network)) return null;
  const choice =
    nic.link.kind === 'transport' ? null : effect === null ? null : chooseTransport(effect, kernel);
  const transport: TransportName | null =
    nic.link.kind === 'transport' ? nic.link.transport : choice?.ok === true ? choice.transport : null;
  const why = choice?.why ?? 'as was asked for';
  const word = asked?.ok
    ? asked.value.argv.find((one) => new RegExp(`^(?:vec${nic.unit}:|eth${nic.unit}=)`).test(one))
    : undefined;
  // A network in a namespace has its taps from Paddock itself.
  const isOwn = nic.link.kind === 'network';
  return (
    <>
      {transportWarnings(nic.link).map((warning) => (
        <Note key={warning} level="warn">
          {warning}
        </Note>
      ))}
      <details className="nichow">
        <summary>How it is done</summary>
        <dl>
          <dt>Transport</dt>
          <dd>{transport === null ? 'none' : transports[transport].title}</dd>
          <dt>Why</dt>
          <dd>{why}</dd>
          {transport !== null && (
            <>
              <dt>Needs</dt>
              <dd>{isOwn ? needs.none : needs[transports[transport].right]}</dd>
              <dt>Measured</dt>
              <dd>{transports[transport].measured}, one stream of TCP</dd>
            </>
          )}
          {word !== undefined && (
            <>
              <dt>Argument</dt>
              <dd>
                <code>{word}</code>
              </dd>
            </>
          )}
        </dl>
      </details>
    </>
  );
}

function effectOf({ link }: Nic, network: NetworkView | undefined): Effect | null {
  if (link.kind === 'internet' || link.kind === 'tap') return link.kind;
  if (link.kind !== 'network' || !network) return null;
  if (network.kind === 'cable') return 'cable';
  const carrier = network.carrier ?? network.wantedCarrier ?? 'namespace';
  return carrier;
}
