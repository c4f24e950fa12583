import { JobChip } from '../features/jobs/job-chip.js';
import { bridge } from '../lib/bridge.js';
import { plural } from '../lib/format.js';
import { useHost } from '../stores/host-store.js';
import { openDialog, selectMachine, showSide, uiStore } from '../stores/ui-store.js';
import { IconButton } from '../ui/button.js';
import {
  CloseIcon,
  FenceIcon,
  MaximiseIcon,
  MinimiseIcon,
  PanelIcon,
  PulseIcon,
  SlidersIcon,
} from '../ui/icons.js';
import './title-bar.css';

/** The top of the frameless window: places, jobs, diagnostics, preferences, and the window's own buttons. */
export function TitleBar() {
  const jobs = useHost((state) => state.jobs);
  return (
    <header className="titlebar">
      <span className="row">
        <IconButton
          className="show-xs"
          label="Show the machine list"
          icon={<PanelIcon />}
          onClick={() => showSide(!uiStore.getState().sideOpen)}
        />
        <span className="brand hide-xs">
          <FenceIcon />
        </span>
        <nav className="places" aria-label="Places">
          <button type="button" className="place" aria-current="page">
            Machines
          </button>
        </nav>
      </span>
      <span className="row end tools">
        <JobChip jobs={Object.values(jobs)} />
        <DiagnosticsButton />
        <IconButton
          label="Preferences"
          icon={<SlidersIcon />}
          onClick={() => openDialog({ kind: 'preferences' })}
        />
        <span className="winctl">
          <button type="button" aria-label="Minimise" onClick={() => bridge.frame.minimise()}>
            <MinimiseIcon size="s" />
          </button>
          <button type="button" aria-label="Maximise" onClick={() => bridge.frame.toggleMaximise()}>
            <MaximiseIcon size="s" />
          </button>
          <button
            type="button"
            aria-label="Close window; machines keep running"
            onClick={() => bridge.frame.close()}
          >
            <CloseIcon size="s" />
          </button>
        </span>
      </span>
    </header>
  );
}

function DiagnosticsButton() {
  const bad = useHost((state) => Object.values(state.checks).filter((check) => check.level !== 'ok').length);
  const label = bad === 0 ? 'Diagnostics: all good' : `Diagnostics: ${plural(bad, 'remark')}`;
  return <IconButton label={label} icon={<PulseIcon />} onClick={() => selectMachine(null)} />;
}
