import { useRef, useState } from 'react';
import { forwardsClash, forwardText, parseForward, type Forward } from '@shared/networks/forward.js';
import { Button, IconButton } from '../../ui/button.js';
import { TextField } from '../../ui/field.js';
import { CloseIcon, PlusIcon } from '../../ui/icons.js';

/** What the list takes. */
interface ForwardListProps {
  forwards: readonly Forward[];
  onChange: (forwards: Forward[]) => void;
}

/** Ports of this computer that lead into the guest, and a line to type one more. */
export function ForwardList({ forwards, onChange }: ForwardListProps) {
  const [typed, setTyped] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const wanted = parseForward(typed.trim());
  const clash = wanted && forwards.find((other) => forwardsClash(wanted, other));
  const fault =
    typed.trim() === ''
      ? null
      : wanted === null
        ? 'Such as 8080:80, udp:5353:53 or 0.0.0.0:8080:80.'
        : clash
          ? `Port ${wanted.hostPort} is forwarded already.`
          : null;
  const add = (): void => {
    if (wanted === null || fault !== null) return;
    onChange([...forwards, wanted]);
    setTyped('');
    field.current?.focus();
  };
  return (
    <div className="forwards">
      {forwards.length > 0 && (
        <ul aria-label="Forwards">
          {forwards.map((forward) => (
            <li key={forwardText(forward)}>
              <span className="mono">
                {forward.hostAddress}:{forward.hostPort}
              </span>
              <span className="ter">to</span>
              <span className="mono">
                {forward.guestPort} {forward.protocol}
              </span>
              {forward.hostAddress === '0.0.0.0' && <span className="warn xs">open to everybody</span>}
              <IconButton
                label={`Take away the forward of port ${forward.hostPort}`}
                icon={<CloseIcon size="s" />}
                onClick={() => {
                  onChange(forwards.filter((other) => other !== forward));
                  field.current?.focus();
                }}
              />
            </li>
          ))}
        </ul>
      )}
      <div className="forwardadd">
        <TextField
          ref={field}
          label="Forward a port of this computer"
          value={typed}
          placeholder="8080:80"
          error={fault}
          hint="Port here, then port of the guest. Only programs of this computer reach it, unless an address stands before it."
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
        />
        <Button icon={<PlusIcon />} reason={wanted === null ? 'Say which ports.' : fault} onClick={add}>
          Forward
        </Button>
      </div>
    </div>
  );
}
