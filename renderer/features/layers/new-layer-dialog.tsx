import { noDisksReason } from '@shared/vms/boot.js';
import { useState } from 'react';
import type { HostState } from '@shared/api/state.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { freeUnit, guestDiskName, noDiskFlags } from '@shared/layers/disk.js';
import { nearestVmName } from '@shared/vms/vm-name.js';
import { isLive } from '@shared/vms/vm-state.js';
import { plural } from '../../lib/format.js';
import { callHost } from '../../stores/connection-store.js';
import { Button } from '../../ui/button.js';
import { ChoiceRows } from '../../ui/choice-rows.js';
import { Dialog } from '../../ui/dialog.js';
import { TextField } from '../../ui/field.js';
import { PathField } from '../../ui/path-field.js';
import { PlusIcon } from '../../ui/icons.js';
import { ErrorNote, Note } from '../../ui/note.js';
import { SelectField } from '../../ui/select-field.js';
import { TextArea } from '../../ui/text-area.js';
import { baseChoices, imageOf, OTHER_BASE, TINY } from './base-choices.js';
import { NOTE_MAX } from './layer-texts.js';
import { MadeList } from './made-list.js';
import { countOf, layerFaults, machineNames, shownName, type LayerDraft } from './new-layer-form.js';
import { makeMachine, useMaking } from './use-making.js';
import './layer-dialogs.css';

/** What the dialog takes. */
export interface NewLayerDialogProps {
  state: Pick<HostState, 'bases' | 'vms'>;
  /** The base to begin with; null: the first that can be used. */
  baseId: string | null;
  onClose: () => void;
  /** A free layer was made. */
  onLayer: (layerId: string) => void;
  /** One machine was made, or a machine got a disk. */
  onMachine: (vmId: string) => void;
}

/** Makes a layer on a base: for new machines, for one that there is, or for nobody yet. */
export function NewLayerDialog({ state, baseId, onClose, onLayer, onMachine }: NewLayerDialogProps) {
  const { bases, vms } = state;
  const all = Object.values(vms).sort((a, b) => a.name.localeCompare(b.name));
  const taken = new Set(all.map((vm) => vm.name));
  const [draft, setDraft] = useState<LayerDraft>(() => firstDraft(state, baseId));
  const [error, setError] = useState<PaddockError | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const making = useMaking();
  const set = (change: Partial<LayerDraft>): void => {
    setError(null);
    setDraft((before) => ({ ...before, ...change }));
  };
  const base = bases[draft.base];
  const isUnfit = base?.state.kind === 'unfit';
  const vmName = shownName(draft, nearestVmName(base?.name ?? 'tiny') || 'machine', taken);
  const faults = layerFaults(draft, vmName, taken);
  const count = countOf(draft.count) ?? 1;
  const names = machineNames(vmName, count, taken);
  const reason = isBusy
    ? 'It is being made.'
    : isUnfit && draft.for === 'free'
      ? 'A layer on this base would hold wrong data.'
      : (Object.values(faults).find(Boolean) ?? null);

  const image = imageOf(state, draft.base, draft.path);
  const disk = isUnfit ? 'copy' : 'layer';
  const make = async (): Promise<void> => {
    if (reason !== null) return;
    setIsBusy(true);
    setError(null);
    if (draft.for === 'machines' && count > 1) await making.make(names, image, disk);
    else if (draft.for === 'machines') {
      const outcome = await makeMachine(vmName, image, disk);
      if (outcome.ok) onMachine(outcome.value.id);
      else setError(outcome.error);
    } else if (draft.for === 'free') {
      const outcome = await callHost('layers.create', {
        image,
        name: draft.name.trim(),
        note: draft.note.trim(),
      });
      if (outcome.ok) onLayer(outcome.value.layerId);
      else setError(outcome.error);
    } else {
      const outcome = await callHost('disks.add', {
        vmId: draft.vmId,
        unit: null,
        source: { kind: disk, image },
        flags: noDiskFlags,
        serial: null,
      });
      if (outcome.ok) onMachine(draft.vmId);
      else setError(outcome.error);
    }
    setIsBusy(false);
  };
  const failed = making.makings.filter((one) => one.state === 'failed');

  if (making.makings.length > 0)
    return (
      <Dialog
        title={`${plural(making.makings.length, 'machine')} on one base`}
        text={
          <p>
            Each has{' '}
            {isUnfit ? 'a full copy of its own' : 'an empty layer of its own; the base is read by all'}.
          </p>
        }
        onClose={onClose}
        footer={
          <span className="end row">
            {making.isOver && failed.length > 0 && (
              <Button
                onClick={() =>
                  void making.make(
                    failed.map(({ name }) => name),
                    image,
                    disk,
                  )
                }
              >
                Try again with {failed.length === 1 ? '1' : `these ${failed.length}`}
              </Button>
            )}
            <Button variant="primary" onClick={onClose}>
              {making.isOver ? 'Close' : 'Go on in background'}
            </Button>
          </span>
        }
      >
        <MadeList makings={making.makings} onShow={onMachine} />
      </Dialog>
    );

  return (
    <Dialog
      title="New layer"
      text={<p>A layer holds what is changed, and nothing else. The base under it is never written.</p>}
      onClose={onClose}
      footer={
        <>
          {error && <ErrorNote error={error} />}
          <span className="end row">
            <Button onClick={onClose}>Cancel</Button>
            <Button variant="primary" icon={<PlusIcon />} reason={reason} onClick={() => void make()}>
              {verb(draft.for, count)}
            </Button>
          </span>
        </>
      }
    >
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <SelectField
          label="Base"
          value={draft.base}
          choices={baseChoices(state, 'copy')}
          hint={base && !isUnfit ? base.path : undefined}
          onChange={(next) => set({ base: next })}
        />
        {draft.base === OTHER_BASE && (
          <PathField
            label="Disk file"
            value={draft.path}
            placeholder="/home/you/images/debian.img"
            hint="From now on it must not be written, or every layer on it breaks."
            error={draft.path === '' ? undefined : faults.path}
            onPath={(path) => set({ path })}
          />
        )}
        {isUnfit && base.state.kind === 'unfit' && (
          <Note level="warn">
            <b>
              No layer can stand on {base.name}: {base.state.why}.
            </b>
            <p>
              A machine gets a full copy of it instead, which takes more room and no base. To have layers on
              it, build it again with 4 KB blocks.
            </p>
          </Note>
        )}
        <ChoiceRows
          label="For"
          value={draft.for}
          choices={[
            {
              value: 'machines',
              title: 'New machines',
              text: 'One, or up to 20 at once, each with a layer of its own.',
            },
            {
              value: 'disk',
              title: 'A machine that there is',
              text: 'As one more disk. One that runs sees it at once.',
              reason: all.length === 0 ? 'There is no machine yet.' : null,
            },
            {
              value: 'free',
              title: 'Nobody yet',
              text: 'A free layer, to be given to a machine later.',
              reason: isUnfit ? 'This base can only be copied whole, for a machine.' : null,
            },
          ]}
          onChange={(next) => set({ for: next })}
        />
        {draft.for === 'machines' && (
          <div className="fieldpair">
            <TextField
              label={count > 1 ? 'Names begin with' : 'Name'}
              value={vmName}
              hint={
                count > 1 ? `${names[0] ?? ''} to ${names.at(-1) ?? ''}` : '1 to 40 of a to z, 0 to 9 and -'
              }
              error={faults.vmName}
              onChange={(event) => set({ vmName: event.target.value })}
            />
            <TextField
              label="How many"
              value={draft.count}
              inputMode="numeric"
              hint="1 to 20"
              error={faults.count}
              onChange={(event) => set({ count: event.target.value })}
            />
          </div>
        )}
        {draft.for === 'disk' && (
          <SelectField
            label="Machine"
            value={draft.vmId}
            choices={all.map((vm) => {
              const unit = freeUnit(vm.disks);
              return {
                value: vm.id,
                title: vm.name,
                text:
                  unit === null
                    ? ''
                    : `becomes ${guestDiskName(unit)}${isLive(vm.state) ? ', while it runs' : ''}`,
                reason: noDisksReason(vm) ?? (unit === null ? 'It has eight disks already.' : null),
              };
            })}
            onChange={(vmId) => set({ vmId })}
          />
        )}
        {draft.for === 'free' && (
          <>
            <TextField
              label="Name"
              value={draft.name}
              error={draft.name === '' ? undefined : faults.name}
              hint="What you will know it by"
              onChange={(event) => set({ name: event.target.value })}
            />
            <TextArea
              label="Note"
              maxLength={NOTE_MAX}
              value={draft.note}
              onChange={(event) => set({ note: event.target.value })}
            />
          </>
        )}
        <input type="submit" hidden />
      </form>
    </Dialog>
  );
}

function verb(what: LayerDraft['for'], count: number): string {
  if (what === 'free') return 'Make layer';
  if (what === 'disk') return 'Add disk';
  return count === 1 ? 'Make machine' : `Make ${count} machines`;
}

function firstDraft({ bases, vms }: NewLayerDialogProps['state'], baseId: string | null): LayerDraft {
  const good = Object.values(bases).find(({ state }) => state.kind === 'ok');
  const base = (baseId !== null && bases[baseId]) || good;
  const machine = Object.values(vms).find((vm) => noDisksReason(vm) === null && freeUnit(vm.disks) !== null);
  return {
    base: base?.id ?? TINY,
    path: '',
    for: 'machines',
    vmName: null,
    count: '1',
    vmId: machine?.id ?? '',
    name: '',
    note: '',
  };
}
