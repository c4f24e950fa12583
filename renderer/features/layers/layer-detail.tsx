import { useState, type ReactNode } from 'react';
import type { HostState } from '@shared/api/state.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { guestDiskName } from '@shared/layers/disk.js';
import type { Layer } from '@shared/layers/layer.js';
import { layerStateText } from '@shared/layers/layer-state-text.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { bridge } from '../../lib/bridge.js';
import { formatBytes, formatDuration, formatMoment } from '../../lib/format.js';
import { callHost } from '../../stores/connection-store.js';
import { selectLayerRow } from '../../stores/layers-store.js';
import { Button } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { BackIcon, BranchIcon, MendIcon, MergeIcon, SnapshotIcon, TrashIcon } from '../../ui/icons.js';
import { LinkButton } from '../../ui/link-button.js';
import { ErrorNote, Note } from '../../ui/note.js';
import type { LayerDeeds } from './layer-deeds.js';
import { baseKey } from './layer-rows.js';
import { focusLayers } from './layer-tree.js';
import { LayerTexts } from './layer-texts.js';
import { baseName, needsMending, reasonAgainstDeed, sizesText } from './layer-words.js';

/** What the details of a layer take. */
export interface LayerDetailProps {
  layer: Layer;
  bases: HostState['bases'];
  /** The machine that has it, or that it was taken of. */
  vm: VmView | undefined;
  stateIcon: (vm: VmView) => ReactNode;
  deeds: LayerDeeds;
}

/** All there is to know of a layer, and what can be done with it. */
export function LayerDetail({ layer, bases, vm, stateIcon, deeds }: LayerDetailProps) {
  return (
    <>
      <LayerProblem layer={layer} onMend={() => deeds.mend(layer.id)} />
      <dl className="kv">
        <dt>{layer.role === 'snapshot' ? 'Snapshot of' : 'Used by'}</dt>
        <dd>
          <Owner layer={layer} vm={vm} stateIcon={stateIcon} onShow={deeds.showMachine} />
        </dd>
        <dt>Base</dt>
        <dd>
          <LinkButton onClick={() => selectLayerRow(baseKey(layer.baseId))}>
            {baseName(bases, layer)}
          </LinkButton>
          <span className="ter">, {formatBytes(layer.sizeBytes)}</span>
        </dd>
        <dt>Changed</dt>
        <dd className="num">{formatBytes(layer.changedBytes)}</dd>
        <dt>On disk</dt>
        <dd className="num">{formatBytes(layer.onDiskBytes)}</dd>
        <dd className="wide xs ter">{sizesText(layer)}</dd>
        <dt>Made</dt>
        <dd>
          {formatMoment(layer.createdAt)}
          <span className="ter">, {layer.origin}</span>
        </dd>
        {layer.writtenAt !== null && (
          <>
            <dt>Written</dt>
            <dd>{formatMoment(layer.writtenAt)}</dd>
          </>
        )}
        {layer.pausedMs !== null && (
          <>
            <dt>Stood still</dt>
            <dd>
              {formatDuration(layer.pausedMs)} <span className="ter">while the machine was copied</span>
            </dd>
          </>
        )}
        <dt>File</dt>
        <dd className="mono lpath">{layer.path}</dd>
      </dl>
      <CopyButton className="lcopy" write={() => bridge.clipboard.writeText(layer.path)}>
        Copy path
      </CopyButton>
      <LayerTexts key={layer.id} layer={layer} />
      <LayerButtons layer={layer} vm={vm} deeds={deeds} />
    </>
  );
}

/** The sentence about a state that keeps a layer from being used, with the way out. */
export function LayerProblem({ layer, onMend }: { layer: Layer; onMend: () => void }) {
  if (layer.state.kind === 'ok') return null;
  if (!needsMending(layer.state)) return <p className="xs sec">{layerStateText(layer.state).sentence}</p>;
  return (
    <Note level={layer.state.kind === 'damaged' || layer.state.kind === 'missing' ? 'err' : 'warn'}>
      <p className="first">{layerStateText(layer.state).sentence}</p>
      <div className="lmend">
        <Button icon={<MendIcon />} onClick={onMend}>
          Mend…
        </Button>
      </div>
    </Note>
  );
}

function Owner(
  props: Pick<LayerDetailProps, 'layer' | 'vm' | 'stateIcon'> & { onShow: (vmId: string) => void },
) {
  const { layer, vm, stateIcon, onShow } = props;
  if (layer.role === 'free') return <span className="sec">no machine: it is free</span>;
  const disk = layer.unit === null ? '' : `, ${guestDiskName(layer.unit)}`;
  if (!vm) return <span className="sec">{layer.vmName ?? 'a machine'}, which is gone</span>;
  return (
    <span className="row">
      {stateIcon(vm)}
      <span className="ell">
        <LinkButton onClick={() => onShow(vm.id)}>{vm.name}</LinkButton>
        <span className="ter">{disk}</span>
      </span>
    </span>
  );
}

function LayerButtons({ layer, vm, deeds }: Pick<LayerDetailProps, 'layer' | 'vm' | 'deeds'>) {
  const [error, setError] = useState<PaddockError | null>(null);
  const against = (deed: Parameters<typeof reasonAgainstDeed>[0]): string | null =>
    reasonAgainstDeed(deed, layer, vm);
  const throwAway = async (): Promise<void> => {
    const outcome = await callHost('layers.trash', { layerId: layer.id });
    setError(outcome.ok ? null : outcome.error);
    // The details, with the button that was pressed, go with it.
    if (outcome.ok) focusLayers();
  };
  const vmId = layer.vmId ?? '';
  return (
    <div className="lbuttons">
      {layer.role === 'machine' && (
        <Button icon={<SnapshotIcon />} reason={against('snapshot')} onClick={() => deeds.snapshot(vmId)}>
          Snapshot…
        </Button>
      )}
      {layer.role !== 'free' && (
        <Button
          icon={<BackIcon />}
          reason={against('restore')}
          onClick={() => deeds.restore(vmId, layer.role === 'snapshot' ? layer.snapshotId : null)}
        >
          {layer.role === 'snapshot' ? 'Go back to it…' : 'Go back…'}
        </Button>
      )}
      <Button icon={<BranchIcon />} reason={against('branch')} onClick={() => deeds.branch(layer.id)}>
        Branch…
      </Button>
      <Button icon={<MergeIcon />} reason={against('merge')} onClick={() => deeds.merge(layer.id)}>
        Merge…
      </Button>
      {layer.role !== 'machine' && (
        <Button icon={<TrashIcon />} onClick={() => void throwAway()}>
          To the trash
        </Button>
      )}
      {error && <ErrorNote error={error} />}
    </div>
  );
}
