import { useState } from 'react';
import { readinessText, type Readiness } from '@shared/vms/readiness.js';
import type { StartAfter } from '@shared/vms/vm-spec.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { IconButton } from '../../ui/button.js';
import { TextField } from '../../ui/field.js';
import { CloseIcon } from '../../ui/icons.js';
import { SelectField } from '../../ui/select-field.js';

/** What the start order takes. */
export interface StartAfterSettingProps {
  vm: VmView;
  vms: Readonly<Record<string, VmView>>;
  /** True when it was taken. */
  onSave: (list: StartAfter) => Promise<boolean>;
  onType: () => void;
}

const kinds = [
  { value: 'running', title: readinessText({ kind: 'running' }) },
  { value: 'login', title: readinessText({ kind: 'login' }) },
  { value: 'message', title: 'has said …' },
];

/** The machines that are started before this one, and how far each must have come. */
export function StartAfterSetting({ vm, vms, onSave, onType }: StartAfterSettingProps) {
  // What is not saved: refused by the host, or a message without its text yet.
  const [draft, setDraft] = useState<StartAfter | null>(null);
  const list = draft ?? vm.startAfter;
  const change = async (next: StartAfter): Promise<void> => {
    setDraft(next);
    onType();
    if (next.every(({ ready }) => ready.kind !== 'message' || ready.text.trim() !== ''))
      if (await onSave(next)) setDraft(null);
  };
  const setReady = (vmId: string, ready: Readiness): void =>
    void change(list.map((entry) => (entry.vmId === vmId ? { ...entry, ready } : entry)));
  const others = Object.values(vms)
    .filter(({ id }) => id !== vm.id && !list.some(({ vmId }) => vmId === id))
    .sort((a, b) => a.name.localeCompare(b.name));
  return (
    <div className="startafter">
      {list.map(({ vmId, ready }) => {
        const name = vms[vmId]?.name ?? vmId;
        return (
          <div key={vmId} className="afterrow">
            <span className="ell med" title={name}>
              {name}
            </span>
            <SelectField
              label={`How far ${name} must have come`}
              value={ready.kind}
              choices={kinds}
              onChange={(kind) =>
                setReady(
                  vmId,
                  kind === 'message' ? { kind, text: '' } : { kind: kind as 'running' | 'login' },
                )
              }
            />
            <IconButton
              label={`Don’t wait for ${name}`}
              icon={<CloseIcon />}
              onClick={() => void change(list.filter((entry) => entry.vmId !== vmId))}
            />
            {ready.kind === 'message' && (
              <MessageField
                name={name}
                text={ready.text}
                onSave={(text) => setReady(vmId, { kind: 'message', text })}
              />
            )}
          </div>
        );
      })}
      <SelectField
        label="Add a machine to start before this one"
        value="Add a machine…"
        choices={others.map(({ id, name, group }) => ({ value: id, title: name, text: group ?? undefined }))}
        reason={others.length === 0 ? 'There is no other machine.' : null}
        onChange={(id) => {
          const other = vms[id];
          if (other) void change([...list, { vmId: other.id, ready: { kind: 'login' } }]);
        }}
      />
    </div>
  );
}

function MessageField({
  name,
  text,
  onSave,
}: {
  name: string;
  text: string;
  onSave: (text: string) => void;
}) {
  const [typed, setTyped] = useState(text);
  const save = (): void => {
    if (typed.trim() !== '' && typed.trim() !== text) onSave(typed.trim());
  };
  return (
    <TextField
      className="aftertext"
      label={`What ${name} must have said`}
      value={typed}
      placeholder="ready"
      maxLength={200}
      hint={
        typed === '' ? (
          <>
            What its guest says with <code>echo ready &gt; /proc/mconsole</code>
          </>
        ) : undefined
      }
      onChange={(event) => setTyped(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => event.key === 'Enter' && save()}
    />
  );
}
