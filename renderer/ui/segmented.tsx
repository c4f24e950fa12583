import './segmented.css';

/** What a choice of one as a row of buttons takes. */
export interface SegmentedProps<T extends string> {
  label: string;
  value: T;
  choices: readonly { value: T; title: string }[];
  onChange: (value: T) => void;
}

/** A choice of one among two to five, all in sight. */
export function Segmented<T extends string>({ label, value, choices, onChange }: SegmentedProps<T>) {
  return (
    <span className="segm" role="group" aria-label={label}>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={choice.value === value}
          onClick={() => onChange(choice.value)}
        >
          {choice.title}
        </button>
      ))}
    </span>
  );
}
