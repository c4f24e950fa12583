import { memo, type ReactNode } from 'react';
import type { Layer } from '@shared/layers/layer.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { formatBytes, formatDay, plural } from '../../lib/format.js';
import { classNames } from '../../ui/class-names.js';
import { ChevronDownIcon, ChevronRightIcon, ImageIcon, LayersIcon, SnapshotIcon } from '../../ui/icons.js';
import type { LayerRow as Row } from './layer-rows.js';
import { BasePill, LayerPill } from './layer-state-pill.js';
import { baseFacts, layerTitle } from './layer-words.js';

/** What a row of the tree takes. */
export interface LayerRowProps {
  row: Row;
  /** Counted from 1, among all rows; the head is the first. */
  index: number;
  isActive: boolean;
  isSelected: boolean;
  /** The machine that has the layer. */
  vm: VmView | undefined;
  stateIcon: (vm: VmView) => ReactNode;
  /** The present time in minutes: what is said of the time before depends on it. */
  minute: number;
}

/** The element id of a row. */
export function layerRowId(key: string): string {
  return `layer-row-${key}`;
}

/** A base, a layer or a snapshot: name, numbers in fixed columns, who uses it. The tree around it has the keys. */
export const LayerRow = memo(function LayerRow(props: LayerRowProps) {
  const { row, index, isActive, isSelected, vm, stateIcon, minute } = props;
  const now = new Date(minute * 60_000 + 59_999);
  const isBase = row.kind === 'base';
  const written = isBase ? row.base.writtenAt : row.layer.writtenAt;
  const isSnapshot = !isBase && row.layer.role === 'snapshot';
  const title = isBase ? row.base.name : layerTitle(row.layer);
  return (
    <div
      id={layerRowId(row.key)}
      data-key={row.key}
      className={classNames('lrow', isActive && 'active', isBase && 'isbase')}
      role="row"
      aria-level={row.level}
      aria-rowindex={index}
      aria-setsize={row.of}
      aria-posinset={row.place}
      aria-selected={isSelected}
      aria-expanded={row.isOpen ?? undefined}
    >
      <span className="lname" role="gridcell">
        {row.guides.map((guide, n) => (
          <span key={n} className={classNames('guide', guide)} aria-hidden="true" />
        ))}
        {/* A click here folds; for the keyboard there are the arrows. */}
        <span className="fold" aria-hidden="true" data-fold={row.isOpen === null ? undefined : ''}>
          {row.isOpen === null ? null : row.isOpen ? <ChevronDownIcon /> : <ChevronRightIcon />}
        </span>
        {isBase ? <ImageIcon size="s" /> : isSnapshot ? <SnapshotIcon size="s" /> : <LayersIcon size="s" />}
        <span className="ell" title={title.length > 40 ? title : undefined}>
          <span className={classNames(isBase && 'med', isSnapshot && 'sec')}>{title}</span>
          {isBase && <span className="ter xs"> {baseFacts(row.base)}</span>}
        </span>
      </span>
      <span className="r" role="gridcell">
        {!isBase && formatBytes(row.layer.changedBytes)}
      </span>
      <span className="r sec" role="gridcell">
        {formatBytes(isBase ? row.base.onDiskBytes : row.layer.onDiskBytes)}
      </span>
      <span className="luse" role="gridcell">
        {isBase ? (
          <span className="ter xs">{row.layers === 0 ? 'no layers' : plural(row.layers, 'layer')}</span>
        ) : (
          <UsedBy layer={row.layer} vm={vm} stateIcon={stateIcon} />
        )}
        {isBase ? (
          <>
            <BasePill state={row.base.state} />
            {row.base.state.kind === 'ok' && row.broken && <LayerPill state={row.broken} />}
          </>
        ) : (
          // A machine that runs says by its own shape that its layer is in use.
          !(row.layer.state.kind === 'in-use' && vm) && <LayerPill state={row.layer.state} />
        )}
      </span>
      <span className="r sec xs" role="gridcell">
        {written === null ? '' : formatDay(written, now)}
      </span>
    </div>
  );
});

function UsedBy({ layer, vm, stateIcon }: { layer: Layer } & Pick<LayerRowProps, 'vm' | 'stateIcon'>) {
  if (layer.role === 'free') return <span className="ter xs">free</span>;
  if (layer.role === 'snapshot')
    return (
      <span className="ter xs ell">
        {vm ? 'snapshot' : `snapshot of ${layer.vmName ?? 'a machine'}, gone`}
      </span>
    );
  return (
    <span className="badge">
      {vm && stateIcon(vm)}
      <span className="ell">{layer.vmName}</span>
    </span>
  );
}
