import type { NetworkEnd, NetworkView } from '@shared/networks/network.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { LinkCaptures } from './link-captures.js';
import { LinkImpairment } from './link-impairment.js';
import { LinkMeasurements } from './link-measurements.js';
import './link-panel.css';

/** What the panel takes. */
export interface LinkPanelProps {
  network: NetworkView;
  end: NetworkEnd;
  vms: Readonly<Record<string, VmView>>;
}

/** One end of a network: how bad it is made, what is captured of it, and how quick it is. */
export function LinkPanel({ network, end, vms }: LinkPanelProps) {
  const name = vms[end.vmId]?.name ?? end.vmId;
  const isOn = end.device !== null;
  return (
    <section className="linkpanel" aria-label={`Link of ${name}`}>
      <h3>
        {network.kind === 'cable' ? `Cable ${network.name}` : `${name} to ${network.name}`}{' '}
        <span className="mono xs ter">{end.device ?? `card ${end.unit}`}</span>
      </h3>
      <LinkImpairment network={network} end={end} />
      <LinkCaptures network={network} end={end} name={name} isOn={isOn} />
      <LinkMeasurements network={network} end={end} vms={vms} isOn={isOn} />
    </section>
  );
}
