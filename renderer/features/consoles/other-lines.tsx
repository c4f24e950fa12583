import { useState } from 'react';
import { wayToLine } from '@shared/consoles/channel-words.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { lineToPlug } from '@shared/vms/wiring.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { bridge } from '../../lib/bridge.js';
import { callHost } from '../../stores/connection-store.js';
import { showConsole } from '../../stores/layout-store.js';
import { showTab } from '../../stores/ui-store.js';
import { useAnswer } from '../../stores/use-answer.js';
import { Button } from '../../ui/button.js';
import { Empty } from '../../ui/empty.js';
import { CopyIcon, PlusIcon, TerminalIcon } from '../../ui/icons.js';
import { Menu, MenuItem } from '../../ui/menu.js';
import { ErrorNote } from '../../ui/note.js';

/** The lines of a machine that are no tabs: where each leads, and the command that opens it. */
export function OtherLines({ vm }: { vm: VmView }) {
  const count = (vm.wired ?? vm.consoles).filter(({ channel }) => channel.kind !== 'tab').length;
  if (count === 0) return null;
  return (
    <Menu
      trigger={
        <Button variant="quiet" collapses icon={<TerminalIcon />} aria-label={`Other lines ${count}`}>
          Other lines <span className="ter num">{count}</span>
        </Button>
      }
    >
      <LineItems vm={vm} />
    </Menu>
  );
}

/** Asked when the menu opens: a pseudo terminal is another one after each login. */
function LineItems({ vm }: { vm: VmView }) {
  const answer = useAnswer('consoles.others', { vmId: vm.id }, vm.state);
  if (answer === null) return <MenuItem title="Asking its kernel…" onChoose={() => {}} />;
  if (!answer.ok) return <MenuItem title="Its kernel can’t be asked now." onChoose={() => {}} />;
  return answer.value.lines.map(({ console, isSpare, said }) => {
    const { where, command } = wayToLine(console.channel, said);
    return (
      <MenuItem
        key={console.line}
        icon={command === null ? null : <CopyIcon />}
        title={`${console.line}: ${where}${isSpare ? ', the spare one' : ''}`}
        text={command === null ? undefined : `Copy: ${command}`}
        reason={command === null ? 'Nothing here opens it.' : null}
        onChoose={() => void bridge.clipboard.writeText(command ?? '')}
      />
    );
  });
}

/** A machine none of whose lines is a tab. */
export function NoTabs({ vm }: { vm: VmView }) {
  const [error, setError] = useState<PaddockError | null>(null);
  const line = lineToPlug(vm.wired ?? vm.consoles);
  const isUp = vm.state === 'running' || vm.state === 'paused';
  const plug = async (): Promise<void> => {
    if (line === null) return;
    const outcome = await callHost('consoles.plug', { vmId: vm.id, line });
    setError(outcome.ok ? null : outcome.error);
    if (outcome.ok) showConsole(vm.id, line);
  };
  return (
    <>
      <h2 className="sr">Consoles</h2>
      <Empty title="None of its lines is a tab">
        <p>It runs without one. What its kernel prints is kept with its runs.</p>
        <div className="row wrap">
          <OtherLines vm={vm} />
          <Button onClick={() => showTab('settings')}>Choose lines</Button>
          {isUp && vm.wired !== null && (
            <Button
              icon={<PlusIcon />}
              reason={line === null ? 'All its lines are in use.' : null}
              onClick={() => void plug()}
            >
              Add a tab now
            </Button>
          )}
        </div>
        {error && <ErrorNote error={error} />}
      </Empty>
    </>
  );
}
