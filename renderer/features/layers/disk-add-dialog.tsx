import { useState } from 'react';
import type { HostState } from '@shared/api/state.js';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import {
  diskSerialSchema,
  freeUnit,
  noDiskFlags,
  type DiskFlags,
  type DiskSource,
} from '@shared/layers/disk.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { formatBytes } from '../../lib/format.js';
import { callHost } from '../../stores/connection-store.js';
import { Button } from '../../ui/button.js';
import { ChoiceRows, type ChoiceRow } from '../../ui/choice-rows.js';
import { Dialog } from '../../ui/dialog.js';
import { TextField } from '../../ui/field.js';
import { PathField } from '../../ui/path-field.js';
import { LinkButton } from '../../ui/link-button.js';
import { PlusIcon } from '../../ui/icons.js';
import { ErrorNote } from '../../ui/note.js';
import { SelectField } from '../../ui/select-field.js';
import { baseChoices, imageOf, OTHER_BASE, TINY } from './base-choices.js';
import { guestPath } from './disk-words.js';
import { FlagFields } from './flag-fields.js';
import './layer-dialogs.css';

/** What the dialog takes. */
export interface DiskAddDialogProps {
  vm: VmView;
  state: Pick<HostState, 'bases' | 'layers'>;
  onClose: () => void;
}

type Kind = DiskSource['kind'];

/** What is wrong with a serial number; null when nothing is. */
export function serialFault(serial: string): string | null {
  return serial === '' || diskSerialSchema.safeParse(serial).success
    ? null
    : '1 to 40 of letters, digits, dot, _ and -.';
}

/** Gives a machine one more disk. */
export function DiskAddDialog({ vm, state, onClose }: DiskAddDialogProps) {
  const free = Object.values(state.layers).filter(({ role }) => role === 'free');
  const good = Object.values(state.bases).find((base) => base.state.kind === 'ok');
  const [kind, setKind] = useState<Kind>('layer');
  const [base, setBase] = useState(good?.id ?? TINY);
  const [path, setPath] = useState('');
  const [layerId, setLayerId] = useState(free[0]?.id ?? '');
  const [size, setSize] = useState('256');
  const [flags, setFlags] = useState<DiskFlags>(noDiskFlags);
  const [serial, setSerial] = useState('');
  const [isFine, setIsFine] = useState(false);
  const [error, setError] = useState<PaddockError | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const unit = freeUnit(vm.disks);
  const wantsPath = kind === 'file' || ((kind === 'layer' || kind === 'copy') && base === OTHER_BASE);
  const pathFault = wantsPath && !path.trim().startsWith('/') ? 'The whole path, starting with /.' : null;
  const sizeMiB = /^\d{1,8}$/.test(size.trim()) ? Number(size) : 0;
  const sizeFault = (kind === 'empty' || kind === 'swap') && sizeMiB < 1 ? 'A whole number of MB.' : null;
  const reason =
    unit === null
      ? `${vm.name} has eight disks already.`
      : isBusy
        ? 'It is being made.'
        : (pathFault ?? sizeFault ?? serialFault(serial));

  const add = async (): Promise<void> => {
    if (reason !== null) return;
    setIsBusy(true);
    setError(null);
    const image = imageOf(state, base, path);
    const sources: Readonly<Record<Kind, DiskSource>> = {
      layer: { kind: 'layer', image },
      copy: { kind: 'copy', image },
      'free-layer': { kind: 'free-layer', layerId },
      empty: { kind: 'empty', sizeMiB },
      swap: { kind: 'swap', sizeMiB },
      file: { kind: 'file', path: path.trim() },
    };
    const outcome = await callHost('disks.add', {
      vmId: vm.id,
      unit: null,
      source: sources[kind],
      flags,
      serial: serial === '' ? null : serial,
    });
    setIsBusy(false);
    if (outcome.ok) onClose();
    else setError(outcome.error);
  };
  return (
    <Dialog
      title={`Add a disk to ${vm.name}`}
      text={
        <p>
          {unit === null ? 'There is no room for one more.' : `The guest finds it as ${guestPath({ unit })}`}
          {unit !== null &&
            (isLive(vm.state) ? ', at once: the machine keeps running.' : ' from the next start on.')}
        </p>
      }
      onClose={onClose}
      footer={
        <>
          {error && <ErrorNote error={error} />}
          <span className="end row">
            <Button onClick={onClose}>Cancel</Button>
            <Button variant="primary" icon={<PlusIcon />} reason={reason} onClick={() => void add()}>
              Add disk
            </Button>
          </span>
        </>
      }
    >
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <ChoiceRows
          label="What it is"
          value={kind}
          choices={kinds(free.length === 0)}
          onChange={(next) => {
            setError(null);
            setKind(next);
          }}
        />
        {(kind === 'layer' || kind === 'copy') && (
          <SelectField label="Image" value={base} choices={baseChoices(state, kind)} onChange={setBase} />
        )}
        {wantsPath && (
          <PathField
            label={kind === 'file' ? 'File or device' : 'Disk file'}
            value={path}
            placeholder="/home/you/images/data.img"
            error={path === '' ? undefined : pathFault}
            hint="The whole path"
            onPath={setPath}
          />
        )}
        {kind === 'free-layer' && (
          <SelectField
            label="Free layer"
            value={layerId}
            choices={free.map((layer) => ({
              value: layer.id,
              title: layer.name,
              text: `${formatBytes(layer.changedBytes)} changed`,
            }))}
            onChange={setLayerId}
          />
        )}
        {(kind === 'empty' || kind === 'swap') && (
          <TextField
            label="Size"
            value={size}
            unit="MB"
            inputMode="numeric"
            error={sizeFault}
            hint="Takes room on this computer only as it is filled"
            onChange={(event) => setSize(event.target.value)}
          />
        )}
        {isFine ? (
          <>
            <TextField
              label="Serial number"
              value={serial}
              hint="What the guest reads in /sys/block; empty: none"
              error={serialFault(serial)}
              onChange={(event) => setSerial(event.target.value)}
            />
            <FlagFields flags={flags} onChange={setFlags} />
          </>
        ) : (
          <p className="xs">
            <LinkButton onClick={() => setIsFine(true)}>Flags and serial number…</LinkButton>
          </p>
        )}
        <input type="submit" hidden />
      </form>
    </Dialog>
  );
}

function kinds(noFree: boolean): ChoiceRow<Kind>[] {
  return [
    {
      value: 'layer',
      title: 'A new layer on an image',
      text: 'Keeps what is changed; the image stays as it is.',
    },
    {
      value: 'free-layer',
      title: 'A free layer',
      text: 'It becomes the machine’s own.',
      reason: noFree ? 'There is none. Branch a layer, or make a new one, first.' : null,
    },
    { value: 'copy', title: 'A full copy of an image', text: 'Takes the most room, and needs no base.' },
    { value: 'empty', title: 'An empty disk', text: 'For the guest to put a file system on.' },
    { value: 'swap', title: 'Swap', text: 'Made ready for swapon in the guest.' },
    {
      value: 'file',
      title: 'A file or device of yours',
      text: 'It stays where it is, and the guest writes to it.',
    },
  ];
}
