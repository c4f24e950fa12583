import type { Image } from '@shared/images/image.js';
import { stopReasonText } from '@shared/diagnostics/stop-reason-text.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { FigurePanel } from '../features/figures/figure-panel.js';
import { LastRuns } from '../features/runs/last-runs.js';
import { RunEvents } from '../features/runs/run-events.js';
import { MadeOf } from '../features/vms/made-of.js';
import { formatDuration, formatMoment } from '../lib/format.js';
import { useNow } from '../lib/use-now.js';
import { useHost } from '../stores/host-store.js';
import { showTab } from '../stores/ui-store.js';

/** A machine at a glance: what it takes, what it is made of, what happened. */
export function OverviewTab({ vm, image }: { vm: VmView; image: Image | null }) {
  const kernel = useHost((state) => state.kernels[vm.kernelPath] ?? null);
  return (
    <div className="page overview">
      <h2 className="sr">Overview</h2>
      <FigurePanel vm={vm}>
        <RunSentence vm={vm} />
      </FigurePanel>
      <div className="grid2 overviewcards">
        <MadeOf vm={vm} image={image} kernel={kernel} />
        <LastRuns vm={vm} onAll={() => showTab('runs')} />
      </div>
      <RunEvents vm={vm} />
    </div>
  );
}

function RunSentence({ vm }: { vm: VmView }) {
  const live = isLive(vm.state);
  const now = useNow(1000, live);
  if (live) {
    const passed = Math.floor((now - Date.parse(vm.runStartedAt ?? vm.stateSince)) / 1000) * 1000;
    const state = vm.state === 'running' ? '' : `${vm.state}, `;
    return (
      <span className="num">
        Run {vm.runNumber}, {state}up {formatDuration(passed)}
        {vm.cpu !== null && ` on CPU ${vm.cpu}`}
        {vm.reboots > 0 && `, rebooted ${vm.reboots === 1 ? 'once' : `${vm.reboots} times`}`}
      </span>
    );
  }
  return (
    <span className="num">
      Run {vm.runNumber} ended {formatMoment(vm.lastEnd?.at ?? vm.stateSince)}
      {vm.lastEnd && `: ${stopReasonText(vm.lastEnd.reason).short}`}
    </span>
  );
}
