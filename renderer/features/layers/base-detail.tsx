import type { HostState } from '@shared/api/state.js';
import type { Base } from '@shared/layers/layer.js';
import { baseStateText } from '@shared/layers/layer-state-text.js';
import { bridge } from '../../lib/bridge.js';
import { formatBytes, formatMoment, plural } from '../../lib/format.js';
import { Button } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { LayersIcon, MendIcon, PlusIcon } from '../../ui/icons.js';
import { Note } from '../../ui/note.js';
import type { LayerDeeds } from './layer-deeds.js';

/** What the details of a base take. */
export interface BaseDetailProps {
  base: Base;
  images: HostState['images'];
  layers: HostState['layers'];
  deeds: LayerDeeds;
}

/** All there is to know of a base, and what can be made on it. */
export function BaseDetail({ base, images, layers, deeds }: BaseDetailProps) {
  const image = base.imageId === null ? undefined : images[base.imageId];
  const on = Object.values(layers).filter(({ baseId }) => baseId === base.id);
  const changed = on.reduce((sum, { onDiskBytes }) => sum + onDiskBytes, 0);
  // Its layers know what is wrong, and Mend works on one of them for all.
  const broken = on.find(({ state }) => state.kind.startsWith('base-') || state.kind === 'merge-interrupted');
  const halfId = base.state.kind === 'half-merged' ? base.state.layerId : '';
  const mendId = layers[halfId] ? halfId : broken?.id;
  const reason =
    base.state.kind === 'ok' || base.state.kind === 'unfit' ? null : baseStateText(base.state).sentence;
  return (
    <>
      {(base.state.kind !== 'ok' || mendId !== undefined) && (
        <Note level="warn">
          <p className="first">
            {base.state.kind === 'ok'
              ? 'Layers on it don’t fit it any more: it was written to or touched.'
              : baseStateText(base.state).sentence}
          </p>
          {mendId !== undefined && (
            <div className="lmend">
              <Button icon={<MendIcon />} onClick={() => deeds.mend(mendId)}>
                Mend…
              </Button>
            </div>
          )}
        </Note>
      )}
      <dl className="kv">
        <dt>Layers</dt>
        <dd>
          {on.length === 0 ? 'none' : plural(on.length, 'layer')}
          {on.length > 0 && <span className="ter">, {formatBytes(changed)} on disk together</span>}
        </dd>
        <dt>Size</dt>
        <dd className="num">
          {formatBytes(base.sizeBytes)}
          <span className="ter">, {formatBytes(base.onDiskBytes)} on disk</span>
        </dd>
        <dd className="wide xs ter">Blocks that hold only zeroes take no room on disk.</dd>
        <dt>Writing</dt>
        <dd>{base.isReadOnly ? 'read-only, as a base has to be' : 'its file may be written'}</dd>
        {base.writtenAt !== null && (
          <>
            <dt>Written</dt>
            <dd>{formatMoment(base.writtenAt)}</dd>
          </>
        )}
        {image && (
          <>
            <dt>Image</dt>
            <dd>
              {image.name}
              <span className="ter">, {image.origin}</span>
            </dd>
          </>
        )}
        <dt>Content</dt>
        <dd>
          {base.contentHash === null ? (
            <span className="ter">not counted yet</span>
          ) : (
            <span className="mono" title={base.contentHash}>
              {base.contentHash.slice(0, 16)}
            </span>
          )}
        </dd>
        <dd className="wide xs ter">Tells later whether it was changed, or only touched.</dd>
        <dt>File</dt>
        <dd className="mono lpath">{base.path}</dd>
      </dl>
      <CopyButton className="lcopy" write={() => bridge.clipboard.writeText(base.path)}>
        Copy path
      </CopyButton>
      <div className="lbuttons">
        <Button icon={<LayersIcon />} reason={reason} onClick={() => deeds.newLayer(base.id)}>
          New layer on it…
        </Button>
        <Button
          icon={<PlusIcon />}
          reason={base.state.kind === 'ok' ? null : baseStateText(base.state).sentence}
          onClick={() => deeds.newMachine(base.imageId ?? base.path)}
        >
          New machine on it…
        </Button>
      </div>
    </>
  );
}
