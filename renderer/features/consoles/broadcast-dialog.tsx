import { useState } from 'react';
import type { ConsoleName } from '@shared/consoles/console-name.js';
import { focusedPane, shownView } from '@shared/consoles/layout.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { plural } from '../../lib/format.js';
import { consolesOf, layoutOf } from '../../stores/layout-store.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Checkbox } from '../../ui/field.js';
import { reasonAgainstBroadcast, startBroadcast } from './broadcast.js';
import { focusConsole } from './console-commands.js';

/** What the dialog takes. */
export interface BroadcastDialogProps {
  /** All machines. */
  vms: readonly VmView[];
  /** The one that it was asked from: its shown console is ticked. */
  vmId: string;
  onClose: () => void;
}

/** Asks which consoles get what is typed into any of them. */
export function BroadcastDialog({ vms, vmId, onClose }: BroadcastDialogProps) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(() => new Set(firstTicked(vms, vmId)));
  const groups = vms
    .map((vm) => ({
      vm,
      lines: consolesOf(vm).map((console) => ({
        console,
        key: `${vm.id}/${console}`,
        reason: reasonAgainstBroadcast(vm, console),
      })),
    }))
    .toSorted((a, b) => rank(a.vm, vmId) - rank(b.vm, vmId) || a.vm.name.localeCompare(b.vm.name));
  // What was ticked may have stopped since.
  const chosen = groups.flatMap(({ vm, lines }) =>
    lines
      .filter(({ key, reason }) => reason === null && ticked.has(key))
      .map(({ console }) => ({ vm, console })),
  );
  const tick = (key: string, isOn: boolean): void => {
    const next = new Set(ticked);
    if (isOn) next.add(key);
    else next.delete(key);
    setTicked(next);
  };
  const start = (): void => {
    startBroadcast(chosen);
    onClose();
    // After the dialog has given the focus back to where it came from.
    setTimeout(focusConsole);
  };
  return (
    <Dialog
      title="Broadcast input"
      text={<p>What you type or paste into one of these consoles goes to all of them, until you stop it.</p>}
      onClose={onClose}
      footer={
        <span className="end row">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            reason={chosen.length < 2 ? 'Tick at least two consoles' : null}
            onClick={start}
          >
            {chosen.length < 2 ? 'Broadcast' : `Broadcast to ${plural(chosen.length, 'console')}`}
          </Button>
        </span>
      }
    >
      <div className="bcastlist">
        {groups.map(({ vm, lines }) => (
          <fieldset key={vm.id} className="bcastgroup">
            <legend className="med">{vm.name}</legend>
            {lines.map(({ console, key, reason }) =>
              reason === null ? (
                <Checkbox
                  key={key}
                  label={console}
                  checked={ticked.has(key)}
                  onChange={(isOn) => tick(key, isOn)}
                />
              ) : (
                <span key={key} className="ter xs">
                  {console}: {reason}
                </span>
              ),
            )}
          </fieldset>
        ))}
      </div>
    </Dialog>
  );
}

function firstTicked(vms: readonly VmView[], vmId: string): string[] {
  const vm = vms.find(({ id }) => id === vmId);
  const console: ConsoleName | undefined = vm && shownView(focusedPane(layoutOf(vm)))?.console;
  return console ? [`${vmId}/${console}`] : [];
}

/** The machine asked from, then those that run, then the others. */
function rank(vm: VmView, vmId: string): number {
  if (vm.id === vmId) return 0;
  return consolesOf(vm).some((console) => reasonAgainstBroadcast(vm, console) === null) ? 1 : 2;
}
