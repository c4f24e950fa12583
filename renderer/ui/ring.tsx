import './ring.css';

/** A ring that fills: how far something is, 0 to 1; null turns it, as long as that can't be known. */
export function Ring({ value }: { value: number | null }) {
  return (
    <svg className={value === null ? 'ringp spin' : 'ringp'} viewBox="0 0 14 14" aria-hidden="true">
      <circle className="t" cx="7" cy="7" r="5.5" />
      <circle
        className="v"
        cx="7"
        cy="7"
        r="5.5"
        pathLength="100"
        strokeDasharray={`${(value ?? 0.3) * 100} 100`}
      />
    </svg>
  );
}
