import { useState, type ReactNode } from 'react';
import type { Job } from '@shared/jobs/job.js';
import type { Layer } from '@shared/layers/layer.js';
import { layerStateText } from '@shared/layers/layer-state-text.js';
import type { Mend, MendKind } from '@shared/layers/mend.js';
import { callHost } from '../../stores/connection-store.js';
import { useAnswer } from '../../stores/use-answer.js';
import { ChoiceRows } from '../../ui/choice-rows.js';
import { Dialog } from '../../ui/dialog.js';
import { TextField } from '../../ui/field.js';
import { MendIcon } from '../../ui/icons.js';
import { ErrorNote } from '../../ui/note.js';
import { JobBody, JobFooter } from './job-parts.js';
import { layerTitle, needsMending } from './layer-words.js';
import { useJob } from './use-job.js';
import './layer-dialogs.css';

/** What the dialog takes. */
export interface MendDialogProps {
  layer: Layer;
  progress: (job: Job) => ReactNode;
  onClose: () => void;
}

const verbs: Readonly<Record<MendKind, string>> = {
  'restore-time': 'Set the time back',
  repoint: 'Point to the base',
  'resume-merge': 'Resume the merge',
  'give-up-base': 'Give the base up',
  trash: 'Put into the trash',
};

/** What can be done about a layer that doesn't fit, each way with what it would change; nothing else is touched. */
export function MendDialog({ layer, progress, onClose }: MendDialogProps) {
  const [typed, setTyped] = useState('');
  const [confirm, setConfirm] = useState('');
  const [chosen, setChosen] = useState<MendKind | null>(null);
  const followed = useJob();
  // A path is looked at once it could be one.
  const basePath = typed.trim().startsWith('/') ? typed.trim() : null;
  const planned = useAnswer(
    'layers.planMend',
    followed.isStarted ? null : { layerId: layer.id, basePath },
    layer.state.kind,
  );
  const [last, setLast] = useState<readonly Mend[]>([]);
  if (planned?.ok && planned.value.mends !== last) setLast(planned.value.mends);
  // While another path is looked at, the list stays.
  const mends = planned?.ok ? planned.value.mends : last;
  const possible = mends.find(({ refused }) => refused === null);
  const mend = mends.find(({ kind }) => kind === chosen) ?? possible;
  const canMove = layer.state.kind === 'base-missing' || mends.some(({ kind }) => kind === 'repoint');
  const isDone = followed.job?.state === 'succeeded';
  const isGivenUp = chosen === 'give-up-base';
  const reason = followed.isStarted
    ? null
    : !mend
      ? planned
        ? 'There is no way to mend it from here.'
        : 'It is being looked at.'
      : (mend.refused ??
        (mend.confirmation !== null && confirm !== mend.confirmation
          ? `Type ${mend.confirmation} first.`
          : null));
  const start = (): void => {
    if (!mend || reason !== null) return;
    // What becomes of the list must not change what is said of it.
    setChosen(mend.kind);
    followed.start(() => callHost('layers.mend', { layerId: layer.id, kind: mend.kind, basePath, confirm }));
  };
  return (
    <Dialog
      title={
        !isDone
          ? `Mend ${layerTitle(layer)}`
          : isGivenUp
            ? 'The base is given up'
            : `${layerTitle(layer)} is mended`
      }
      text={
        <p>
          {isDone && isGivenUp
            ? 'What stands on it can be deleted now: layers, machines, and the image itself when nothing is left on it.'
            : isDone
              ? layerStateText(layer.state).sentence
              : needsMending(layer.state)
                ? layerStateText(layer.state).sentence
                : 'It fits its base: there is nothing to mend.'}
        </p>
      }
      onClose={onClose}
      footer={
        <JobFooter
          followed={followed}
          verb={mend ? verbs[mend.kind] : 'Mend'}
          variant={mend?.kind === 'trash' || mend?.kind === 'give-up-base' ? 'danger' : 'primary'}
          icon={<MendIcon />}
          reason={reason}
          onStart={start}
          onClose={onClose}
          cancelLabel="Cancel"
          cancelText="Nothing is half done: cancel leaves it as it was."
        />
      }
    >
      {!followed.isStarted && (
        <form
          className="fields"
          onSubmit={(event) => {
            event.preventDefault();
            start();
          }}
        >
          {canMove && (
            <TextField
              label="Where the base is now"
              value={typed}
              placeholder={layer.basePath}
              hint="The whole path. It is taken only when size, time and content are those that the layer was made on."
              error={typed !== '' && basePath === null ? 'The whole path, starting with /.' : undefined}
              onChange={(event) => {
                followed.clearError();
                setTyped(event.target.value);
              }}
            />
          )}
          {mends.length > 0 && (
            <ChoiceRows
              label="Ways to mend it"
              value={mend?.kind ?? null}
              choices={mends.map((one) => ({
                value: one.kind,
                title: one.title,
                text: <Changes mend={one} />,
                reason: one.refused,
              }))}
              onChange={setChosen}
            />
          )}
          {mend && mend.confirmation !== null && mend.refused === null && (
            <TextField
              label={
                <>
                  Type <code className="hl">{mend.confirmation}</code> to go on
                </>
              }
              value={confirm}
              onChange={(event) => {
                followed.clearError();
                setConfirm(event.target.value);
              }}
            />
          )}
          {planned && !planned.ok && <ErrorNote error={planned.error} />}
          <input type="submit" hidden />
        </form>
      )}
      <JobBody followed={followed} progress={progress} />
    </Dialog>
  );
}

function Changes({ mend }: { mend: Mend }) {
  const [only] = mend.changes;
  if (mend.changes.length <= 1) return <>{only}</>;
  return (
    <span role="list" className="col">
      {mend.changes.map((change) => (
        <span role="listitem" key={change}>
          {change}
        </span>
      ))}
    </span>
  );
}
