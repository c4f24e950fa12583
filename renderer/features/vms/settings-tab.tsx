import type { Job } from '@shared/jobs/job.js';
import { isLive } from '@shared/vms/vm-state.js';
import { MEMORY_MIN_MIB, MEMORY_SAFE_MIB } from '@shared/vms/vm-spec.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { Checkbox } from '../../ui/field.js';
import { Note } from '../../ui/note.js';
import { useHost } from '../../stores/host-store.js';
import { SelectField } from '../../ui/select-field.js';
import { GroupSetting } from './group-setting.js';
import { GuestToolsSetting } from './guest-tools-setting.js';
import { USUAL_MEMORY_FOLDER } from './made-of.js';
import { MemoryTaken } from './memory-taken.js';
import { memoryFault, memoryWarning } from './new-machine-form.js';
import { KernelSetting } from './kernel-setting.js';
import { LinesSetting } from './lines-setting.js';
import { RunModeSetting } from './run-mode-setting.js';
import { SettingRow } from './setting-row.js';
import { SharesSetting } from './shares-setting.js';
import { StartAfterSetting } from './start-after-setting.js';
import { TagsSetting } from './tags-setting.js';
import { TextSetting } from './text-setting.js';
import { useSettings, type SettingName } from './use-settings.js';
import '../../ui/page.css';
import './settings-tab.css';

/** What the Settings tab takes. */
export interface SettingsTabProps {
  vm: VmView;
  jobs: Readonly<Record<string, Job>>;
  /** All machines: for the start order and the groups there are. */
  vms: Readonly<Record<string, VmView>>;
}

/** What a person can set of a machine; each change is saved at once. */
export function SettingsTab({ vm, vms, jobs }: SettingsTabProps) {
  const settings = useSettings(vm.id);
  const kernels = useHost((state) => state.kernels);
  const image = useHost((state) => state.images[vm.imageId]);
  const networks = useHost((state) => state.networks);
  const { save, forget } = settings;
  const nextStart = isLive(vm.state) ? 'From the next start on.' : undefined;
  const row = (name: SettingName) => ({ isSaved: settings.saved === name, error: settings.errorOf(name) });
  const groups = [...new Set(Object.values(vms).flatMap(({ group }) => group ?? []))].sort();
  if (vm.state === 'broken')
    return (
      <div className="page narrow">
        <Note level="warn">A file of it is missing or damaged, so nothing of it can be changed now.</Note>
      </div>
    );
  return (
    <div className="page narrow settings">
      <div>
        <h2 className="sr">Settings</h2>
        <SettingRow
          title="Memory"
          text={`What the guest is promised. This computer gives it only as the guest uses it. At least ${MEMORY_MIN_MIB} MB; from ${MEMORY_SAFE_MIB} MB on every kernel boots.`}
          counts={nextStart}
          {...row('memoryMiB')}
        >
          <TextSetting
            label="Memory"
            unit="MB"
            inputMode="numeric"
            value={String(vm.memoryMiB)}
            fault={memoryFault}
            warning={memoryWarning}
            onType={() => forget('memoryMiB')}
            onSave={(typed) => save('memoryMiB', Number(typed))}
          />
          {vm.state === 'running' && <MemoryTaken vm={vm} />}
        </SettingRow>
        <SettingRow
          title="Memory folder"
          text="Where its memory is kept while it runs: a tmpfs, which may be bound to a NUMA node. It must be large enough and allow programs to run from it."
          counts={nextStart}
          {...row('memoryFolder')}
        >
          <TextSetting
            label="Memory folder"
            placeholder={USUAL_MEMORY_FOLDER}
            value={vm.memoryFolder ?? ''}
            fault={folderFault}
            onType={() => forget('memoryFolder')}
            onSave={(typed) => save('memoryFolder', typed === '' ? null : typed)}
          />
        </SettingRow>
        <SettingRow
          title="Kernel"
          text="What it boots. Cards that another kernel has no transport for get what it has instead."
          {...row('kernelPath')}
        >
          <KernelSetting
            vm={vm}
            image={image}
            kernels={kernels}
            networks={networks}
            onSave={(path) => save('kernelPath', path)}
          />
        </SettingRow>
        <SettingRow
          title="How it runs"
          text="What its kernel can do besides, and more arguments for it and for the guest’s init."
          counts={nextStart}
          {...row('runMode')}
        >
          <RunModeSetting
            mode={vm.runMode}
            kernel={kernels[vm.kernelPath]}
            onType={() => forget('runMode')}
            onSave={(mode) => save('runMode', mode)}
          />
        </SettingRow>
        <SettingRow
          title="CPU"
          text={pinText(vm)}
          counts={isLive(vm.state) ? 'At once, also while it runs.' : undefined}
          {...row('pin')}
        >
          <SelectField
            label="CPU"
            value={String(vm.pin)}
            choices={pinChoices(vm)}
            onChange={(value) =>
              void save('pin', value === 'auto' || value === 'off' ? value : Number(value))
            }
          />
        </SettingRow>
        <SettingRow
          title="Consoles"
          text="Lines of the guest: consoles (con) and serial lines (ssl), and where each leads. On a tab there is a login if the guest runs one on that line; the tiny Linux does."
          counts={nextStart}
          {...row('consoles')}
        >
          <LinesSetting
            vm={vm}
            onType={() => forget('consoles')}
            onSave={(consoles) => save('consoles', consoles)}
          />
        </SettingRow>
        {!vm.taken && (
          <SettingRow
            title="Shared folders"
            text="Folders of this computer for the guest. Guest tools mount them under /mnt when it starts; in a guest without them, type the line that you can copy. The machine is then kept away from everything else here."
            counts={nextStart}
            {...row('shares')}
          >
            <SharesSetting
              vm={vm}
              onType={() => forget('shares')}
              onSave={(shares) => save('shares', shares)}
            />
          </SettingRow>
        )}
        <SettingRow
          title="Group"
          text="Machines of a group stand together in the list. A group is there as long as a machine is in it."
          {...row('group')}
        >
          <GroupSetting
            value={vm.group ?? ''}
            groups={groups}
            onSave={(group) => save('group', group === '' ? null : group)}
          />
        </SettingRow>
        <SettingRow title="Tags" text="Words to find it by." {...row('tags')}>
          <TagsSetting tags={vm.tags} onChange={(tags) => void save('tags', tags)} />
        </SettingRow>
        <GuestToolsSetting vm={vm} jobs={jobs} />
        <SettingRow
          title="Start by itself"
          text="The first time Paddock is used after you log in."
          {...row('autostart')}
        >
          <Checkbox
            label="Start it with the session"
            checked={vm.autostart}
            onChange={(autostart) => void save('autostart', autostart)}
          />
        </SettingRow>
        <SettingRow
          title="Start after"
          text="Machines that are started before this one. It waits until each has come as far as you say."
          {...row('startAfter')}
        >
          <StartAfterSetting
            vm={vm}
            vms={vms}
            onType={() => forget('startAfter')}
            onSave={(list) => save('startAfter', list)}
          />
        </SettingRow>
      </div>
    </div>
  );
}

function folderFault(typed: string): string | null {
  return typed === '' || typed.startsWith('/') ? null : 'The whole path, starting with /.';
}

function pinText({ pin, runMode }: VmView): string {
  if (runMode.cpus > 1)
    return `Its guest has ${runMode.cpus} CPUs, so it may use all of this computer, whatever is chosen here: on one they would only take turns.`;
  if (pin === 'off')
    return 'The system moves it as it likes. Only a guest with several CPUs of its own gains by that.';
  if (pin === 'auto')
    return 'Paddock keeps it on the CPU with the fewest machines. On one CPU its system calls are several times cheaper.';
  return 'It is kept on this one. On one CPU its system calls are several times cheaper.';
}

function pinChoices(vm: VmView) {
  const count = Math.max(navigator.hardwareConcurrency, typeof vm.pin === 'number' ? vm.pin + 1 : 0);
  return [
    {
      value: 'auto',
      title: 'Paddock chooses',
      text: vm.pin === 'auto' && vm.cpu !== null ? `now CPU ${vm.cpu}` : undefined,
    },
    ...Array.from({ length: count }, (_, cpu) => ({ value: String(cpu), title: `CPU ${cpu}` })),
    { value: 'off', title: 'Any CPU' },
  ];
}
