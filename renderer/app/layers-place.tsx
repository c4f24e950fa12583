import { LayersPage } from '../features/layers/layers-page.js';
import { StateIcon } from '../features/vms/state-icon.js';
import { useHost } from '../stores/host-store.js';
import { useMemo } from 'react';
import type { VmView } from '@shared/vms/vm-view.js';
import { layerDeeds } from './layer-deeds.js';

const stateIcon = (vm: VmView) => <StateIcon state={vm.state} />;

/** The place of layers, with what it needs of the host's state. */
export function LayersPlace() {
  const bases = useHost((state) => state.bases);
  const layers = useHost((state) => state.layers);
  const images = useHost((state) => state.images);
  const vms = useHost((state) => state.vms);
  const state = useMemo(() => ({ bases, layers, images, vms }), [bases, layers, images, vms]);
  return <LayersPage state={state} stateIcon={stateIcon} deeds={layerDeeds} />;
}
