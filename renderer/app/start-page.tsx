import { useMemo } from 'react';
import { focusConsole } from '../features/consoles/console-commands.js';
import { CheckList } from '../features/diagnostics/check-list.js';
import { checksSummary, worstFirst } from '../features/diagnostics/checks.js';
import { TinyCard } from '../features/vms/tiny-card.js';
import { useHost } from '../stores/host-store.js';
import { openDialog, selectMachine } from '../stores/ui-store.js';
import { Button } from '../ui/button.js';
import { PlusIcon, TerminalIcon } from '../ui/icons.js';
import '../ui/page.css';

const showNewMachine = (vmId: string): void => {
  selectMachine(vmId, 'consoles');
  focusConsole();
};

/** What there is to do before there is a machine: whether this computer is ready, and one big choice. */
export function StartPage() {
  const checks = useHost((state) => state.checks);
  const found = useMemo(() => worstFirst(checks), [checks]);
  const { headline, text } = checksSummary(found);
  return (
    <div className="page narrow startpage">
      <div>
        <h1>{headline}</h1>
        <p className="sec lead">{text}</p>
        <TinyCard onStarted={showNewMachine} />
        <div className="row wrap startdeeds">
          <Button icon={<PlusIcon />} onClick={() => openDialog({ kind: 'new-machine', image: null })}>
            New machine…
          </Button>
          <Button
            variant="quiet"
            icon={<TerminalIcon />}
            onClick={() => openDialog({ kind: 'new-machine', image: null, source: 'computer' })}
          >
            A shell in a copy of this computer…
          </Button>
        </div>
        <CheckList checks={found} />
      </div>
    </div>
  );
}
