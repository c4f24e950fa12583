import { useRef, useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import type { Image } from '@shared/images/image.js';
import { whyUnlikely } from '@shared/kernels/fits-image.js';
import { newestFirst, usualKernel, type Kernel } from '@shared/kernels/kernel.js';
import type { NetworkView } from '@shared/networks/network.js';
import { freeVmName } from '@shared/vms/vm-name.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { formatBytes } from '../../lib/format.js';
import { callHost } from '../../stores/connection-store.js';
import { tabConsoles } from '@shared/consoles/channel.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Checkbox, TextField } from '../../ui/field.js';
import { PathField } from '../../ui/path-field.js';
import { PlayIcon, PlusIcon } from '../../ui/icons.js';
import { LinkButton } from '../../ui/link-button.js';
import { ErrorNote, Note } from '../../ui/note.js';
import { SelectField } from '../../ui/select-field.js';
import { lineDraft } from './line-draft.js';
import { LinesEditor } from './lines-editor.js';
import { networkChoices, networkHint, prepareNetwork } from './machine-network.js';
import { MachineSourceFields } from './machine-source.js';
import {
  createInput,
  draftFaults,
  memoryWarning,
  OTHER_KERNEL,
  sourceDefaults,
  type MachineDraft,
  type MachineSource,
} from './new-machine-form.js';
import './new-machine-dialog.css';

/** What the dialog takes. */
export interface NewMachineDialogProps {
  vms: Readonly<Record<string, VmView>>;
  images: Readonly<Record<string, Image>>;
  kernels: Readonly<Record<string, Kernel>>;
  networks: Readonly<Record<string, NetworkView>>;
  /** Id of the image to begin with; null for the tiny one. */
  image: string | null;
  /** What it boots from to begin with. */
  source: MachineSource;
  /** The kernel to begin with; null for the newest. */
  kernelPath: string | null;
  /** Why no guest can be confined on this computer; null when it can. */
  noNamespaces: string | null;
  onClose: () => void;
  onMade: (vmId: string) => void;
}

/** Makes a machine: name, image, kernel, memory and consoles, with defaults that just work. */
export function NewMachineDialog(props: NewMachineDialogProps) {
  const { vms, images, kernels, networks, image, source, kernelPath, noNamespaces, onClose, onMade } = props;
  const taken = new Set(Object.values(vms).map((vm) => vm.name));
  const defaults = (of: MachineSource): { name: string; memory: string } =>
    sourceDefaults(of, image && (images[image]?.name ?? 'machine'));
  const known = newestFirst(Object.values(kernels));
  const [draft, setDraft] = useState<MachineDraft>(() => ({
    source,
    folder: '',
    readOnly: false,
    name: freeVmName(defaults(source).name, taken),
    image: image ?? 'tiny',
    kernel: kernelPath ?? usualKernel(known)?.path ?? OTHER_KERNEL,
    kernelFile: '',
    memory: defaults(source).memory,
    consoles: '2',
    lines: null,
    network: 'none',
    start: true,
    addGuestTools: false,
  }));
  const [error, setError] = useState<PaddockError | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const nameField = useRef<HTMLInputElement>(null);
  const set = (change: Partial<MachineDraft>): void => {
    setError(null);
    setDraft((before) => ({ ...before, ...change }));
  };
  /** What nobody typed follows the choice. */
  const choose = (next: MachineSource): void => {
    const before = defaults(draft.source);
    const after = defaults(next);
    set({
      source: next,
      ...(draft.name === freeVmName(before.name, taken) ? { name: freeVmName(after.name, taken) } : {}),
      ...(draft.memory === before.memory ? { memory: after.memory } : {}),
    });
  };
  const faults = draftFaults(draft, taken);
  const firstFault =
    faults.name?.text ?? faults.folder ?? faults.kernelFile ?? faults.memory ?? faults.consoles;
  const reason = isBusy ? 'It is being made.' : (firstFault ?? null);

  const chosen = kernels[draft.kernel];
  const bootImage = draft.source === 'image' ? images[draft.image] : undefined;
  const unlikely = chosen ? whyUnlikely(chosen, bootImage ?? { filesystem: 'unknown' }) : null;

  const make = async (): Promise<void> => {
    if (reason) return;
    setIsBusy(true);
    const network = await prepareNetwork(draft.network, draft.name, vms);
    const outcome = network.ok
      ? await callHost('vms.create', createInput(draft, network.link))
      : { ok: false as const, error: network.error };
    // Nothing stays behind of a machine that could not be made.
    if (network.ok && !outcome.ok) await network.undo();
    const unfinished = network.ok && outcome.ok ? await network.finish() : null;
    setIsBusy(false);
    if (!outcome.ok) return setError(outcome.error);
    // It is made; what the other end of its cable says stands on that machine's own tab, too.
    if (unfinished) return setError(unfinished);
    onMade(outcome.value.id);
  };

  return (
    <Dialog
      title="New machine"
      initialFocus={nameField}
      onClose={onClose}
      footer={
        <>
          {error && <ErrorNote error={error} />}
          <Checkbox label="Start it right away" checked={draft.start} onChange={(start) => set({ start })} />
          <span className="end row">
            <Button onClick={onClose}>Cancel</Button>
            <Button
              variant="primary"
              icon={draft.start ? <PlayIcon /> : <PlusIcon />}
              reason={reason}
              onClick={() => void make()}
            >
              {draft.start ? 'Make and start' : 'Make'}
            </Button>
          </span>
        </>
      }
    >
      <form
        className="newmachine"
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <MachineSourceFields
          draft={draft}
          kernel={kernels[draft.kernel] ?? null}
          noNamespaces={noNamespaces}
          fault={faults.folder}
          onSource={choose}
          onChange={set}
        />
        <TextField
          ref={nameField}
          className="wide"
          label="Name"
          value={draft.name}
          hint="1 to 40 of a to z, 0 to 9 and -"
          error={
            faults.name && (
              <>
                {faults.name.text}{' '}
                {faults.name.nearest !== '' && (
                  <LinkButton onClick={() => set({ name: faults.name?.nearest ?? '' })}>
                    Use {faults.name.nearest}
                  </LinkButton>
                )}
              </>
            )
          }
          onFocus={(event) => event.target.select()}
          onChange={(event) => set({ name: event.target.value })}
        />
        {draft.source === 'image' && (
          <div className="wide">
            <SelectField
              label="Image"
              value={draft.image}
              choices={imageChoices(images)}
              onChange={(next) => set({ image: next, addGuestTools: false })}
            />
          </div>
        )}
        {draft.source === 'image' && images[draft.image]?.guestTools === false && (
          <div className="wide">
            <Checkbox
              label="Add guest tools, for fast consoles and a clean shutdown"
              checked={draft.addGuestTools}
              onChange={(addGuestTools) => set({ addGuestTools })}
            />
          </div>
        )}
        <div className="wide">
          <SelectField
            label="Kernel"
            value={draft.kernel}
            choices={[
              ...known.map(({ path, version }) => ({
                value: path,
                title: version,
                text: path,
              })),
              { value: OTHER_KERNEL, title: 'A file…' },
            ]}
            onChange={(kernel) => set({ kernel })}
          />
        </div>
        {unlikely !== null && (
          <div className="wide">
            <Note level="warn">{unlikely}</Note>
          </div>
        )}
        {draft.kernel === OTHER_KERNEL && (
          <PathField
            className="wide"
            label="Kernel file"
            value={draft.kernelFile}
            placeholder="/home/you/linux/linux"
            hint="A kernel built with ARCH=um"
            error={draft.kernelFile === '' ? undefined : faults.kernelFile}
            onPath={(kernelFile) => set({ kernelFile })}
          />
        )}
        <TextField
          label="Memory"
          value={draft.memory}
          unit="MB"
          inputMode="numeric"
          error={faults.memory}
          warning={memoryWarning(draft.memory)}
          hint={draft.source === 'image' ? '128 is plenty for the tiny Linux' : undefined}
          onChange={(event) => set({ memory: event.target.value })}
        />
        {draft.lines === null ? (
          <TextField
            label="Consoles"
            value={draft.consoles}
            inputMode="numeric"
            error={faults.consoles}
            hint={
              <>
                Each is a tab with a login.{' '}
                <LinkButton
                  onClick={() => set({ lines: tabConsoles(Number(draft.consoles) || 1).map(lineDraft) })}
                >
                  Choose lines…
                </LinkButton>
              </>
            }
            onChange={(event) => set({ consoles: event.target.value })}
          />
        ) : (
          <section className="wide newmachinelines" aria-label="Consoles">
            <h3>Consoles</h3>
            <LinesEditor
              drafts={draft.lines}
              kernel={kernels[draft.kernel] ?? null}
              onChange={(lines) => set({ lines })}
            />
            {faults.consoles && <p className="hint">{faults.consoles}</p>}
          </section>
        )}
        <div className="wide">
          <SelectField
            label="Network"
            value={draft.network}
            choices={networkChoices(networks, vms)}
            hint={networkHint(draft.network, kernels[draft.kernel] ?? null, networks[draft.network])}
            onChange={(network) => set({ network })}
          />
        </div>
        <input type="submit" hidden />
      </form>
    </Dialog>
  );
}

function imageChoices(images: Readonly<Record<string, Image>>) {
  const made = Object.values(images).sort((a, b) => a.name.localeCompare(b.name));
  const tiny = made.find(({ kind }) => kind === 'tiny');
  return [
    {
      value: 'tiny',
      title: 'Tiny Linux',
      text: tiny ? `BusyBox, ${formatBytes(tiny.sizeBytes)}` : 'BusyBox, made here in a moment',
    },
    ...made
      .filter(({ id, kind }) => id !== 'tiny' && kind !== 'tiny')
      .map(({ id, name, sizeBytes }) => ({ value: id, title: name, text: formatBytes(sizeBytes) })),
  ];
}
