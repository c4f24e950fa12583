import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { MergePlan } from '@shared/api/calls.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { shellText } from '@shared/vms/command-line.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { isJobActive, type Job } from '@shared/jobs/job.js';
import { bridge } from '../../lib/bridge.js';
import { fileName, formatBytes } from '../../lib/format.js';
import { callHost } from '../../stores/connection-store.js';
import { useHost } from '../../stores/host-store.js';
import { Button } from '../../ui/button.js';
import { CommandBlock } from '../../ui/command-block.js';
import { CopyButton } from '../../ui/copy-button.js';
import { Dialog } from '../../ui/dialog.js';
import { TextField } from '../../ui/field.js';
import { ArrowIcon, BadIcon, ImageIcon, LayersIcon, OkIcon } from '../../ui/icons.js';
import { ErrorNote } from '../../ui/note.js';
import { useMergePlan } from './use-merge-plan.js';
import '../../ui/badge.css';
import './merge-dialog.css';

/** What the dialog takes. */
export interface MergeDialogProps {
  vm: VmView;
  /** Draws the job once it runs. */
  progress: (job: Job) => ReactNode;
  onClose: () => void;
  /** Asked for a machine on the merged image. */
  onNewMachine: (imageId: string) => void;
}

/** Makes a new image out of a base and a layer: says what stays, checks, shows the command, then the progress. */
export function MergeDialog({ vm, progress, onClose, onNewMachine }: MergeDialogProps) {
  const [name, setName] = useState(`${vm.name}-gold`.slice(0, 40));
  const [jobId, setJobId] = useState<string | null>(null);
  const [error, setError] = useState<PaddockError | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const job = useHost((state) => (jobId === null ? null : (state.jobs[jobId] ?? null)));
  const { outcome: planned, isFresh } = useMergePlan(vm.id, name, jobId === null);
  const field = useRef<HTMLInputElement>(null);
  const plan = planned?.ok ? planned.value : null;
  const failed = plan?.checks.find((check) => !check.ok);
  const reason =
    name === ''
      ? 'The image needs a name.'
      : isAsking
        ? 'It is about to begin.'
        : !planned || !isFresh
          ? 'It is being checked.'
          : planned.ok
            ? (failed?.text ?? null)
            : 'It can’t be done; the reason is above.';

  const merge = async (): Promise<void> => {
    if (reason) return;
    setIsAsking(true);
    setError(null);
    const outcome = await callHost('layers.merge', { vmId: vm.id, imageName: name });
    setIsAsking(false);
    if (outcome.ok) setJobId(outcome.value.jobId);
    else setError(outcome.error);
  };
  const isActive = job !== null && isJobActive(job.state);
  const isDone = job?.state === 'succeeded';

  return (
    <Dialog
      title={isDone ? `Merged into ${name}` : `Merge the layer of ${vm.name} into a new image`}
      text={<p>The base and the layer stay as they are. The result is a full copy that needs neither.</p>}
      initialFocus={field}
      onClose={onClose}
      footer={
        <MergeFooter
          job={job}
          reason={reason}
          onClose={onClose}
          onMerge={() => void merge()}
          onNewMachine={() => onNewMachine(job?.result ?? name)}
          onAgain={() => setJobId(null)}
        />
      }
    >
      {jobId === null && (
        <form
          className="mergename"
          onSubmit={(event) => {
            event.preventDefault();
            void merge();
          }}
        >
          <TextField
            ref={field}
            label="Name of the new image"
            value={name}
            spellCheck={false}
            onFocus={(event) => event.target.select()}
            onChange={(event) => {
              setError(null);
              setName(event.target.value);
            }}
          />
        </form>
      )}
      {plan && <MergePicture plan={plan} />}
      {plan && <MergeChecks plan={plan} />}
      {plan && jobId === null && (
        <>
          <div className="row sectionhead">
            <h3>Command</h3>
            <span className="end">
              <CopyButton
                className="edge"
                write={() => bridge.clipboard.writeText(shellText(plan.command))}
              />
            </span>
          </div>
          <CommandBlock lines={plan.command.map((word) => [word])} />
        </>
      )}
      {planned && !planned.ok && <ErrorNote error={planned.error} />}
      {error && <ErrorNote error={error} />}
      {job && <div className="card mergejob">{progress(job)}</div>}
      {job && !isActive && job.error && <ErrorNote error={job.error} />}
    </Dialog>
  );
}

interface MergeFooterProps {
  job: Job | null;
  reason: string | null;
  onClose: () => void;
  onMerge: () => void;
  onNewMachine: () => void;
  onAgain: () => void;
}

function MergeFooter({ job, reason, onClose, onMerge, onNewMachine, onAgain }: MergeFooterProps) {
  const main = useRef<HTMLButtonElement>(null);
  const state = job?.state ?? null;
  useEffect(() => {
    // The button that had the focus is gone with its step.
    if (state !== null) main.current?.focus();
  }, [state]);
  if (!job)
    return (
      <span className="end row">
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" reason={reason} onClick={onMerge}>
          Merge
        </Button>
      </span>
    );
  if (isJobActive(job.state))
    return (
      <>
        <span className="xs ter grow">Cancel removes the unfinished file and nothing else.</span>
        <Button
          reason={job.state === 'cancelling' ? 'It is being cancelled.' : null}
          onClick={() => void callHost('jobs.cancel', { id: job.id })}
        >
          Cancel merge
        </Button>
        <Button ref={main} variant="primary" onClick={onClose}>
          Go on in background
        </Button>
      </>
    );
  return (
    <span className="end row">
      <Button ref={job.state === 'succeeded' ? null : main} onClick={onClose}>
        Close
      </Button>
      {job.state === 'succeeded' ? (
        <Button ref={main} variant="primary" onClick={onNewMachine}>
          New machine on it
        </Button>
      ) : (
        <Button onClick={onAgain}>Try again</Button>
      )}
    </span>
  );
}

function MergePicture({ plan }: { plan: MergePlan }) {
  return (
    <div className="row wrap mergepicture">
      <span className="badge">
        <ImageIcon size="s" />
        {fileName(plan.basePath)}
      </span>
      <span className="ter">+</span>
      <span className="badge">
        <LayersIcon size="s" />
        {fileName(plan.layerPath)}, {formatBytes(plan.changedBytes)}
      </span>
      <ArrowIcon size="s" />
      <span className="badge">
        <ImageIcon size="s" />
        {fileName(plan.targetPath)}, {formatBytes(plan.sizeBytes)}
      </span>
    </div>
  );
}

function MergeChecks({ plan }: { plan: MergePlan }) {
  return (
    <>
      <h3>Checked before the first byte</h3>
      <ul className="col mergechecks" aria-label="Checked before the first byte">
        {plan.checks.map((check) => (
          <li key={check.title} className="row">
            <span
              className={check.ok ? 'mark ok' : 'mark err'}
              role="img"
              aria-label={check.ok ? 'passed' : 'failed'}
            >
              {check.ok ? <OkIcon /> : <BadIcon />}
            </span>
            <span className="grow">{check.title}</span>
            <span className={check.ok ? 'xs ter evidencetext' : 'xs evidencetext failed'}>{check.text}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
