import { memo } from 'react';
import { jobFraction } from '@shared/jobs/job-progress.js';
import { formatBytes, formatDay } from '../../lib/format.js';
import { classNames } from '../../ui/class-names.js';
import { BadIcon, ChevronDownIcon, ChevronRightIcon, ImageIcon } from '../../ui/icons.js';
import { Ring } from '../../ui/ring.js';
import type { ImageRow } from './image-rows.js';

/** The element id of a row. */
export function imageRowId(key: string): string {
  return `image-row-${key}`;
}

/** What a row takes. */
interface ImageListRowProps {
  row: ImageRow;
  isActive: boolean;
  isSelected: boolean;
}

/** A group's head, a job that makes an image, or an image with its size on disk. The list around it has the keys. */
export const ImageListRow = memo(function ImageListRow({ row, isActive, isSelected }: ImageListRowProps) {
  const common = {
    id: imageRowId(row.key),
    'data-key': row.key,
    role: 'treeitem',
    'aria-setsize': row.of,
    'aria-posinset': row.place,
  } as const;
  if (row.kind === 'group')
    return (
      <div
        {...common}
        className={classNames('mgroup', isActive && 'active')}
        aria-level={1}
        aria-expanded={row.isOpen}
      >
        {row.isOpen ? <ChevronDownIcon /> : <ChevronRightIcon />}
        <span className="ell">{row.title}</span>{' '}
        <span className="n">
          {row.count}
          <span className="sr"> {row.count === 1 ? 'image' : 'images'}</span>
        </span>
      </div>
    );
  const name = row.kind === 'job' ? row.name : row.image.name;
  return (
    <div
      {...common}
      className={classNames('mrow', isActive && 'active')}
      aria-level={2}
      aria-selected={isSelected}
      title={name.length > 22 ? name : undefined}
    >
      <RowMark row={row} />
      <span className="ell grow">{name}</span>
      <RowFigure row={row} />
    </div>
  );
});

type ThingRow = Exclude<ImageRow, { kind: 'group' }>;

function RowMark({ row }: { row: ThingRow }) {
  if (row.kind === 'job')
    return row.job.state === 'failed' ? (
      <span className="mark err row" role="img" aria-label="failed">
        <BadIcon size="s" />
      </span>
    ) : (
      <Ring value={jobFraction(row.job)} />
    );
  return row.job ? <Ring value={jobFraction(row.job)} /> : <ImageIcon size="s" className="sec" />;
}

function RowFigure({ row }: { row: ThingRow }) {
  if (row.kind === 'job')
    return row.job.state === 'failed' ? (
      <span className="why">{row.job.endedAt && formatDay(row.job.endedAt)}</span>
    ) : (
      <span className="why num">
        {row.job.state === 'cancelling' ? 'cancelling' : `${Math.floor(jobFraction(row.job) * 100)} %`}
      </span>
    );
  return <span className="why num">{formatBytes(row.bytes)}</span>;
}
