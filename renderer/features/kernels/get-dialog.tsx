import { useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { DEBIAN_MIRROR } from '@shared/images/debian.js';
import { debianSuites } from '@shared/kernels/library-kernel.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import { callHost } from '../../stores/connection-store.js';
import { Button } from '../../ui/button.js';
import { ChoiceRows } from '../../ui/choice-rows.js';
import { Dialog } from '../../ui/dialog.js';
import { Checkbox, TextField } from '../../ui/field.js';
import { ErrorNote, Note } from '../../ui/note.js';
import { PathField } from '../../ui/path-field.js';
import './kernels-page.css';

/** What the dialog takes. */
interface GetDialogProps {
  kernels: readonly Kernel[];
  /** True after an attempt that was told that the mirror is out of date. */
  acceptsStale: boolean;
  onClose: () => void;
  /** It is on its way, or there: `job:ID` or `kernel:PATH`. */
  onGot: (row: string) => void;
}

const FILE = 'file';

/** Gets a kernel: Debian's of a suite, or a file of this computer. */
export function GetDialog({ kernels, acceptsStale, onClose, onGot }: GetDialogProps) {
  const [from, setFrom] = useState<string>('trixie');
  const [mirror, setMirror] = useState('');
  const [isStaleFine, setIsStaleFine] = useState(acceptsStale);
  const [path, setPath] = useState('');
  const [error, setError] = useState<PaddockError | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const get = async (): Promise<void> => {
    setIsAsking(true);
    const outcome =
      from === FILE
        ? await callHost('kernels.add', { path })
        : await callHost('kernels.get', {
            suite: from,
            mirror: mirror.trim() === '' ? null : mirror.trim(),
            acceptStale: isStaleFine,
          });
    setIsAsking(false);
    if (!outcome.ok) return setError(outcome.error);
    onGot('jobId' in outcome.value ? `job:${outcome.value.jobId}` : `kernel:${outcome.value.path}`);
  };
  const had = (suite: string): Kernel | undefined =>
    kernels.find(({ library }) => library?.how.kind === 'debian' && library.how.suite === suite);
  return (
    <Dialog
      title="Get a kernel"
      text="Debian’s are fetched into Paddock’s own folder and checked against Debian’s keys. No rights are needed, and nothing is installed on this computer."
      onClose={onClose}
      footer={
        <>
          <span className="end row">
            <Button onClick={onClose}>Cancel</Button>
            <Button
              variant="primary"
              reason={
                isAsking
                  ? 'It is being asked for.'
                  : from === FILE && !path.startsWith('/')
                    ? 'Choose a file first.'
                    : null
              }
              onClick={() => void get()}
            >
              {from === FILE ? 'Add it' : had(from) ? 'Get it again' : 'Get it'}
            </Button>
          </span>
        </>
      }
    >
      <div className="kernelget">
        {error && <ErrorNote error={error} />}
        <ChoiceRows
          label="Where from"
          value={from}
          choices={[
            ...debianSuites.map(({ suite, title, about }) => ({
              value: suite,
              title,
              text: had(suite) ? `${about}; ${had(suite)?.version ?? ''} is here already` : about,
            })),
            { value: FILE, title: 'A file', text: 'one that you built, wherever it is; it stays there' },
          ]}
          onChange={setFrom}
        />
        {from === FILE ? (
          <PathField
            label="Kernel file"
            placeholder="/home/you/linux/linux"
            value={path}
            hint="A kernel built with ARCH=um."
            onPath={setPath}
          />
        ) : (
          <>
            <TextField
              label="Mirror"
              placeholder={DEBIAN_MIRROR}
              value={mirror}
              hint="About 36 MB, and 120 to 190 MB on disk with its modules."
              onChange={(event) => setMirror(event.target.value)}
            />
            {acceptsStale && (
              <Note level="warn">
                The mirror’s lists were out of date by their own word. They are signed by Debian all the same;
                only newer packages may be missing.
              </Note>
            )}
            <Checkbox
              label="Take lists that are out of date"
              text="For a mirror that is behind. Who signed them is still checked."
              checked={isStaleFine}
              onChange={setIsStaleFine}
            />
          </>
        )}
      </div>
    </Dialog>
  );
}
