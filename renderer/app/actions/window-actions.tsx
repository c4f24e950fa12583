import { matchesFilter, parseFilter } from '@shared/vms/machine-filter.js';
import {
  activeConsole,
  copyFromConsole,
  findInConsole,
  focusConsole,
  pasteIntoConsole,
} from '../../features/consoles/console-commands.js';
import { hasLogPlace, isLogInSight, toggleLog } from '../../features/consoles/log-store.js';
import { focusMachines } from '../../features/vms/machine-tree.js';
import { startTiny } from '../../features/vms/start-tiny.js';
import { doDeed } from '../../stores/bulk-store.js';
import { callHost } from '../../stores/connection-store.js';
import { foldAll, listStore, setFilter, setPicking, setSort } from '../../stores/list-store.js';
import { preferencesStore, setPreferences, stepConsoleText } from '../../stores/preferences-store.js';
import {
  isWidePlace,
  openDialog,
  selectMachine,
  showPlace,
  showSide,
  uiStore,
} from '../../stores/ui-store.js';
import {
  CheckIcon,
  CopyIcon,
  FilterIcon,
  LogIcon,
  PlayIcon,
  PlusIcon,
  PulseIcon,
  SearchIcon,
  SlidersIcon,
  SortIcon,
  StopIcon,
  TerminalIcon,
  TypeSizeIcon,
} from '../../ui/icons.js';
import { plural } from '../../lib/format.js';
import type { ActionContext, ActionDefinition } from './action.js';
import { consoleTextActions } from './console-text-actions.js';
import { kernelActions } from './kernel-actions.js';
import { networkActions } from './network-actions.js';
import { layersActions } from './layer-actions.js';

const everywhere = { scope: 'everywhere' } as const;

/** Shows only the machines in a state, found by the list's own filter. */
function showOnly(word: 'running' | 'stopped' | 'crashed'): ActionDefinition {
  const filter = `is:${word}`;
  const count = ({ state }: ActionContext): number =>
    Object.values(state.vms).filter((vm) => matchesFilter(parseFilter(filter), vm)).length;
  return {
    ...everywhere,
    id: `show-${word}`,
    icon: <FilterIcon />,
    words: 'filter list',
    title: () => `Show ${word} machines`,
    note: (context) => String(count(context)),
    reason: (context) => (count(context) === 0 ? 'there are none' : null),
    run: () => {
      setFilter(filter);
      goToMachines();
    },
  };
}

const themes = { system: 'as the system', light: 'light', dark: 'dark', contrast: 'high contrast' } as const;

function theme(value: keyof typeof themes): ActionDefinition {
  return {
    ...everywhere,
    id: `theme-${value}`,
    icon: <SlidersIcon />,
    words: 'colours appearance mode',
    title: () => `Theme: ${themes[value]}`,
    note: () => (preferencesStore.getState().theme === value ? 'now' : ''),
    run: () => setPreferences({ theme: value }),
  };
}

const sorts = { name: 'name', state: 'state', newest: 'newest first', cpu: 'CPU use' } as const;

function sort(value: keyof typeof sorts): ActionDefinition {
  return {
    ...everywhere,
    id: `sort-${value}`,
    icon: <SortIcon />,
    words: 'list order',
    title: () => `Sort machines by ${sorts[value]}`,
    note: () => (listStore.getState().sort === value ? 'now' : ''),
    run: () => setSort(value),
  };
}

const needsConsole = (): string | null => (activeConsole.getState().session ? null : 'no console is shown');

/** What can be done whatever is shown. */
export const windowActions: readonly ActionDefinition[] = [
  {
    ...everywhere,
    id: 'palette',
    icon: <SearchIcon />,
    title: () => 'Search machines and actions',
    run: () => openDialog({ kind: 'palette', query: '' }),
  },
  {
    ...everywhere,
    id: 'new-machine',
    icon: <PlusIcon />,
    words: 'create make add',
    title: () => 'New machine…',
    run: () => openDialog({ kind: 'new-machine', image: null }),
  },
  {
    ...everywhere,
    id: 'tiny',
    icon: <PlayIcon />,
    words: 'new create busybox',
    title: () => 'Start a tiny Linux',
    run: () => void startAndShowTiny(),
  },
  {
    ...everywhere,
    id: 'this-computer',
    icon: <TerminalIcon />,
    words: 'new create host files copy root shell',
    title: () => 'A shell in a copy of this computer…',
    run: () => openDialog({ kind: 'new-machine', image: null, source: 'computer' }),
  },
  {
    ...everywhere,
    id: 'shutdown-all',
    icon: <StopIcon />,
    words: 'stop everything',
    title: (context) => `Shut down ${runningCount(context)}`,
    applies: ({ state }) => Object.values(state.vms).some((vm) => vm.state === 'running'),
    run: ({ state }) => doDeed('shutdown', Object.values(state.vms)),
  },
  showOnly('running'),
  showOnly('stopped'),
  showOnly('crashed'),
  {
    ...everywhere,
    id: 'show-all',
    icon: <FilterIcon />,
    words: 'clear filter list',
    title: () => 'Show all machines',
    applies: () => listStore.getState().filter !== '',
    run: () => setFilter(''),
  },
  {
    ...everywhere,
    id: 'pick',
    icon: <CheckIcon />,
    words: 'select bulk check',
    title: () => (listStore.getState().isPicking ? 'Stop picking machines' : 'Pick several machines'),
    run: () => {
      setPicking(!listStore.getState().isPicking);
      goToMachines();
    },
  },
  {
    ...everywhere,
    id: 'unfold',
    icon: <SortIcon />,
    words: 'expand list',
    title: () => 'Open all groups',
    applies: () => listStore.getState().folded.length > 0,
    run: () => foldAll([]),
  },
  sort('name'),
  sort('state'),
  sort('newest'),
  sort('cpu'),
  {
    ...everywhere,
    id: 'to-machines',
    icon: <FilterIcon />,
    words: 'focus sidebar',
    title: () => 'Go to the list of machines',
    run: goToMachines,
  },
  {
    ...everywhere,
    id: 'to-console',
    icon: <TerminalIcon />,
    words: 'focus terminal',
    title: () => 'Go to the console',
    reason: needsConsole,
    run: focusConsole,
  },
  {
    ...everywhere,
    id: 'console-find',
    icon: <SearchIcon />,
    words: 'search output',
    title: () => 'Find in the console',
    reason: needsConsole,
    run: findInConsole,
  },
  {
    ...everywhere,
    id: 'console-log',
    icon: <LogIcon />,
    words: 'history search panic error times save text',
    title: () => (isLogInSight() ? 'Back from the log to the terminal' : 'The whole log of the console'),
    reason: () => (hasLogPlace() ? null : 'no console is shown'),
    run: toggleLog,
  },
  {
    ...everywhere,
    id: 'console-copy',
    icon: <CopyIcon />,
    title: () => 'Copy from the console',
    reason: () => (hasLogPlace() ? null : needsConsole()),
    run: () => void copyFromConsole(),
  },
  {
    ...everywhere,
    id: 'console-paste',
    icon: <CopyIcon />,
    title: () => 'Paste into the console',
    reason: needsConsole,
    run: () => void pasteIntoConsole(),
  },
  ...consoleTextActions,
  {
    ...everywhere,
    id: 'text-larger',
    icon: <TypeSizeIcon />,
    words: 'zoom font size bigger',
    title: () => 'Larger console text',
    run: () => stepConsoleText(1),
  },
  {
    ...everywhere,
    id: 'text-smaller',
    icon: <TypeSizeIcon />,
    words: 'zoom font size',
    title: () => 'Smaller console text',
    run: () => stepConsoleText(-1),
  },
  {
    ...everywhere,
    id: 'text-usual',
    icon: <TypeSizeIcon />,
    words: 'zoom font size reset',
    title: () => 'Usual console text size',
    run: () => stepConsoleText(0),
  },
  {
    ...everywhere,
    id: 'diagnostics',
    icon: <PulseIcon />,
    words: 'checks problems doctor report',
    title: () => 'Diagnostics of this computer',
    run: () => showPlace({ kind: 'diagnostics' }),
  },
  ...layersActions,
  ...networkActions,
  ...kernelActions,
  {
    ...everywhere,
    id: 'checks',
    icon: <PulseIcon />,
    words: 'diagnostics doctor',
    title: () => 'Check this computer again',
    run: () => {
      showPlace({ kind: 'diagnostics' });
      void callHost('diagnostics.run', {});
    },
  },
  {
    ...everywhere,
    id: 'foreign',
    icon: <SearchIcon />,
    words: 'foreign adopt outside not paddock',
    title: () => 'Look for machines started outside Paddock',
    run: () => void callHost('foreign.look', {}),
  },
  {
    ...everywhere,
    id: 'preferences',
    icon: <SlidersIcon />,
    words: 'settings options',
    title: () => 'Preferences',
    run: () => openDialog({ kind: 'preferences' }),
  },
  theme('system'),
  theme('light'),
  theme('dark'),
  theme('contrast'),
];

function runningCount({ state }: ActionContext): string {
  const running = Object.values(state.vms).filter((vm) => vm.state === 'running').length;
  return `${running === 1 ? 'the' : 'all'} ${plural(running, 'running machine')}`;
}

function goToMachines(): void {
  // Some places have no list beside them, and that of images another one.
  const { place } = uiStore.getState();
  if (isWidePlace(place) || place?.kind === 'images') showPlace(null);
  showSide(true);
  focusMachines();
}

async function startAndShowTiny(): Promise<void> {
  const outcome = await startTiny();
  // Without it, the first page's own button says why.
  selectMachine(outcome.ok ? outcome.value.id : null, 'consoles');
  if (outcome.ok) focusConsole();
}
