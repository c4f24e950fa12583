import { useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { newestFirst, type Kernel } from '@shared/kernels/kernel.js';
import { testSpecSchema, type TestSpec } from '@shared/testruns/test-run.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { callHost } from '../../stores/connection-store.js';
import { Button } from '../../ui/button.js';
import { ChoiceRows } from '../../ui/choice-rows.js';
import { Dialog } from '../../ui/dialog.js';
import { Checkbox, TextField } from '../../ui/field.js';
import { ErrorNote } from '../../ui/note.js';
import { PathField } from '../../ui/path-field.js';
import { SelectField } from '../../ui/select-field.js';
import './testruns.css';

/** What the dialog takes. */
interface StartDialogProps {
  kernels: readonly Kernel[];
  vms: readonly VmView[];
  onClose: () => void;
  onBegun: (id: string) => void;
}

/** What was filled in, of all kinds, so that a look at another kind loses nothing. */
const empty = {
  kind: 'tree' as TestSpec['kind'],
  tree: '',
  kunitconfig: '',
  options: '',
  noMmu: false,
  filter: '',
  jobs: '',
  kernelPath: '',
  memory: '256',
  extra: '',
  vmId: '',
  command: '',
  timeout: '300',
};
type Form = typeof empty;

/** Tests to run: of a source tree, of a kernel, in a machine. */
export function StartDialog({ kernels, vms, onClose, onBegun }: StartDialogProps) {
  const able = newestFirst(kernels.filter(({ answers }) => answers.kunit === 'yes'));
  const ready = vms.filter(({ guestTools }) => guestTools?.readyAt != null);
  const [form, setForm] = useState<Form>({
    ...empty,
    kind: ready.length > 0 && able.length === 0 ? 'guest' : able.length > 0 ? 'kernel' : 'tree',
    kernelPath: able[0]?.path ?? '',
    vmId: ready[0]?.id ?? '',
  });
  const [error, setError] = useState<PaddockError | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const set = (changes: Partial<Form>): void => setForm({ ...form, ...changes });
  const parsed = testSpecSchema.safeParse(specOf(form));
  const why = whyNot(form) ?? (parsed.success ? null : complaint(parsed.error.issues[0]));
  const start = async (): Promise<void> => {
    if (!parsed.success) return;
    setIsAsking(true);
    const outcome = await callHost('testRuns.start', { spec: parsed.data });
    setIsAsking(false);
    if (outcome.ok) onBegun(outcome.value.id);
    else setError(outcome.error);
  };
  return (
    <Dialog
      title="Run tests"
      text="Results appear as they come, and are kept to be compared."
      onClose={onClose}
      footer={
        <span className="end row">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            reason={isAsking ? 'It is being started.' : why}
            onClick={() => void start()}
          >
            Run them
          </Button>
        </span>
      }
    >
      <div className="teststart">
        {error && <ErrorNote error={error} />}
        <ChoiceRows
          label="What is tested"
          value={form.kind}
          choices={[
            {
              value: 'tree',
              title: 'A source tree',
              text: 'its kunit.py builds a kernel with KUnit, and runs it',
            },
            {
              value: 'kernel',
              title: 'A kernel with KUnit',
              text: 'boots without a disk, tests itself, and halts',
            },
            {
              value: 'guest',
              title: 'A running machine',
              text: 'a command in it: kselftest, LTP, whatever prints KTAP or TAP',
            },
          ]}
          onChange={(kind) => set({ kind })}
        />
        {form.kind === 'tree' && <TreeFields form={form} set={set} />}
        {form.kind === 'kernel' && <KernelFields form={form} set={set} able={able} />}
        {form.kind === 'guest' && <GuestFields form={form} set={set} ready={ready} />}
        <TimeField form={form} set={set} />
      </div>
    </Dialog>
  );
}

interface FieldsProps {
  form: Form;
  set: (changes: Partial<Form>) => void;
}

function TreeFields({ form, set }: FieldsProps) {
  return (
    <>
      <PathField
        label="Source tree"
        chooses="folder"
        placeholder="/home/you/linux"
        value={form.tree}
        hint="Nothing is written into it; what is built stays in Paddock’s folder for the next run."
        onPath={(tree) => set({ tree })}
      />
      <PathField
        label="Options of the tests"
        placeholder="the tree’s default"
        value={form.kunitconfig}
        hint="A .kunitconfig, or a folder with one."
        onPath={(kunitconfig) => set({ kunitconfig })}
      />
      <div className="testpair">
        <FilterField form={form} set={set} />
        <TextField
          label="Compilers at once"
          placeholder="one a processor"
          inputMode="numeric"
          value={form.jobs}
          onChange={(event) => set({ jobs: event.target.value })}
        />
      </div>
      <TextField
        label="More options"
        placeholder="CONFIG_KASAN=y CONFIG_DEBUG_LIST=y"
        value={form.options}
        onChange={(event) => set({ options: event.target.value })}
      />
      <Checkbox
        label="Without an MMU"
        text="Adds CONFIG_MMU=n, for trees that have UML without memory protection."
        checked={form.noMmu}
        onChange={(noMmu) => set({ noMmu })}
      />
    </>
  );
}

function KernelFields({ form, set, able }: FieldsProps & { able: readonly Kernel[] }) {
  return (
    <>
      {able.length > 0 && (
        <SelectField
          label="Kernel"
          value={form.kernelPath}
          choices={able.map(({ path, version }) => ({ value: path, title: version, text: path }))}
          onChange={(kernelPath) => set({ kernelPath })}
        />
      )}
      <PathField
        label="Kernel file"
        placeholder="/home/you/linux/.kunit/linux"
        value={form.kernelPath}
        hint={
          able.length === 0 ? 'No kernel of the list was built with CONFIG_KUNIT=y.' : 'Or any other file.'
        }
        onPath={(kernelPath) => set({ kernelPath })}
      />
      <div className="testpair">
        <FilterField form={form} set={set} />
        <TextField
          label="Memory"
          unit="MB"
          inputMode="numeric"
          value={form.memory}
          onChange={(event) => set({ memory: event.target.value })}
        />
      </div>
      <TextField
        label="More arguments"
        placeholder="kunit.stats_enabled=2"
        value={form.extra}
        onChange={(event) => set({ extra: event.target.value })}
      />
    </>
  );
}

function GuestFields({ form, set, ready }: FieldsProps & { ready: readonly VmView[] }) {
  return (
    <>
      <SelectField
        label="Machine"
        value={form.vmId}
        choices={ready.map(({ id, name }) => ({ value: id, title: name }))}
        reason={ready.length === 0 ? 'No machine with guest tools runs.' : null}
        onChange={(vmId) => set({ vmId })}
      />
      <TextField
        label="Command"
        className="mono"
        placeholder="cd /opt/kselftest && ./run_kselftest.sh -c timers"
        value={form.command}
        hint="For the guest’s sh, as root."
        onChange={(event) => set({ command: event.target.value })}
      />
    </>
  );
}

function TimeField({ form, set }: FieldsProps) {
  return (
    <TextField
      label="Ends it after"
      unit="seconds"
      inputMode="numeric"
      value={form.timeout}
      hint={form.kind === 'tree' ? 'The tests; building the kernel takes as long as it does.' : undefined}
      onChange={(event) => set({ timeout: event.target.value })}
    />
  );
}

function FilterField({ form, set }: FieldsProps) {
  return (
    <TextField
      label="Filter"
      placeholder="all tests"
      value={form.filter}
      hint="suite, or suite.case, with * and ?"
      onChange={(event) => set({ filter: event.target.value })}
    />
  );
}

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** What is filled in, as the host wants it. */
function specOf(form: Form): unknown {
  const filter = form.filter.trim();
  const timeoutS = Number(form.timeout);
  switch (form.kind) {
    case 'tree':
      return {
        kind: 'tree',
        tree: form.tree.trim(),
        kunitconfig: form.kunitconfig.trim() === '' ? null : form.kunitconfig.trim(),
        kconfigAdd: [...words(form.options), ...(form.noMmu ? ['CONFIG_MMU=n'] : [])],
        filter,
        jobs: form.jobs.trim() === '' ? null : Number(form.jobs),
        timeoutS,
      };
    case 'kernel':
      return {
        kind: 'kernel',
        kernelPath: form.kernelPath.trim(),
        filter,
        memoryMiB: Number(form.memory),
        extra: words(form.extra),
        timeoutS,
      };
    case 'guest':
      return { kind: 'guest', vmId: form.vmId, command: form.command.trim(), timeoutS };
  }
}

/** What is missing yet. */
function whyNot({ kind, tree, kernelPath, vmId, command }: Form): string | null {
  if (kind === 'tree' && !tree.startsWith('/')) return 'Choose a source tree first.';
  if (kind === 'kernel' && !kernelPath.startsWith('/')) return 'Choose a kernel first.';
  if (kind === 'guest' && vmId === '') return 'Start a machine with guest tools first.';
  return kind === 'guest' && command.trim() === '' ? 'Type a command first.' : null;
}

const fieldWords: Readonly<Record<string, string>> = {
  tree: 'The source tree must be a path.',
  kunitconfig: 'The options of the tests must be a path.',
  kconfigAdd: 'An option is like CONFIG_KASAN=y.',
  filter: 'A filter is like suite or suite.case, with * and ?.',
  jobs: 'Compilers at once: a whole number from 1 to 512.',
  memoryMiB: 'Memory: from 32 MB on.',
  extra: 'An argument is of plain characters.',
  timeoutS: 'It ends after a whole number of seconds, a day at most.',
};

function complaint(issue: { path: PropertyKey[] } | undefined): string {
  return fieldWords[String(issue?.path[0])] ?? 'Something is not as it must be.';
}
