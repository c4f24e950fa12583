import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { isLive } from '@shared/vms/vm-state.js';
import { RESCUE_CONSOLE } from '@shared/consoles/console-name.js';
import { isDebugTool, isToolRunning } from '@shared/debug/debug-tool.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { letGo, startDebugging } from '../../stores/debug-store.js';
import { showConsole } from '../../stores/layout-store.js';
import { Button } from '../../ui/button.js';
import { ErrorNote, Note } from '../../ui/note.js';
import { focusConsole } from './console-commands.js';
import type { ConsoleSession } from './console-session.js';

/** What the remarks on a console take. */
export interface ConsoleRemarksProps {
  vm: VmView;
  session: ConsoleSession;
  /** The way to get lost consoles back. */
  restart: ReactNode;
}

/** What is to be known of a console before its text: it was lost, it is looked for, it begins later. */
export function ConsoleRemarks({ vm, session, restart }: ConsoleRemarksProps) {
  const error = useStore(session.view, (view) => view.error);
  const isRescue = session.console === RESCUE_CONSOLE;
  const tool = isDebugTool(session.console) ? session.console : null;
  const isHeld = vm.debug.isStopped && tool === null;
  const hasEnded = tool !== null && !isToolRunning(vm, tool);
  const isLost = vm.adopted && isLive(vm.state) && !isRescue && tool === null;
  const rescue = isRescue ? rescueText(vm.rescue) : null;
  const isSizeLost = vm.guestToolsMissing && !isRescue && tool === null;
  if (!error && !isLost && !isSizeLost && !isHeld && !hasEnded && rescue === null && vm.runNumber > 0)
    return null;
  return (
    <div className="termnotes">
      {error && <ErrorNote error={error} />}
      {isHeld && (
        <Note level="warn">
          gdb holds this machine stopped: nothing in it runs, and it answers nothing.
          <div className="row wrap notedeeds">
            <Button onClick={() => letGo(vm.id, 'gdb')}>Detach gdb</Button>
            <Button
              variant="quiet"
              onClick={() => {
                showConsole(vm.id, 'gdb');
                focusConsole();
              }}
            >
              Show gdb
            </Button>
          </div>
        </Note>
      )}
      {tool !== null && hasEnded && (
        <Note>
          {tool} has ended, and the machine is let go of. What it said is kept with the run.
          <div className="row wrap notedeeds">
            <Button
              reason={isLive(vm.state) ? null : 'The machine doesn’t run.'}
              onClick={() => void startDebugging(vm.id, tool).then(focusConsole)}
            >
              Start again
            </Button>
            <Button variant="quiet" onClick={() => letGo(vm.id, tool)}>
              Close tab
            </Button>
          </div>
        </Note>
      )}
      {isLost && (
        <Note level="warn">
          {vm.taken
            ? 'It was started outside Paddock, and this console belongs to whoever started it.'
            : 'An earlier Paddock host started this run, and this console was lost with that host.'}{' '}
          The machine itself runs on. A restart brings all its consoles back.
          <div className="row wrap notedeeds">
            {restart}
            {vm.rescue?.state === 'ready' && (
              <Button
                variant="quiet"
                onClick={() => {
                  showConsole(vm.id, RESCUE_CONSOLE);
                  focusConsole();
                }}
              >
                Open the rescue console
              </Button>
            )}
          </div>
        </Note>
      )}
      {isSizeLost && (
        <Note level="warn">
          The guest tools are silent, so a new size of this tab doesn’t reach the guest. After a restart it
          does without them.
          <div className="row notedeeds">{restart}</div>
        </Note>
      )}
      {rescue !== null && (
        <Note level={vm.rescue?.state === 'none' ? 'warn' : 'plain'}>
          {rescue}
          {vm.rescue?.state === 'none' && <div className="row notedeeds">{restart}</div>}
        </Note>
      )}
      {vm.runNumber === 0 && !error && <p className="ter">Its consoles begin here when it starts.</p>}
    </div>
  );
}

function rescueText(rescue: VmView['rescue']): string | null {
  switch (rescue?.state) {
    case 'looking':
      return 'Looking for its spare console. A guest that is still booting opens it at the end of that.';
    case 'none':
      return `There is no rescue console. ${rescue.reason} A restart brings all its consoles back.`;
    case 'ready':
    case undefined:
      return null;
  }
}
