import { useState } from 'react';
import type { ConsoleName } from '@shared/consoles/console-name.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { bridge } from '../../lib/bridge.js';
import { formatBytes } from '../../lib/format.js';
import { callHost } from '../../stores/connection-store.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Checkbox } from '../../ui/field.js';
import { ErrorNote, Note } from '../../ui/note.js';
import { Segmented } from '../../ui/segmented.js';

/** What the dialog that saves a log takes. */
export interface LogSaveDialogProps {
  vm: VmView;
  console: ConsoleName;
  /** The run that is in sight. */
  run: number;
  onClose: () => void;
}

/** Writes a console's log into a file: one run or all, with or without escape sequences and times. */
export function LogSaveDialog({ vm, console, run, onClose }: LogSaveDialogProps) {
  const [runs, setRuns] = useState<'one' | 'all'>('one');
  const [escapes, setEscapes] = useState(false);
  const [times, setTimes] = useState(false);
  const [error, setError] = useState<PaddockError | null>(null);
  const [written, setWritten] = useState<{ path: string; bytes: number } | null>(null);
  const save = async (): Promise<void> => {
    const which = runs === 'one' ? `-run-${run}` : '';
    const path = await bridge.files.askWhereToSave(
      `${vm.name}-${console}${which}.${escapes ? 'log' : 'txt'}`,
    );
    if (path === null) return;
    const outcome = await callHost('logs.save', {
      id: vm.id,
      console,
      run: runs === 'one' ? run : null,
      form: { escapes, times },
      path,
    });
    setError(outcome.ok ? null : outcome.error);
    setWritten(outcome.ok ? outcome.value : null);
  };
  return (
    <Dialog
      title={`Save the log of ${console} as text`}
      text="It holds whatever was on the screen, passwords too: look before you share it."
      onClose={onClose}
      footer={
        <span className="end row">
          <Button onClick={onClose}>{written ? 'Close' : 'Cancel'}</Button>
          <Button variant="primary" onClick={() => void save()}>
            Save…
          </Button>
        </span>
      }
    >
      <div className="col logsave">
        <Segmented
          label="Runs"
          value={runs}
          choices={[
            { value: 'one', title: `Run ${run}` },
            { value: 'all', title: 'All kept runs' },
          ]}
          onChange={setRuns}
        />
        <Checkbox
          label="With escape sequences, as the guest sent them"
          checked={escapes}
          onChange={setEscapes}
        />
        <Checkbox label="With the time of each line" checked={times} onChange={setTimes} />
        {error && <ErrorNote error={error} />}
        {written && (
          <Note>
            Written to <span className="mono">{written.path}</span>, {formatBytes(written.bytes)}.
          </Note>
        )}
      </div>
    </Dialog>
  );
}
