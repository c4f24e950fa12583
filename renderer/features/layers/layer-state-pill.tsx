import type { BaseState, LayerState } from '@shared/layers/layer.js';
import { baseStateText, layerStateText } from '@shared/layers/layer-state-text.js';
import { BadIcon, LoadIcon, WaitIcon, WarnIcon } from '../../ui/icons.js';
import { Pill, type PillProps } from '../../ui/pill.js';

type Look = Pick<PillProps, 'tone' | 'icon'>;

const lost: Look = { tone: 'crashed', icon: <BadIcon /> };
const unfit: Look = { tone: 'broken', icon: <WarnIcon /> };
const halfway: Look = { tone: 'paused', icon: <WaitIcon /> };
const busy: Look = { tone: 'starting', icon: <LoadIcon /> };

const layerLooks: Readonly<Record<LayerState['kind'], Look | null>> = {
  ok: null,
  'in-use': busy,
  busy,
  missing: lost,
  damaged: lost,
  'base-missing': unfit,
  'base-modified': unfit,
  'base-resized': unfit,
  'base-unfit': unfit,
  'merge-interrupted': halfway,
  'base-half-merged': halfway,
};

const baseLooks: Readonly<Record<BaseState['kind'], Look | null>> = {
  ok: null,
  busy,
  missing: lost,
  written: unfit,
  unfit,
  'half-merged': halfway,
};

/** The state of a layer as a shape and two words; nothing when it is as it should be. */
export function LayerPill({ state }: { state: LayerState }) {
  const look = layerLooks[state.kind];
  return look && <Pill {...look}>{layerStateText(state).short}</Pill>;
}

/** The state of a base as a shape and two words; nothing when it is as it should be. */
export function BasePill({ state }: { state: BaseState }) {
  const look = baseLooks[state.kind];
  return look && <Pill {...look}>{baseStateText(state).short}</Pill>;
}
