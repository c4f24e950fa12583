import { useState } from 'react';
import { symbolWords } from '@shared/debug/debug-tool.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { callHost } from '../../stores/connection-store.js';
import { useAnswer } from '../../stores/use-answer.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Checkbox } from '../../ui/field.js';
import { ErrorNote, Note } from '../../ui/note.js';
import { PathField } from '../../ui/path-field.js';
import './debug.css';

/** What the dialog takes. */
interface KernelSymbolsDialogProps {
  vm: VmView;
  onClose: () => void;
}

/** Where the symbols of a machine's kernel come from. */
export function KernelSymbolsDialog({ vm, onClose }: KernelSymbolsDialogProps) {
  const { kernelPath } = vm;
  const [saved, setSaved] = useState(0);
  const answer = useAnswer('debug.symbols', { kernelPath }, `${saved}`);
  const [typed, setTyped] = useState<string | null>(null);
  const [trusts, setTrusts] = useState<boolean | null>(null);
  const [error, setError] = useState<PaddockError | null>(null);
  const symbols = answer?.ok ? answer.value : null;
  const path = typed ?? symbols?.path ?? '';
  const trustScripts = trusts ?? symbols?.scriptsTrusted ?? false;
  const save = async (): Promise<void> => {
    const outcome = await callHost('debug.setSymbols', {
      kernelPath,
      path: path === '' ? null : path,
      trustScripts,
    });
    setError(outcome.ok ? null : outcome.error);
    if (!outcome.ok) return;
    setTyped(null);
    setTrusts(null);
    setSaved((count) => count + 1);
  };
  const isChanged = typed !== null || trusts !== null;
  return (
    <Dialog
      title="Kernel symbols"
      text={
        <>
          What gdb and call traces know of <span className="mono">{kernelPath}</span>, for every machine that
          boots it.
        </>
      }
      onClose={onClose}
      footer={
        <>
          {error && <ErrorNote error={error} />}
          <span className="end row">
            <Button onClick={onClose}>Close</Button>
            <Button
              variant="primary"
              reason={isChanged ? null : 'Nothing was changed.'}
              onClick={() => void save()}
            >
              Save
            </Button>
          </span>
        </>
      }
    >
      <div className="ksymbols">
        {symbols && (
          <Note level={symbols.problem === null && symbols.kind !== 'none' ? 'plain' : 'warn'}>
            {symbols.problem ??
              `${symbols.path === null ? 'The kernel itself has' : 'This file has'} ${symbolWords[symbols.kind]}.`}
            {symbols.kind !== 'lines' && symbols.path === null && (
              <> Distributions strip their kernels; one that was built with debug info has all.</>
            )}
          </Note>
        )}
        <PathField
          label="File with symbols"
          value={path}
          placeholder="the kernel itself"
          hint="The vmlinux, or the linux binary, of the very same build."
          onPath={(next) => {
            setError(null);
            setTyped(next);
          }}
        />
        {symbols?.scriptPath != null && typed === null && (
          <Checkbox
            label="Run the kernel’s own gdb scripts (lx- commands)"
            text={`${symbols.scriptPath} is a program: it can do anything that you can. Only for a source tree that you trust.`}
            checked={trustScripts}
            onChange={setTrusts}
          />
        )}
      </div>
    </Dialog>
  );
}
