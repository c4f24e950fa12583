import { openDialog, showPlace } from '../../stores/ui-store.js';
import { NetworkIcon } from '../../ui/icons.js';
import type { ActionDefinition } from './action.js';

/** The place of networks, and what can be done there whatever is shown. */
export const networkActions: readonly ActionDefinition[] = [
  {
    scope: 'everywhere',
    id: 'networks',
    icon: <NetworkIcon />,
    words: 'place switches cables ethernet dhcp nat lan',
    title: () => 'Networks',
    run: () => showPlace({ kind: 'networks' }),
  },
  {
    scope: 'everywhere',
    id: 'labs',
    icon: <NetworkIcon />,
    words: 'kathara netkit course topology router start file',
    title: () => 'Labs…',
    run: () => openDialog({ kind: 'labs' }),
  },
  {
    scope: 'everywhere',
    id: 'new-network',
    icon: <NetworkIcon />,
    words: 'create switch cable lan nat internet',
    title: () => 'New network…',
    run: () => openDialog({ kind: 'network', networkId: null }),
  },
];
