import { classNames } from './class-names.js';
import './progress-bar.css';

/** How far something is, 0 to 1; null when that can't be known. */
export function ProgressBar({
  value,
  label,
  thick,
}: {
  value: number | null;
  label: string;
  thick?: boolean;
}) {
  const percent = value === null ? null : Math.round(value * 100);
  return (
    <div
      className={classNames('bar', thick && 'thick', percent === null && 'unknown')}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === null ? {} : { 'aria-valuenow': percent })}
    >
      <i style={{ width: percent === null ? '30%' : `${percent}%` }} />
    </div>
  );
}
