import { useMemo, useRef, useState, type ReactNode } from 'react';
import type { HostState } from '@shared/api/state.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { callHost } from '../../stores/connection-store.js';
import { selectLayerRow, setLayerFilter, useLayersView } from '../../stores/layers-store.js';
import { Button, IconButton } from '../../ui/button.js';
import { Empty } from '../../ui/empty.js';
import {
  BranchIcon,
  CloseIcon,
  FilterIcon,
  ImageIcon,
  LayersIcon,
  MergeIcon,
  MoreIcon,
  PlusIcon,
  RestartIcon,
  SnapshotIcon,
  TrashIcon,
} from '../../ui/icons.js';
import { LinkButton } from '../../ui/link-button.js';
import { Menu, MenuItem } from '../../ui/menu.js';
import { ErrorNote } from '../../ui/note.js';
import { BaseDetail } from './base-detail.js';
import type { LayerDeeds } from './layer-deeds.js';
import { LayerDetail } from './layer-detail.js';
import { layerRows, type LayerRow } from './layer-rows.js';
import { focusLayers, LayerTree } from './layer-tree.js';
import { layerTitle, reasonAgainstDeed, treeSummary } from './layer-words.js';
import '../../ui/place.css';
import './layers-page.css';

/** What the place takes. */
export interface LayersPageProps {
  state: Pick<HostState, 'bases' | 'layers' | 'images' | 'vms'>;
  stateIcon: (vm: VmView) => ReactNode;
  deeds: LayerDeeds;
}

/** The place of layers: the tree of bases, layers and snapshots, and beside it the details of what is selected. */
export function LayersPage({ state, stateIcon, deeds }: LayersPageProps) {
  const { bases, layers, images, vms } = state;
  const filter = useLayersView((view) => view.filter);
  const folded = useLayersView((view) => view.folded);
  const selected = useLayersView((view) => view.selected);
  const detail = useRef<HTMLElement>(null);
  const rows = useMemo(() => layerRows({ bases, layers, filter, folded }), [bases, layers, filter, folded]);
  // Something that is filtered or folded away is still shown beside the tree.
  const shown = useMemo(() => rowOf(selected, state), [selected, state]);
  const isEmpty = Object.keys(bases).length === 0 && Object.keys(layers).length === 0;
  const vmOf = (row: LayerRow | null): VmView | undefined =>
    row?.kind === 'layer' && row.layer.vmId !== null ? vms[row.layer.vmId] : undefined;
  return (
    <div className="layers">
      <LayersBar state={state} shown={shown} vm={vmOf(shown)} rows={rows} deeds={deeds} />
      {isEmpty ? (
        <Empty level={2} title="Nothing has layers yet">
          <p>
            A machine writes to a layer of its own, on a base image that stays as it is. Bases, layers and
            snapshots are listed here.
          </p>
          <Button variant="primary" icon={<PlusIcon />} onClick={() => deeds.newMachine('tiny')}>
            New machine…
          </Button>
        </Empty>
      ) : (
        <div className="layersbody">
          <div className="layerscol">
            <LayerTree rows={rows} vms={vms} stateIcon={stateIcon} onEnter={() => detail.current?.focus()} />
            {rows.length === 0 && (
              <div className="layersnone">
                <Empty level={2} title="None matches">
                  <p className="xs">
                    No base, layer or snapshot has “{filter.trim()}” in its name, note or state.
                  </p>
                  <LinkButton onClick={() => setLayerFilter('')}>Show all</LinkButton>
                </Empty>
              </div>
            )}
          </div>
          {shown && (
            <aside ref={detail} className="layerside" aria-labelledby="layer-title" tabIndex={-1}>
              <header className="row">
                {shown.kind === 'base' ? (
                  <ImageIcon />
                ) : shown.layer.role === 'snapshot' ? (
                  <SnapshotIcon />
                ) : (
                  <LayersIcon />
                )}
                <h2 id="layer-title">{shown.kind === 'base' ? shown.base.name : layerTitle(shown.layer)}</h2>
                <span className="end">
                  <IconButton
                    label="Close details (Esc in the tree)"
                    icon={<CloseIcon size="s" />}
                    onClick={() => {
                      selectLayerRow(null);
                      focusLayers();
                    }}
                  />
                </span>
              </header>
              {shown.kind === 'base' ? (
                <BaseDetail base={shown.base} images={images} layers={layers} deeds={deeds} />
              ) : (
                <LayerDetail
                  layer={shown.layer}
                  bases={bases}
                  vm={vmOf(shown)}
                  stateIcon={stateIcon}
                  deeds={deeds}
                />
              )}
            </aside>
          )}
        </div>
      )}
    </div>
  );
}

/** The row of a key, whether or not the tree shows it now. */
function rowOf(key: string | null, { bases, layers }: LayersPageProps['state']): LayerRow | null {
  if (key === null) return null;
  return layerRows({ bases, layers, filter: '', folded: [] }).find((row) => row.key === key) ?? null;
}

interface LayersBarProps {
  state: LayersPageProps['state'];
  shown: LayerRow | null;
  vm: VmView | undefined;
  rows: readonly LayerRow[];
  deeds: LayerDeeds;
}

function LayersBar({ state, shown, vm, rows, deeds }: LayersBarProps) {
  const filter = useLayersView((view) => view.filter);
  const [isLooking, setIsLooking] = useState(false);
  const [error, setError] = useState<PaddockError | null>(null);
  const layer = shown?.kind === 'layer' ? shown.layer : null;
  const baseId = shown === null ? null : shown.kind === 'base' ? shown.base.id : shown.layer.baseId;
  const look = async (): Promise<void> => {
    setIsLooking(true);
    const outcome = await callHost('layers.look', {});
    setIsLooking(false);
    setError(outcome.ok ? null : outcome.error);
  };
  return (
    <>
      <header className="placebar lbar">
        <h1>Layers</h1>
        <span className="ter ell lsum">{treeSummary(state)}</span>
        <label className="input lfilter">
          <FilterIcon size="s" />
          <input
            placeholder="Filter layers"
            aria-label="Filter layers"
            title="Words of names, notes, machines and states"
            value={filter}
            spellCheck={false}
            onChange={(event) => setLayerFilter(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') setLayerFilter('');
              if (event.key === 'ArrowDown' || event.key === 'Enter') {
                const first = rows.find((row) => row.kind === 'layer') ?? rows[0];
                if (first) selectLayerRow(first.key);
                focusLayers();
                event.preventDefault();
              }
            }}
          />
          {filter !== '' && (
            <IconButton
              className="clear"
              label="Clear the filter (Esc)"
              icon={<CloseIcon size="s" />}
              onClick={() => setLayerFilter('')}
            />
          )}
        </label>
        <span className="row lactions">
          <Button collapses icon={<PlusIcon />} aria-label="New layer" onClick={() => deeds.newLayer(baseId)}>
            New layer
          </Button>
          <Button
            variant="quiet"
            collapses
            icon={<BranchIcon />}
            aria-label="Branch"
            reason={reasonAgainstDeed('branch', layer, vm)}
            onClick={() => layer && deeds.branch(layer.id)}
          >
            Branch
          </Button>
          <Button
            variant="quiet"
            collapses
            icon={<SnapshotIcon />}
            aria-label="Snapshot"
            reason={reasonAgainstDeed('snapshot', layer, vm)}
            onClick={() => vm && deeds.snapshot(vm.id)}
          >
            Snapshot
          </Button>
          <Button
            variant="quiet"
            collapses
            icon={<MergeIcon />}
            aria-label="Merge…"
            reason={reasonAgainstDeed('merge', layer, vm)}
            onClick={() => layer && deeds.merge(layer.id)}
          >
            Merge…
          </Button>
          <Menu trigger={<MoreButton />}>
            <MenuItem
              icon={<RestartIcon />}
              title="Look again"
              text="Reads all layers and bases anew, those that changed outside Paddock too."
              reason={isLooking ? 'It is being looked at.' : null}
              onChoose={() => void look()}
            />
            <MenuItem
              icon={<TrashIcon />}
              title="Trash…"
              text="Layers and disks that were put away. They can be had back until it is emptied."
              onChoose={deeds.trash}
            />
          </Menu>
        </span>
      </header>
      {error && (
        <div className="lerror">
          <ErrorNote error={error} />
        </div>
      )}
    </>
  );
}

function MoreButton(props: object) {
  return (
    <Button variant="quiet" className="icon" aria-label="More about layers" icon={<MoreIcon />} {...props} />
  );
}
