import { useState } from 'react';
import { tabLines, type ConsoleSpec } from '@shared/consoles/channel.js';
import type { LineName } from '@shared/consoles/console-name.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { callHost } from '../../stores/connection-store.js';
import { useHost } from '../../stores/host-store.js';
import { LinkButton } from '../../ui/link-button.js';
import { ErrorNote } from '../../ui/note.js';
import { draftedLines, lineDraft, type LineDraft } from './line-draft.js';
import { LinesEditor } from './lines-editor.js';

/** What the lines of a machine take. */
export interface LinesSettingProps {
  vm: VmView;
  /** True when the host took it. */
  onSave: (consoles: ConsoleSpec[]) => Promise<boolean>;
  onType: () => void;
}

/** The lines of a machine at its next start, and what of them can be had in the run that goes on. */
export function LinesSetting({ vm, onSave, onType }: LinesSettingProps) {
  const kernel = useHost((state) => state.kernels[vm.kernelPath] ?? null);
  // What is not saved: not whole yet, or refused by the host.
  const [drafts, setDrafts] = useState<LineDraft[] | null>(null);
  const [error, setError] = useState<PaddockError | null>(null);
  const wired = vm.state === 'running' || vm.state === 'paused' ? vm.wired : null;
  const leftOver = (wired ?? []).filter(({ line }) => !vm.consoles.some((console) => console.line === line));

  const change = async (next: LineDraft[], isSettled: boolean): Promise<void> => {
    setDrafts(next);
    onType();
    const lines = draftedLines(next);
    if (isSettled && lines !== null && (await onSave(lines))) setDrafts(null);
  };
  const ask = async (call: 'consoles.plug' | 'consoles.unplug', line: LineName): Promise<void> => {
    const outcome = await callHost(call, { vmId: vm.id, line });
    setError(outcome.ok ? null : outcome.error);
  };
  const waiting =
    wired === null ? [] : tabLines(vm.consoles).filter((line) => !tabLines(wired).includes(line));

  return (
    <>
      <LinesEditor
        drafts={drafts ?? vm.consoles.map(lineDraft)}
        kernel={kernel}
        onChange={(next, isSettled) => void change(next, isSettled)}
        waiting={waiting}
        onAddNow={(line) => void ask('consoles.plug', line)}
      />
      {leftOver.map(({ line }) => (
        <p key={line} className="hint">
          This run still has <span className="mono">{line}</span>.{' '}
          <LinkButton
            aria-label={`Take it away now: ${line}`}
            onClick={() => void ask('consoles.unplug', line)}
          >
            Take it away now
          </LinkButton>
        </p>
      ))}
      {error && <ErrorNote error={error} />}
    </>
  );
}
