import { useMemo, useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { callHost } from '../../../stores/connection-store.js';
import { useRestedAnswer } from '../../../stores/use-rested-answer.js';
import { Button, IconButton } from '../../../ui/button.js';
import { CloseIcon, PlayIcon } from '../../../ui/icons.js';
import { ErrorNote } from '../../../ui/note.js';
import { TextArea } from '../../../ui/text-area.js';
import { TextField } from '../../../ui/field.js';
import { BaseFields } from './base-fields.js';
import { editBuild, resetBuild, titleOf, useBuildDraft, wishOf } from './build-draft.js';
import { OptionList } from './option-list.js';
import { PlanView } from './plan-view.js';
import { SourceFields } from './source-fields.js';
import '../../../ui/place.css';
import './build.css';

/** What the page takes. */
interface BuildPageProps {
  copy: (text: string) => Promise<void>;
  onClose: () => void;
  onStarted: (jobId: string) => void;
}

/** A kernel to build: what it is made of at the left, and at the right all that will happen, before it does. */
export function BuildPage({ copy, onClose, onStarted }: BuildPageProps) {
  const draft = useBuildDraft();
  const wish = useMemo(() => wishOf(draft), [draft]);
  const [round, setRound] = useState(0);
  const [error, setError] = useState<PaddockError | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const { outcome, isFresh } = useRestedAnswer('kernels.planBuild', wish, round);
  const plan = outcome?.ok ? outcome.value : null;
  const hasNumber = /^\d{1,3}$/.test(draft.jobs) && Number(draft.jobs) >= 1 && Number(draft.jobs) <= 256;
  const reason = isAsking
    ? 'It is about to begin.'
    : wish === null
      ? draft.source === 'tree' && !draft.treePath.startsWith('/')
        ? 'Choose the tree of sources first.'
        : 'Something at the left is not right yet.'
      : !plan || !isFresh
        ? 'It is being planned.'
        : plan.problems.length > 0
          ? 'Something keeps it from being built; it is told beside it.'
          : null;
  const build = async (): Promise<void> => {
    if (reason !== null || wish === null) return;
    setIsAsking(true);
    setError(null);
    const started = await callHost('kernels.build', wish);
    setIsAsking(false);
    if (!started.ok) {
      setError(started.error);
      setRound((before) => before + 1);
    } else onStarted(started.value.jobId);
  };
  return (
    <div className="kbuild">
      <header className="placebar">
        <h1>Build a kernel</h1>
        <span className="ter ell grow">{titleOf(draft)}</span>
        <Button variant="quiet" onClick={resetBuild}>
          Start over
        </Button>
        <IconButton label="Close; what you typed is kept" icon={<CloseIcon />} onClick={onClose} />
      </header>
      <div className="kbuildbody">
        <form
          className="kbuildform"
          aria-label="What is built"
          onSubmit={(event) => {
            event.preventDefault();
            void build();
          }}
        >
          <SourceFields draft={draft} />
          <BaseFields draft={draft} plan={isFresh ? plan : null} />
          <OptionList draft={draft} />
          <TextArea
            label="Your own lines"
            className="kfragment"
            rows={5}
            placeholder={'CONFIG_BTRFS_FS=y\n# CONFIG_SWAP is not set'}
            hint="In the form of a .config. They win over all above."
            value={draft.fragment}
            onChange={(event) => editBuild({ fragment: event.target.value })}
          />
          <div className="kbuildname">
            <TextField
              label="Name"
              value={draft.title ?? titleOf(draft)}
              maxLength={120}
              hint="In the list of kernels"
              onChange={(event) => editBuild({ title: event.target.value })}
            />
            <TextField
              label="Compilers at once"
              inputMode="numeric"
              value={draft.jobs}
              hint={`There are ${navigator.hardwareConcurrency} processors`}
              error={hasNumber ? null : 'A number from 1 to 256'}
              onChange={(event) => editBuild({ jobs: event.target.value.trim() })}
            />
          </div>
          <input type="submit" hidden />
        </form>
        <aside className="kbuildplan" aria-label="What will happen" aria-busy={!isFresh}>
          {outcome && !outcome.ok && <ErrorNote error={outcome.error} />}
          {plan && <PlanView plan={plan} copy={copy} onAgain={() => setRound((before) => before + 1)} />}
          {!outcome && <p className="ter">Nothing to plan yet.</p>}
        </aside>
      </div>
      <footer className="kbuildfoot">
        {error && <ErrorNote error={error} />}
        <span className="xs ter">Nothing is written into the tree of sources.</span>
        <Button
          className="end"
          variant="primary"
          icon={<PlayIcon />}
          reason={reason}
          onClick={() => void build()}
        >
          Build
        </Button>
      </footer>
    </div>
  );
}
