import { useEffect, useRef, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import type { VmView } from '@shared/vms/vm-view.js';
import { useNow } from '../../lib/use-now.js';
import { useWindowOfRows } from '../../lib/use-window-of-rows.js';
import { foldLayerRow, selectLayerRow, useLayersView } from '../../stores/layers-store.js';
import { LayerRow, layerRowId } from './layer-row.js';
import type { LayerRow as Row } from './layer-rows.js';
import './layer-tree.css';

const TREE_ID = 'layers-tree';
const MINUTE_MS = 60_000;
const PAGE_ROWS = 12;
const sizes = { rowToken: '--h-lrow', headToken: '--h-lhead' };

/** Gives the tree the keyboard. */
export function focusLayers(): void {
  requestAnimationFrame(() => document.getElementById(TREE_ID)?.focus());
}

/** What the tree takes. */
export interface LayerTreeProps {
  rows: readonly Row[];
  vms: Readonly<Record<string, VmView>>;
  stateIcon: (vm: VmView) => ReactNode;
  /** Enter on a row: to its details. */
  onEnter: () => void;
}

/** Bases, layers and snapshots with their numbers: one row is selected, and shown in full beside the tree. */
export function LayerTree({ rows, vms, stateIcon, onEnter }: LayerTreeProps) {
  const tree = useRef<HTMLDivElement>(null);
  const selected = useLayersView((view) => view.selected);
  const seen = useWindowOfRows(tree, rows.length, sizes);
  const minute = Math.floor(useNow(MINUTE_MS) / MINUTE_MS);
  const at = rows.findIndex(({ key }) => key === selected);
  const active = Math.max(0, at);

  useEffect(() => {
    const place = rows.findIndex(({ key }) => key === selected);
    if (place >= 0) seen.reveal(place);
    // oxlint-disable-next-line react/exhaustive-effect-dependencies, react-hooks/exhaustive-deps -- only what is selected anew moves the tree
  }, [selected]);

  const goTo = (place: number): void => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, place))];
    if (row) selectLayerRow(row.key);
  };
  const parentOf = (place: number): number =>
    rows.findLastIndex((row, n) => n < place && row.level < (rows[place]?.level ?? 1));

  const pressed = (event: KeyboardEvent): void => {
    const here = rows[active];
    if (!here || event.altKey || event.metaKey || event.ctrlKey) return;
    const handled = ((): boolean => {
      switch (event.key) {
        case 'ArrowDown':
          // With nothing selected the first key selects the first row.
          goTo(at + 1);
          return true;
        case 'ArrowUp':
          goTo(at < 0 ? 0 : at - 1);
          return true;
        case 'PageDown':
          goTo(active + PAGE_ROWS);
          return true;
        case 'PageUp':
          goTo(active - PAGE_ROWS);
          return true;
        case 'Home':
          goTo(0);
          return true;
        case 'End':
          goTo(rows.length - 1);
          return true;
        case 'ArrowRight':
          if (here.isOpen === false) foldLayerRow(here.key, false);
          else if (here.isOpen) goTo(active + 1);
          return true;
        case 'ArrowLeft': {
          const parent = parentOf(active);
          if (here.isOpen) foldLayerRow(here.key, true);
          else if (parent >= 0) goTo(parent);
          return true;
        }
        case 'Enter':
        case ' ':
          selectLayerRow(here.key);
          onEnter();
          return true;
        case 'Escape':
          selectLayerRow(null);
          return true;
        default:
          return false;
      }
    })();
    if (handled) event.preventDefault();
  };

  const clicked = (event: MouseEvent): void => {
    if (!(event.target instanceof Element)) return;
    const key = event.target.closest('[data-key]')?.getAttribute('data-key');
    const row = rows.find((other) => other.key === key);
    if (!row) return;
    if (event.target.closest('[data-fold]') && row.isOpen !== null) foldLayerRow(row.key, row.isOpen);
    else selectLayerRow(row.key);
  };
  const doubleClicked = (event: MouseEvent): void => {
    const key =
      event.target instanceof Element && event.target.closest('[data-key]')?.getAttribute('data-key');
    const row = rows.find((other) => other.key === key);
    if (row && row.isOpen !== null) foldLayerRow(row.key, row.isOpen);
  };

  const drawn = active >= seen.first && active < seen.end ? rows[active] : undefined;
  return (
    <div
      ref={tree}
      id={TREE_ID}
      className="ltree in"
      role="treegrid"
      aria-label="Bases and layers"
      aria-rowcount={rows.length + 1}
      tabIndex={0}
      aria-activedescendant={drawn ? layerRowId(drawn.key) : undefined}
      onFocus={(event) => {
        // Not under a pointer: the row would move away before the click is through.
        if (event.currentTarget.matches(':focus-visible')) seen.reveal(active);
      }}
      onKeyDown={pressed}
      onClick={clicked}
      onDoubleClick={doubleClicked}
    >
      <div className="lrow lhead" role="row" aria-rowindex={1}>
        <span className="lname" role="columnheader">
          Base or layer
        </span>
        <span className="r" role="columnheader">
          Changed
        </span>
        <span className="r" role="columnheader">
          On disk
        </span>
        <span className="luse" role="columnheader">
          Used by
        </span>
        <span className="r" role="columnheader">
          Last written
        </span>
      </div>
      {seen.above > 0 && <div style={{ height: seen.above }} role="presentation" />}
      {rows.slice(seen.first, seen.end).map((row, n) => (
        <LayerRow
          key={row.key}
          row={row}
          index={seen.first + n + 2}
          isActive={seen.first + n === active}
          isSelected={row.key === selected}
          vm={row.kind === 'layer' && row.layer.vmId !== null ? vms[row.layer.vmId] : undefined}
          stateIcon={stateIcon}
          minute={minute}
        />
      ))}
      {seen.below > 0 && <div style={{ height: seen.below }} role="presentation" />}
    </div>
  );
}
