import { JobChip } from '../features/jobs/job-chip.js';
import { plural } from '../lib/format.js';
import { useFocusIn } from '../lib/use-focus-in.js';
import { useHost } from '../stores/host-store.js';
import { isWidePlace, openDialog, showPlace, showSide, uiStore, useUi } from '../stores/ui-store.js';
import { IconButton } from '../ui/button.js';
import { classNames } from '../ui/class-names.js';
import { FenceIcon, PanelIcon, PulseIcon, SearchIcon, SlidersIcon } from '../ui/icons.js';
import { chordKeys } from './actions/chords.js';
import { showJob } from './show-job.js';
import { WindowButtons } from './window-buttons.js';
import './title-bar.css';

/** Those besides the machines; each is an action with its key, too. */
const places = [
  { kind: 'images', title: 'Images' },
  { kind: 'layers', title: 'Layers' },
  { kind: 'networks', title: 'Networks' },
  { kind: 'kernels', title: 'Kernels' },
] as const;

/** The top of the frameless window: places, jobs, diagnostics, preferences, and the window's own buttons. */
export function TitleBar() {
  const jobs = useHost((state) => state.jobs);
  const place = useUi((ui) => ui.place?.kind ?? null);
  const isMachines = place === null || place === 'foreign';
  return (
    <header className="titlebar">
      <span className="row">
        <IconButton
          className="show-xs"
          label="Show the machine list"
          icon={<PanelIcon />}
          onClick={() => {
            const { place: before, sideOpen } = uiStore.getState();
            const isWide = isWidePlace(before);
            if (isWide) showPlace(null);
            showSide(isWide || !sideOpen);
          }}
        />
        <span className="brand hide-xs">
          <FenceIcon />
        </span>
        <nav className="places" aria-label="Places">
          <button
            type="button"
            className="place"
            aria-current={isMachines ? 'page' : undefined}
            onClick={() => showPlace(null)}
          >
            Machines
          </button>
          {places.map(({ kind, title }) => (
            <button
              key={kind}
              type="button"
              className="place"
              aria-current={place === kind ? 'page' : undefined}
              aria-keyshortcuts={chordKeys(kind).join('+').replace('Ctrl', 'Control')}
              onClick={() => showPlace({ kind })}
            >
              {title}
            </button>
          ))}
        </nav>
      </span>
      <SearchButton />
      <span className="row end tools">
        <JobChip jobs={Object.values(jobs)} onShow={showJob} />
        <DiagnosticsButton />
        <IconButton
          label="Preferences"
          icon={<SlidersIcon />}
          onClick={() => openDialog({ kind: 'preferences' })}
        />
        <WindowButtons closeName="Close window; machines keep running" />
      </span>
    </header>
  );
}

/** Opens the palette; in the middle, and empty of everything but its promise. */
function SearchButton() {
  const isInConsole = useFocusIn('.xterm');
  // The keys that work where the keyboard is: in a console all without Shift are the guest's.
  const keys = isInConsole ? ['Ctrl', 'Shift', 'K'] : ['Ctrl', 'K'];
  return (
    <button
      type="button"
      className="seek"
      aria-keyshortcuts={isInConsole ? 'Control+Shift+K' : 'Control+K'}
      onClick={() => openDialog({ kind: 'palette', query: '' })}
    >
      <SearchIcon size="s" />
      <span className="grow">Search machines and actions</span>
      <kbd aria-hidden="true">{keys.join(' ')}</kbd>
    </button>
  );
}

function DiagnosticsButton() {
  const bad = useHost((state) => Object.values(state.checks).filter((check) => check.level !== 'ok').length);
  const isError = useHost((state) => Object.values(state.checks).some((check) => check.level === 'error'));
  const isShown = useUi((ui) => ui.place?.kind === 'diagnostics');
  const label = bad === 0 ? 'Diagnostics: all good' : `Diagnostics: ${plural(bad, 'remark')}`;
  return (
    <span className="withcount">
      <IconButton
        label={label}
        aria-pressed={isShown}
        icon={<PulseIcon />}
        onClick={() => showPlace(isShown ? null : { kind: 'diagnostics' })}
      />
      {bad > 0 && (
        <span className={classNames('count', isError && 'err')} aria-hidden="true">
          {bad}
        </span>
      )}
    </span>
  );
}
