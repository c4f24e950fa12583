import type { NetworkView } from '@shared/networks/network.js';
import { BadIcon, LoadIcon, OkIcon } from '../../ui/icons.js';
import { Pill } from '../../ui/pill.js';

/** How a network is. */
export function NetworkState({ network }: { network: Pick<NetworkView, 'state'> }) {
  switch (network.state) {
    case 'on':
      return (
        <Pill tone="running" icon={<OkIcon size="s" />}>
          on
        </Pill>
      );
    case 'starting':
      return (
        <Pill tone="starting" icon={<LoadIcon size="s" className="spin" />}>
          starting
        </Pill>
      );
    case 'failed':
      return (
        <Pill tone="crashed" icon={<BadIcon size="s" />}>
          failed
        </Pill>
      );
    case 'off':
      return <span className="ter">off</span>;
  }
}
