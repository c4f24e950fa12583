import { useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { isJobActive, type Job } from '@shared/jobs/job.js';
import { labAsks } from '@shared/labs/lab-asks.js';
import { readLab } from '@shared/labs/read-lab.js';
import type { LabView } from '@shared/labs/lab.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { bridge } from '../../lib/bridge.js';
import { plural } from '../../lib/format.js';
import { callHost } from '../../stores/connection-store.js';
import { useAnswer } from '../../stores/use-answer.js';
import { Button, IconButton } from '../../ui/button.js';
import { ConfirmButton } from '../../ui/confirm-button.js';
import { Dialog } from '../../ui/dialog.js';
import { ExportIcon, FolderIcon, PlayIcon, PowerIcon, TrashIcon } from '../../ui/icons.js';
import { ErrorNote, Note } from '../../ui/note.js';
import { ProgressBar } from '../../ui/progress-bar.js';
import './labs-dialog.css';

/** What the dialog takes. */
interface LabsDialogProps {
  labs: Readonly<Record<string, LabView>>;
  vms: Readonly<Record<string, VmView>>;
  jobs: Readonly<Record<string, Job>>;
  onClose: () => void;
}

/** The labs there are, those that come with Paddock, and files of somebody's: started, stopped, exported, deleted. */
export function LabsDialog({ labs, vms, jobs, onClose }: LabsDialogProps) {
  const [error, setError] = useState<PaddockError | null>(null);
  const [remarks, setRemarks] = useState<string[]>([]);
  /** A file that was opened and asks for more than most: it waits for a word. */
  const [waiting, setWaiting] = useState<{ text: string; asks: readonly string[] } | null>(null);
  const answer = useAnswer('labs.shipped', {});
  const made = Object.values(labs).sort((a, b) => a.name.localeCompare(b.name));
  const names = new Set(made.map(({ name }) => name));
  const shipped = answer?.ok ? answer.value.labs.filter(({ name }) => !names.has(name)) : [];
  const work = Object.values(jobs).find(({ kind, state }) => kind === 'lab' && isJobActive(state));
  const failed = newestFailure(jobs);
  const busy = work ? 'Another lab is being worked on.' : null;

  const up = async (text: string): Promise<void> => {
    const outcome = await callHost('labs.up', { text });
    setError(outcome.ok ? null : outcome.error);
  };
  const open = async (kind: 'file' | 'folder'): Promise<void> => {
    setRemarks([]);
    setWaiting(null);
    const path = await bridge.files.askForPath(kind);
    if (path === null) return;
    const read = await callHost('labs.read', { path });
    if (!read.ok) return setError(read.error);
    setRemarks(read.value.remarks);
    const { text } = read.value;
    const lab = readLab(text);
    const asks = lab.ok ? labAsks(lab.lab) : [];
    if (asks.length > 0) return setWaiting({ text, asks });
    await up(text);
  };
  const act = async (call: 'labs.start' | 'labs.stop' | 'labs.delete', id: string): Promise<void> => {
    const outcome = await callHost(call, { id });
    setError(outcome.ok ? null : outcome.error);
  };
  const save = async ({ id, name }: LabView): Promise<void> => {
    const text = await callHost('labs.text', { id });
    if (!text.ok) return setError(text.error);
    await bridge.files.save(`${name}.yaml`, new TextEncoder().encode(text.value.text));
  };
  return (
    <Dialog
      title="Labs"
      text="Several machines and networks as one file, made, started and taken away as a whole."
      onClose={onClose}
      footer={
        <>
          <Button icon={<FolderIcon />} reason={busy} onClick={() => void open('file')}>
            Open a file…
          </Button>
          <Button variant="quiet" reason={busy} onClick={() => void open('folder')}>
            Import a Kathara folder…
          </Button>
          <span className="end row">
            <Button onClick={onClose}>Close</Button>
          </span>
        </>
      }
    >
      {error && <ErrorNote error={error} />}
      {!error && !work && failed && <ErrorNote error={failed} />}
      {remarks.length > 0 && (
        <Note level="warn">
          <b>Not everything could be taken over.</b>
          <ul className="labremarks">
            {remarks.map((remark) => (
              <li key={remark}>{remark}</li>
            ))}
          </ul>
        </Note>
      )}
      {waiting && (
        <Note level="warn">
          <b>This lab asks for more than most.</b>
          <ul className="labremarks">
            {waiting.asks.map((ask) => (
              <li key={ask}>{ask}</li>
            ))}
          </ul>
          <p className="row">
            <Button
              reason={busy}
              onClick={() => {
                setWaiting(null);
                void up(waiting.text);
              }}
            >
              Start it all the same
            </Button>
            <Button variant="quiet" onClick={() => setWaiting(null)}>
              Leave it
            </Button>
          </p>
        </Note>
      )}
      {work && <LabWork job={work} />}
      <ul className="labs" aria-label="Labs">
        {made.map((lab) => (
          <li key={lab.id} aria-label={lab.name}>
            <div className="labtext">
              <b className="med">{lab.name}</b>
              <p className="xs sec">{stateText(lab, vms)}</p>
              <LabNote note={lab.note} />
            </div>
            <div className="row labdeeds">
              {isAnyLive(lab, vms) ? (
                <Button icon={<PowerIcon />} reason={busy} onClick={() => void act('labs.stop', lab.id)}>
                  Shut down
                </Button>
              ) : (
                <Button icon={<PlayIcon />} reason={busy} onClick={() => void act('labs.start', lab.id)}>
                  Start
                </Button>
              )}
              <IconButton label={`Export ${lab.name}`} icon={<ExportIcon />} onClick={() => void save(lab)} />
              <ConfirmButton
                variant="quiet"
                icon={<TrashIcon />}
                reason={busy}
                confirm={`Delete ${plural(lab.machines.length, 'machine')}`}
                onConfirmed={() => void act('labs.delete', lab.id)}
              >
                Delete
              </ConfirmButton>
            </div>
          </li>
        ))}
        {shipped.map(({ name, note, text }) => (
          <li key={name} aria-label={name}>
            <div className="labtext">
              <b className="med">{name}</b>
              <p className="xs sec">comes with Paddock</p>
              <LabNote note={note} />
            </div>
            <div className="row labdeeds">
              <Button icon={<PlayIcon />} reason={busy} onClick={() => void up(text)}>
                Start
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function LabNote({ note }: { note: string }) {
  return note === '' ? null : <p className="xs sec labnote">{note.trim()}</p>;
}

function LabWork({ job }: { job: Job }) {
  const step = job.steps.find(({ state }) => state === 'now');
  return (
    <div className="labwork">
      <p className="row">
        <b className="med grow ell">{job.title}</b>
        <Button variant="quiet" onClick={() => void callHost('jobs.cancel', { id: job.id })}>
          Cancel
        </Button>
      </p>
      <ProgressBar value={job.progress} label={job.title} />
      <p className="xs sec">{[step?.title, job.detail].filter(Boolean).join(': ')}</p>
    </div>
  );
}

/** Why the last work on a lab failed, unless it went well since. */
function newestFailure(jobs: Readonly<Record<string, Job>>): PaddockError | null {
  const [newest] = Object.values(jobs)
    .filter(({ kind }) => kind === 'lab')
    .sort((a, b) => b.startedAt.localeCompare(a.startedAt));
  return newest?.state === 'failed' ? newest.error : null;
}

function isAnyLive({ machines }: LabView, vms: Readonly<Record<string, VmView>>): boolean {
  return machines.some(({ vmId }) => vmId !== null && isLive(vms[vmId]?.state ?? 'stopped'));
}

function stateText(lab: LabView, vms: Readonly<Record<string, VmView>>): string {
  const live = lab.machines.filter(({ vmId }) => vmId !== null && isLive(vms[vmId]?.state ?? 'stopped'));
  const failed = lab.machines.filter(({ setup }) => setup === 'failed').map(({ name }) => name);
  return [
    `${live.length} of ${plural(lab.machines.length, 'machine')} on, ${plural(lab.networks.length, 'network')}`,
    ...(failed.length > 0 ? [`not set up: ${failed.join(', ')}`] : []),
  ].join('; ');
}
