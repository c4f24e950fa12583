import type { ReactNode } from 'react';
import { plural } from '../../lib/format.js';
import { Button } from '../../ui/button.js';
import { PlayIcon } from '../../ui/icons.js';

/** What can be done where runs of tests are. `views`: the way to the kernels themselves. */
export function TestRunsBar({
  count,
  views,
  onStart,
}: {
  count: number;
  views: ReactNode;
  onStart: () => void;
}) {
  return (
    <header className="kbar">
      <h1>Kernels</h1>
      {views}
      <span className="ter ell grow">{count === 0 ? '' : `${plural(count, 'run')} of tests`}</span>
      <Button icon={<PlayIcon />} onClick={onStart}>
        Run tests…
      </Button>
    </header>
  );
}
