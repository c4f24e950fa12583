import { useEffect, useMemo, useRef, type KeyboardEvent, type MouseEvent } from 'react';
import type { HostState } from '@shared/api/state.js';
import { formatBytes, plural } from '../../lib/format.js';
import { useWindowOfRows } from '../../lib/use-window-of-rows.js';
import { foldImageGroup, selectImageRow, setImageFilter, useImagesView } from '../../stores/images-store.js';
import { Button, IconButton } from '../../ui/button.js';
import { Empty } from '../../ui/empty.js';
import { CloseIcon, ExportIcon, FilterIcon, MoreIcon, PlusIcon, TrashIcon } from '../../ui/icons.js';
import { LinkButton } from '../../ui/link-button.js';
import { Menu, MenuItem } from '../../ui/menu.js';
import { ImageListRow, imageRowId } from './image-list-row.js';
import { imageRows, type ImageRow } from './image-rows.js';
import '../../ui/side-list.css';

const LIST_ID = 'images-list';
const PAGE_ROWS = 12;

/** Gives the list the keyboard. */
export function focusImages(): void {
  requestAnimationFrame(() => document.getElementById(LIST_ID)?.focus());
}

/** What the list takes. */
export interface ImageListProps {
  state: Pick<HostState, 'images' | 'bases' | 'jobs'>;
  isLoaded: boolean;
  onNew: () => void;
  onImport: () => void;
  onTrash: () => void;
}

/** The list of images at the left of their place. */
export function ImageList({ state, isLoaded, onNew, onImport, onTrash }: ImageListProps) {
  const { images, bases, jobs } = state;
  const filter = useImagesView((view) => view.filter);
  const folded = useImagesView((view) => view.folded);
  const rows = useMemo(
    () => imageRows({ images, bases, jobs, filter, folded }),
    [images, bases, jobs, filter, folded],
  );
  const count = Object.keys(images).length;
  const onDisk = Object.values(bases).reduce(
    (sum, base) => sum + (base.imageId !== null && images[base.imageId] ? base.onDiskBytes : 0),
    0,
  );
  return (
    <nav className="side" aria-label="Images">
      <div className="side-top">
        <label className="input grow">
          <FilterIcon size="s" />
          <input
            placeholder="Filter images"
            aria-label="Filter images"
            title="Words of names, kinds, notes and recipes"
            value={filter}
            spellCheck={false}
            onChange={(event) => setImageFilter(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') setImageFilter('');
              if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
              const first = rows.find((row) => row.kind !== 'group');
              if (first) selectImageRow(first.key);
              focusImages();
              event.preventDefault();
            }}
          />
          {filter !== '' && (
            <IconButton
              className="clear"
              label="Clear the filter (Esc)"
              icon={<CloseIcon size="s" />}
              onClick={() => setImageFilter('')}
            />
          )}
        </label>
        <Menu trigger={<MoreButton />}>
          <MenuItem
            icon={<ExportIcon />}
            title="Import an archive…"
            text="An image that was exported by Paddock, here or elsewhere."
            onChoose={onImport}
          />
          <MenuItem
            icon={<TrashIcon />}
            title="Trash…"
            text="Images, layers and disks that were put away. They can be had back until it is emptied."
            onChoose={onTrash}
          />
        </Menu>
        <IconButton variant="plain" label="New image" icon={<PlusIcon />} onClick={onNew} />
      </div>
      <Rows rows={rows} />
      {isLoaded && rows.length === 0 && (
        <div className="side-empty">
          {filter === '' ? (
            <Empty title="No images yet">
              <p className="xs">A machine stands on an image. Build one, and it is listed here.</p>
            </Empty>
          ) : (
            <Empty title="None matches">
              <p className="xs">No image has “{filter.trim()}” in its name, kind, note or recipe.</p>
              <LinkButton onClick={() => setImageFilter('')}>Show all images</LinkButton>
            </Empty>
          )}
        </div>
      )}
      <div className="side-foot">
        <span>{count === 0 ? (isLoaded ? 'No images' : '') : plural(count, 'image')}</span>
        {onDisk > 0 && <span className="end num">{formatBytes(onDisk)} on disk</span>}
      </div>
    </nav>
  );
}

function MoreButton(props: object) {
  return (
    <Button variant="quiet" className="icon" aria-label="More about images" icon={<MoreIcon />} {...props} />
  );
}

function Rows({ rows }: { rows: readonly ImageRow[] }) {
  const list = useRef<HTMLDivElement>(null);
  const selected = useImagesView((view) => (view.isMaking ? null : view.selected));
  const seen = useWindowOfRows(list, rows.length);
  const at = rows.findIndex(({ key }) => key === selected);
  const active = Math.max(0, at);
  useEffect(() => {
    const place = rows.findIndex(({ key }) => key === selected);
    if (place >= 0) seen.reveal(place);
    // oxlint-disable-next-line react/exhaustive-effect-dependencies, react-hooks/exhaustive-deps -- only what is selected anew moves the list
  }, [selected]);

  /** To the row there, or the next one that is no head. */
  const goTo = (place: number, step: 1 | -1): void => {
    let next = Math.min(rows.length - 1, Math.max(0, place));
    while (rows[next]?.kind === 'group' && rows[next + step]) next += step;
    const row = rows[next];
    if (row) selectImageRow(row.key);
  };
  const pressed = (event: KeyboardEvent): void => {
    const here = rows[active];
    if (!here || event.altKey || event.metaKey || event.ctrlKey) return;
    const groupKey = rows.findLast((row, n) => n <= active && row.kind === 'group')?.key;
    const steps: Readonly<Record<string, () => void>> = {
      ArrowDown: () => goTo(at + 1, 1),
      ArrowUp: () => (at < 0 ? goTo(0, 1) : goTo(at - 1, -1)),
      PageDown: () => goTo(active + PAGE_ROWS, -1),
      PageUp: () => goTo(active - PAGE_ROWS, 1),
      Home: () => goTo(0, 1),
      End: () => goTo(rows.length - 1, -1),
      ArrowLeft: () => {
        if (groupKey === undefined) return;
        foldImageGroup(groupKey, true);
        selectImageRow(groupKey);
      },
      ArrowRight: () => {
        if (here.kind === 'group') foldImageGroup(here.key, false);
      },
      Enter: () => {
        if (here.kind === 'group') foldImageGroup(here.key, here.isOpen);
        else document.getElementById('image-detail')?.focus();
      },
      Escape: () => selectImageRow(null),
    };
    const step = steps[event.key === ' ' ? 'Enter' : event.key];
    if (!step) return;
    step();
    event.preventDefault();
  };
  const clicked = (event: MouseEvent): void => {
    if (!(event.target instanceof Element)) return;
    const key = event.target.closest('[data-key]')?.getAttribute('data-key');
    const row = rows.find((other) => other.key === key);
    if (row?.kind === 'group') foldImageGroup(row.key, row.isOpen);
    else if (row) selectImageRow(row.key);
  };
  const drawn = active >= seen.first && active < seen.end ? rows[active] : undefined;
  return (
    <div
      ref={list}
      id={LIST_ID}
      className="side-list in"
      role="tree"
      aria-label="Images"
      tabIndex={0}
      aria-activedescendant={drawn ? imageRowId(drawn.key) : undefined}
      onFocus={(event) => {
        if (event.currentTarget.matches(':focus-visible')) seen.reveal(active);
      }}
      onKeyDown={pressed}
      onClick={clicked}
    >
      {seen.above > 0 && <div style={{ height: seen.above }} role="presentation" />}
      {rows.slice(seen.first, seen.end).map((row, n) => (
        <ImageListRow
          key={row.key}
          row={row}
          isActive={seen.first + n === active}
          isSelected={row.key === selected}
        />
      ))}
      {seen.below > 0 && <div style={{ height: seen.below }} role="presentation" />}
    </div>
  );
}
