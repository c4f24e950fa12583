import type { LogHit } from '@shared/consoles/logs.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { ConsoleArea } from '../features/consoles/console-area.js';
import { focusConsole } from '../features/consoles/console-commands.js';
import { openLog } from '../features/consoles/log-store.js';
import { Decoded } from '../features/debug/decoded.js';
import { DebugRefusal } from '../features/debug/debug-refusal.js';
import { RunsTab } from '../features/runs/runs-tab.js';
import { DiskTab } from '../features/layers/disk-tab.js';
import { ControlTab } from '../features/mconsole/control-tab.js';
import { ExplanationPanel } from '../features/vms/explanation-panel.js';
import { NetworkTab } from '../features/networks/network-tab.js';
import { MachineBar } from '../features/vms/machine-bar.js';
import { SettingsTab } from '../features/vms/settings-tab.js';
import { WaitBar } from '../features/vms/wait-bar.js';
import { StateIcon } from '../features/vms/state-icon.js';
import { RestartButton } from '../features/vms/restart-button.js';
import { useMachineAction } from '../features/vms/use-machine-action.js';
import { useHost } from '../stores/host-store.js';
import { showConsole } from '../stores/layout-store.js';
import { openDialog, showTab, useUi, type MachineTab } from '../stores/ui-store.js';
import { Button } from '../ui/button.js';
import { LogIcon, RestartIcon } from '../ui/icons.js';
import { ErrorNote } from '../ui/note.js';
import { viewPanelId, ViewTabs, viewTabId, type ViewTab } from '../ui/view-tabs.js';
import { tabTitles } from './actions/machine-actions.js';
import { diskDeeds } from './layer-deeds.js';
import { MachineMore } from './machine-menu.js';
import { OverviewTab } from './overview-tab.js';

const tabsOf = (vm: VmView): ViewTab<MachineTab>[] =>
  (Object.keys(tabTitles) as MachineTab[]).map((value) => ({
    value,
    title: tabTitles[value],
    count: value === 'runs' && vm.runNumber > 0 ? vm.runNumber : undefined,
  }));

/** Shows a line that was found where it stands in its console's log. */
const showHit = (vmId: string, hit: LogHit, text: string): void => {
  showConsole(vmId, hit.console);
  showTab('consoles');
  openLog(vmId, hit.console, hit, text);
};

/** It ended by something that its kernel reported. */
const hasReport = (vm: VmView): boolean =>
  vm.state === 'crashed' && (vm.lastEnd?.reason.code === 'panic' || vm.lastEnd?.reason.code === 'kasan');

/** The selected machine. */
export function MachineView({ vm }: { vm: VmView }) {
  const tab = useUi((ui) => ui.tab);
  const image = useHost((state) => state.images[vm.imageId] ?? null);
  const action = useMachineAction(vm, focusConsole);
  const remove = (): void => openDialog({ kind: 'delete', vmId: vm.id });
  // The refusal of a start is kept by the host as the machine's problem, and explained below.
  const error = action.error?.code === vm.problem?.code ? null : action.error;
  return (
    <>
      <MachineBar
        vm={vm}
        action={action}
        tabs={<ViewTabs label="Views of the machine" value={tab} tabs={tabsOf(vm)} onChange={showTab} />}
        more={<MachineMore vms={[vm]} />}
      />
      <WaitBar vm={vm} action={action} />
      <DebugRefusal vm={vm} />
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
              {hasReport(vm) && (
                <Button
                  variant="quiet"
                  icon={<LogIcon />}
                  onClick={() => openDialog({ kind: 'kernel-report', vmId: vm.id })}
                >
                  Show kernel report
                </Button>
              )}
            </ExplanationPanel>
            <ConsoleArea
              vm={vm}
              stateIcon={<StateIcon state={vm.state} />}
              restart={<RestartButton action={action} />}
            />
          </>
        )}
        {tab === 'overview' && <OverviewTab vm={vm} image={image} />}
        {tab === 'disk' && <Disks key={vm.id} vm={vm} />}
        {tab === 'network' && <Network key={vm.id} vm={vm} />}
        {tab === 'control' && <ControlTab key={vm.id} vm={vm} Answer={Decoded} />}
        {tab === 'settings' && <Settings key={vm.id} vm={vm} />}
        {tab === 'runs' && (
          <RunsTab key={vm.id} vm={vm} onShowHit={(hit, text) => showHit(vm.id, hit, text)} />
        )}
      </div>
    </>
  );
}

function Disks({ vm }: { vm: VmView }) {
  const layers = useHost((state) => state.layers);
  return <DiskTab vm={vm} layers={layers} deeds={diskDeeds(vm.id)} />;
}

function Network({ vm }: { vm: VmView }) {
  const networks = useHost((state) => state.networks);
  return (
    <NetworkTab
      vm={vm}
      networks={networks}
      onNewNetwork={() => openDialog({ kind: 'network', networkId: null })}
    />
  );
}

function Settings({ vm }: { vm: VmView }) {
  const vms = useHost((state) => state.vms);
  const jobs = useHost((state) => state.jobs);
  return <SettingsTab vm={vm} vms={vms} jobs={jobs} />;
}
