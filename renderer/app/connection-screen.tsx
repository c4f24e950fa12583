import { useConnection } from '../stores/connection-store.js';
import { connectToHost } from '../stores/connection-store.js';
import { Button } from '../ui/button.js';
import { RestartIcon } from '../ui/icons.js';
import { ErrorNote } from '../ui/note.js';
import { useNow } from '../lib/use-now.js';
import { useState } from 'react';

/** Under this nothing is shown: a flash of grey says less than a moment of white. */
const CALM_MS = 200;

/** What stands in the window while there is no host to talk to. */
export function ConnectionScreen() {
  const status = useConnection((connection) => connection.status);
  const error = useConnection((connection) => connection.error);
  const [since] = useState(() => Date.now());
  const now = useNow(CALM_MS);
  if (status === 'failed' && error)
    return (
      <div className="page narrow startpage">
        <div>
          <h1>Paddock can’t reach its host process</h1>
          <p className="sec lead">
            It runs the machines and goes on when this window closes. It is tried again by itself.
          </p>
          <ErrorNote error={error}>
            <div className="row notedeeds">
              <Button icon={<RestartIcon />} onClick={connectToHost}>
                Try again now
              </Button>
            </div>
          </ErrorNote>
        </div>
      </div>
    );
  if (now - since < CALM_MS) return null;
  return (
    <div className="page narrow startpage" role="status" aria-label="Starting the Paddock host">
      <div className="skeleton" aria-hidden="true">
        <i style={{ width: '60%', height: '1.5rem' }} />
        <i style={{ width: '40%' }} />
        <i style={{ height: '6rem' }} />
        <i style={{ height: '2rem' }} />
        <i style={{ height: '2rem' }} />
      </div>
    </div>
  );
}
