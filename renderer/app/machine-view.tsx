import type { VmView } from '@shared/vms/vm-view.js';
import { ConsoleArea } from '../features/consoles/console-area.js';
import { focusConsole } from '../features/consoles/console-commands.js';
import { DiskTab } from '../features/layers/disk-tab.js';
import { ExplanationPanel } from '../features/vms/explanation-panel.js';
import { MachineBar } from '../features/vms/machine-bar.js';
import { SettingsTab } from '../features/vms/settings-tab.js';
import { StateIcon } from '../features/vms/state-icon.js';
import { useMachineAction } from '../features/vms/use-machine-action.js';
import { useHost } from '../stores/host-store.js';
import { openDialog, showTab, useUi, type MachineTab } from '../stores/ui-store.js';
import { Button } from '../ui/button.js';
import { RestartIcon } from '../ui/icons.js';
import { ErrorNote } from '../ui/note.js';
import { viewPanelId, ViewTabs, viewTabId } from '../ui/view-tabs.js';

const tabs: readonly { value: MachineTab; title: string }[] = [
  { value: 'consoles', title: 'Consoles' },
  { value: 'disk', title: 'Disk' },
  { value: 'settings', title: 'Settings' },
];

/** The selected machine. */
export function MachineView({ vm }: { vm: VmView }) {
  const tab = useUi((ui) => ui.tab);
  const image = useHost((state) => state.images[vm.imageId] ?? null);
  const action = useMachineAction(vm, focusConsole);
  const merge = (): void => openDialog({ kind: 'merge', vmId: vm.id });
  const remove = (): void => openDialog({ kind: 'delete', vmId: vm.id });
  // The refusal of a start is kept by the host as the machine's problem, and explained below.
  const error = action.error?.code === vm.problem?.code ? null : action.error;
  return (
    <>
      <MachineBar
        vm={vm}
        action={action}
        tabs={<ViewTabs label="Views of the machine" value={tab} tabs={tabs} onChange={showTab} />}
        onDelete={remove}
        onMerge={merge}
      />
      {error && (
        <div className="callerror">
          <ErrorNote error={error} />
        </div>
      )}
      <div className="viewpanel" role="tabpanel" id={viewPanelId(tab)} aria-labelledby={viewTabId(tab)}>
        {tab === 'consoles' && (
          <>
            <ExplanationPanel vm={vm}>
              {vm.state === 'broken' ? (
                <Button onClick={remove}>Delete…</Button>
              ) : (
                <Button
                  variant="primary"
                  icon={<RestartIcon />}
                  reason={action.reasonAgainst('start')}
                  onClick={() => action.ask('start')}
                >
                  Start again
                </Button>
              )}
            </ExplanationPanel>
            <ConsoleArea vm={vm} stateIcon={<StateIcon state={vm.state} />} />
          </>
        )}
        {tab === 'disk' && <DiskTab vm={vm} image={image} onMerge={merge} />}
        {tab === 'settings' && <SettingsTab vm={vm} image={image} />}
      </div>
    </>
  );
}
