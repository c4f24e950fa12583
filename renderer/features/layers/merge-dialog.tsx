import { useRef, useState, type ReactNode } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { Job } from '@shared/jobs/job.js';
import type { Layer } from '@shared/layers/layer.js';
import type { MergeEngine, MergeTarget } from '@shared/layers/merge-plan.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { callHost } from '../../stores/connection-store.js';
import { Button } from '../../ui/button.js';
import { ChoiceRows } from '../../ui/choice-rows.js';
import { Dialog } from '../../ui/dialog.js';
import { Checkbox, TextField } from '../../ui/field.js';
import { ErrorNote } from '../../ui/note.js';
import { JobBody, JobFooter } from './job-parts.js';
import { layerTitle, reasonAgainst } from './layer-words.js';
import { MergeBreaks, MergeChecks, MergeCommand, MergePicture } from './merge-plan-view.js';
import { useJob } from './use-job.js';
import { useMergePlan } from './use-merge-plan.js';
import './layer-dialogs.css';

/** What the dialog takes. */
export interface MergeDialogProps {
  layer: Layer;
  /** The machine that has it. */
  vm: VmView | undefined;
  /** Draws the job once it runs. */
  progress: (job: Job) => ReactNode;
  onClose: () => void;
  /** Asked for a machine on the merged image. */
  onNewMachine: (imageId: string) => void;
}

/** Makes one disk of a base and a layer: says what stays, checks, shows the command, then the progress. */
export function MergeDialog({ layer, vm, progress, onClose, onNewMachine }: MergeDialogProps) {
  const called = layer.role === 'machine' && vm ? vm.name : layerTitle(layer);
  const [kind, setKind] = useState<MergeTarget['kind']>('image');
  const [engine, setEngine] = useState<MergeEngine>('uml_moo');
  const [name, setName] = useState(() => `${imageStem(called)}-gold`);
  const [verify, setVerify] = useState(true);
  const [confirm, setConfirm] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const followed = useJob();
  const { job, isStarted } = followed;
  const target: MergeTarget = kind === 'image' ? { kind, name } : { kind };
  const moment = `${vm?.state ?? ''} ${layer.state.kind}`;
  const { outcome: planned, isFresh } = useMergePlan(
    { layerId: layer.id, target, engine },
    !isStarted,
    moment,
  );
  const plan = planned?.ok ? planned.value : null;
  const failed = plan?.checks.find((check) => !check.ok);
  const isVerified = verify && engine === 'fast' && kind === 'image';
  const isDone = job?.state === 'succeeded';

  const reasons: (string | null | undefined)[] = [
    kind === 'image' && name === '' ? 'The image needs a name.' : null,
    !planned || !isFresh ? 'It is being checked.' : null,
    planned && !planned.ok ? 'It can’t be done; the reason is above.' : null,
    failed?.text,
    kind === 'base' && plan && confirm !== plan.confirmation ? `Type ${plan.confirmation} first.` : null,
  ];
  const reason = isStarted ? null : (reasons.find((one) => one) ?? null);
  const merge = (): void => {
    if (reason !== null) return;
    followed.start(() =>
      callHost('layers.merge', {
        layerId: layer.id,
        target,
        engine,
        verify: isVerified,
        confirm: kind === 'base' ? confirm : null,
      }),
    );
  };
  const change =
    <T,>(set: (value: T) => void) =>
    (value: T): void => {
      followed.clearError();
      set(value);
    };

  return (
    <Dialog
      title={isDone ? doneTitle(kind, name, plan?.confirmation ?? 'the base') : title(kind, called)}
      text={
        <p>
          {kind === 'image'
            ? 'The base and the layer stay as they are. The result is a full copy that needs neither.'
            : `The base itself is changed for good; ${layer.role === 'machine' ? `${called} then has an empty layer on it` : 'the layer is in it then, and removed'}. An interrupted merge can be resumed.`}
        </p>
      }
      initialFocus={field}
      onClose={onClose}
      footer={
        <JobFooter
          followed={followed}
          verb={kind === 'image' ? 'Merge' : 'Merge into the base'}
          variant={kind === 'image' ? 'primary' : 'danger'}
          reason={reason}
          onStart={merge}
          onClose={onClose}
          cancelLabel="Cancel merge"
          cancelText={
            kind === 'image'
              ? 'Cancel removes the unfinished file and nothing else.'
              : 'It goes on to its end, also in the background: half done, the base would be neither old nor new.'
          }
          after={
            kind === 'image' && (
              <>
                {layer.role === 'machine' && vm && job?.result && (
                  <MoveOver layer={layer} vm={vm} image={job.result} onMoved={onClose} />
                )}
                <Button variant="primary" onClick={() => onNewMachine(job?.result ?? name)}>
                  New machine on it
                </Button>
              </>
            )
          }
        />
      }
    >
      {!isStarted && (
        <form
          className="fields mergename"
          onSubmit={(event) => {
            event.preventDefault();
            merge();
          }}
        >
          <ChoiceRows
            label="Where to"
            value={kind}
            choices={[
              {
                value: 'image',
                title: 'Into a new image',
                text: 'Takes the room of a full copy.',
              },
              {
                value: 'base',
                title: 'Into the base itself',
                text: 'Takes no more room, and ends every other layer on that base.',
                aside: 'can’t be undone',
              },
            ]}
            onChange={change(setKind)}
          />
          {kind === 'image' && (
            <TextField
              ref={field}
              label="Name of the new image"
              value={name}
              spellCheck={false}
              onFocus={(event) => event.target.select()}
              onChange={(event) => change(setName)(event.target.value)}
            />
          )}
          <ChoiceRows
            label="By"
            value={engine}
            choices={[
              {
                value: 'uml_moo',
                title: 'uml_moo',
                text: 'UML’s own program. Reads and writes every byte of the disk.',
              },
              {
                value: 'fast',
                title: 'Fast merge',
                text: 'Paddock’s own. Clones the base where the file system can, then writes only what was changed.',
              },
            ]}
            onChange={change(setEngine)}
          />
          {engine === 'fast' && kind === 'image' && (
            <Checkbox
              label="Verify with uml_moo: it makes the same, and both are compared byte by byte"
              checked={verify}
              onChange={setVerify}
            />
          )}
          {kind === 'base' && plan && <MergeBreaks plan={plan} />}
          {kind === 'base' && plan && (
            <TextField
              label={
                <>
                  Type <code className="hl">{plan.confirmation}</code> to go on
                </>
              }
              value={confirm}
              onChange={(event) => change(setConfirm)(event.target.value)}
            />
          )}
          <input type="submit" hidden />
        </form>
      )}
      {plan && <MergePicture plan={plan} layer={called} />}
      {plan && <MergeChecks plan={plan} />}
      {plan && !isStarted && <MergeCommand plan={plan} isVerified={isVerified} />}
      {planned && !planned.ok && <ErrorNote error={planned.error} />}
      <JobBody followed={followed} progress={progress} />
    </Dialog>
  );
}

function title(kind: MergeTarget['kind'], called: string): string {
  return kind === 'image'
    ? `Merge the layer of ${called} into a new image`
    : `Merge the layer of ${called} into its base`;
}

function doneTitle(kind: MergeTarget['kind'], name: string, base: string): string {
  return `Merged into ${kind === 'image' ? name : base}`;
}

/** What of a name can stand in an image's, with room for a suffix. */
function imageStem(called: string): string {
  const stem = called
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 35)
    .replace(/-+$/, '');
  return stem === '' ? 'layer' : stem;
}

/** Puts the machine onto the merged image: it gets an empty layer there, and the old one goes to the trash. */
function MoveOver({
  layer,
  vm,
  image,
  onMoved,
}: {
  layer: Layer;
  vm: VmView;
  image: string;
  onMoved: () => void;
}) {
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<PaddockError | null>(null);
  const move = async (): Promise<void> => {
    setIsBusy(true);
    const outcome = await callHost('layers.moveOver', { layerId: layer.id, image });
    setIsBusy(false);
    if (outcome.ok) onMoved();
    else setError(outcome.error);
  };
  return (
    <>
      {error && <ErrorNote error={error} />}
      <Button
        title={`${vm.name} gets an empty layer on ${image}; the one it has goes to the trash.`}
        reason={isBusy ? 'It is being moved.' : reasonAgainst('merge', vm)}
        onClick={() => void move()}
      >
        Move {vm.name} over
      </Button>
    </>
  );
}
