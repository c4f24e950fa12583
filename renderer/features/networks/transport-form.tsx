import { useState } from 'react';
import { linkSchema, type Link } from '@shared/networks/nic.js';
import { optionsOf } from '@shared/networks/transport-options.js';
import { transportNames, transports, type TransportName } from '@shared/networks/transports/index.js';
import { Button } from '../../ui/button.js';
import { TextField } from '../../ui/field.js';
import { SelectField } from '../../ui/select-field.js';

/** What the form takes. */
interface TransportFormProps {
  unit: number;
  transport: TransportName;
  options: Readonly<Record<string, string>>;
  /** What the machine's kernel has; null: it doesn't say. */
  has: readonly TransportName[] | null;
  onUse: (link: Link) => void;
  /** Nothing is to be changed; null where there is nothing to go back to. */
  onCancel: (() => void) | null;
}

/** Every transport with every option, by the kernel's names. Nothing is saved before it is right. */
export function TransportForm({ unit, has, onUse, onCancel, ...first }: TransportFormProps) {
  const [transport, setTransport] = useState(first.transport);
  const [options, setOptions] = useState<Readonly<Record<string, string>>>(first.options);
  const known = optionsOf(transport);
  // What was typed for another transport waits, should that be chosen again.
  const given = Object.fromEntries(
    known.flatMap(({ name }) => {
      const value = options[name]?.trim() ?? '';
      return value === '' ? [] : [[name, value]];
    }),
  );
  const parsed = linkSchema.safeParse({ kind: 'transport', transport, options: given });
  const faults = new Map(parsed.error?.issues.map(({ path, message }) => [String(path.at(-1)), message]));
  const missing = known.filter(({ name, isRequired }) => isRequired && given[name] === undefined);
  const wrong = known.find(({ name }) => given[name] !== undefined && faults.has(name));
  const why =
    missing.length > 0
      ? `Say ${missing.map(({ name }) => name).join(' and ')}.`
      : wrong
        ? `${wrong.name} is not right yet.`
        : null;
  return (
    <div className="transportform" role="group" aria-label={`Transport of card ${unit}`}>
      <SelectField
        label="Transport"
        value={transport}
        choices={transportNames.map((name) => ({
          value: name,
          title: transports[name].title,
          text: transports[name].syntax === 'vector' ? 'vec' : 'eth, older',
          reason: has === null || has.includes(name) ? null : 'This kernel has it not.',
        }))}
        hint={transports[transport].what}
        onChange={(next) => setTransport(next as TransportName)}
      />
      <div className="transportoptions">
        {known.map(({ name, what, example, isRequired }) => (
          <TextField
            key={name}
            label={name}
            value={options[name] ?? ''}
            placeholder={isRequired ? example : `${example}, or nothing`}
            hint={what}
            error={given[name] === undefined ? null : (faults.get(name) ?? null)}
            onChange={(event) => setOptions((before) => ({ ...before, [name]: event.target.value }))}
          />
        ))}
      </div>
      <div className="row">
        <Button
          variant="primary"
          reason={why}
          onClick={() => parsed.success && why === null && onUse(parsed.data)}
        >
          Use it
        </Button>
        {onCancel && (
          <Button variant="quiet" onClick={onCancel}>
            Cancel
          </Button>
        )}
      </div>
    </div>
  );
}
