import { useId, useState } from 'react';
import { classNames } from './class-names.js';
import './field.css';
import './slider-field.css';

/** What a slider takes. */
export interface SliderFieldProps {
  label: string;
  unit: string;
  /** null: none, as an empty field says. */
  value: number | null;
  /** Where the slider stops; in between is for the field. */
  stops: readonly (number | null)[];
  min: number;
  max: number;
  /** What none is called; left out: there must be a number. */
  noneText?: string;
  /** Called when the slider is let go, and when the field is left or Enter pressed in it. */
  onCommit: (value: number | null) => void;
}

/** A number by a slider, and beside it as exact as one likes. */
export function SliderField({ label, unit, value, stops, min, max, noneText, onCommit }: SliderFieldProps) {
  const id = useId();
  const [before, setBefore] = useState(value);
  const [typed, setTyped] = useState(wordOf(value));
  const [isMoved, setIsMoved] = useState(false);
  const [stop, setStop] = useState(() => nearest(stops, value));
  // It was changed elsewhere.
  if (before !== value) {
    setBefore(value);
    setTyped(wordOf(value));
    setStop(nearest(stops, value));
  }
  const none = typed.trim() === '';
  const number = Number(typed);
  const isGood = none ? noneText !== undefined : Number.isFinite(number) && number >= min && number <= max;
  const commit = (next: number | null): void => {
    if (next !== value) onCommit(next);
  };
  const commitTyped = (): void => {
    if (isGood) commit(none ? null : number);
  };
  // A value between two stops stays until the slider is moved.
  const commitStop = (): void => {
    if (isMoved) commit(stops[stop] ?? null);
    setIsMoved(false);
  };
  return (
    <div className="field sliderfield">
      <label htmlFor={id}>{label}</label>
      <div className="sliderrow">
        <input
          type="range"
          aria-label={`${label}, slider`}
          aria-valuetext={stops[stop] == null ? (noneText ?? 'none') : `${stops[stop]} ${unit}`}
          min={0}
          max={stops.length - 1}
          value={stop}
          style={{ '--part': `${(100 * stop) / (stops.length - 1)}%` } as React.CSSProperties}
          onChange={(event) => {
            setIsMoved(true);
            setStop(Number(event.target.value));
            setTyped(wordOf(stops[Number(event.target.value)] ?? null));
          }}
          onPointerUp={commitStop}
          onKeyUp={commitStop}
          onBlur={commitStop}
        />
        <span className={classNames('input', !isGood && 'bad')}>
          <input
            id={id}
            type="text"
            inputMode="decimal"
            autoComplete="off"
            spellCheck={false}
            value={typed}
            placeholder={noneText}
            aria-invalid={isGood ? undefined : true}
            aria-describedby={isGood ? undefined : `${id}-says`}
            onChange={(event) => setTyped(event.target.value)}
            onBlur={commitTyped}
            onKeyDown={(event) => event.key === 'Enter' && commitTyped()}
          />
          <span className="unit">{unit}</span>
        </span>
      </div>
      {!isGood && (
        <span id={`${id}-says`} role="alert" className="hint err">
          A number from {min} to {max}.
        </span>
      )}
    </div>
  );
}

const wordOf = (value: number | null): string => (value === null ? '' : String(value));

function nearest(stops: readonly (number | null)[], value: number | null): number {
  const far = (stop: number | null): number =>
    stop === value ? -1 : stop === null || value === null ? Infinity : Math.abs(stop - value);
  return stops.reduce<number>((best, stop, n) => (far(stop) < far(stops[best] ?? null) ? n : best), 0);
}
