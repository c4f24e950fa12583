import type { ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { Empty } from '../../ui/empty.js';
import { PlusIcon } from '../../ui/icons.js';

/** What is said where there is no network yet. */
export function NoNetworks({ said, onNew, onLabs }: NoNetworksProps) {
  return (
    <Empty level={2} title="No networks yet">
      {said}
      <p>
        A machine reaches the internet by itself. A network joins several: a switch with addresses and names
        for all of them, or a cable between two.
      </p>
      <span className="row">
        <Button variant="primary" icon={<PlusIcon />} onClick={onNew}>
          New network…
        </Button>
        <Button onClick={onLabs}>Start a lab…</Button>
      </span>
    </Empty>
  );
}

/** What it takes. */
interface NoNetworksProps {
  /** What went wrong last. */
  said?: ReactNode;
  onNew: () => void;
  onLabs: () => void;
}
