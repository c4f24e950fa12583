import type { ReactNode } from 'react';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { Button } from '../../ui/button.js';
import {
  ChevronDownIcon,
  MoreIcon,
  PauseIcon,
  PlayIcon,
  PowerIcon,
  RestartIcon,
  StopIcon,
} from '../../ui/icons.js';
import { Menu, MenuItem } from '../../ui/menu.js';
import { StateIcon } from './state-icon.js';
import { StopCountdown } from './stop-countdown.js';
import { useKeptFocus } from './use-kept-focus.js';
import type { MachineAction } from './use-machine-action.js';
import './machine-bar.css';

/** What the bar of a machine takes. */
export interface MachineBarProps {
  vm: VmView;
  action: MachineAction;
  tabs: ReactNode;
  /** Entries of the menu of rarer actions. */
  more: ReactNode;
}

const HALT_TEXT = 'Stops the kernel at once. The guest doesn’t get to write what it still holds in memory.';
const FORCE_TEXT = 'Ends its processes, like pulling the plug. For when nothing else answers.';

/** State, name, tabs and actions of a machine on one line. */
export function MachineBar({ vm, action, tabs, more }: MachineBarProps) {
  const { ask, reasonAgainst } = action;
  const actions = useKeptFocus();
  return (
    <header className="mbar">
      <StateIcon state={vm.state} />
      <h1 className="ell" title={vm.name}>
        {vm.name}
      </h1>
      {tabs}
      <span className="end row actions" ref={actions}>
        {vm.stopping ? (
          <StopCountdown vm={vm} onWaitLonger={() => ask('waitLonger')} />
        ) : (
          isLive(vm.state) && <RunButtons vm={vm} action={action} />
        )}
        {isLive(vm.state) ? (
          <span className="split-btn">
            <Button
              collapses
              className="first"
              icon={<StopIcon />}
              reason={reasonAgainst('shutdown')}
              aria-label="Shut down"
              onClick={() => ask('shutdown')}
            >
              Shut down
            </Button>
            <Menu trigger={<IconlessDown />}>
              <MenuItem
                icon={<StopIcon />}
                title="Shut down"
                text="Asks the guest to power off, and halts it when it doesn’t answer in time."
                reason={reasonAgainst('shutdown')}
                onChoose={() => ask('shutdown')}
              />
              <MenuItem
                icon={<PowerIcon />}
                title="Halt"
                text={HALT_TEXT}
                reason={reasonAgainst('halt')}
                onChoose={() => ask('halt')}
              />
              <MenuItem
                icon={<PowerIcon />}
                title="Force off"
                text={FORCE_TEXT}
                reason={reasonAgainst('force')}
                onChoose={() => ask('force')}
              />
            </Menu>
          </span>
        ) : (
          <Button
            collapses
            icon={<PlayIcon />}
            reason={reasonAgainst('start')}
            aria-label="Start"
            onClick={() => ask('start')}
          >
            Start
          </Button>
        )}
        <Menu trigger={<MoreButton />}>{more}</Menu>
      </span>
    </header>
  );
}

/** Pause, in whose place is Resume while it is paused, and Restart. Their keys press them: use-shortcuts. */
function RunButtons({ vm, action: { ask, reasonAgainst } }: { vm: VmView; action: MachineAction }) {
  const turn = vm.state === 'paused' ? 'resume' : 'pause';
  const title = turn === 'resume' ? 'Resume' : 'Pause';
  return (
    <>
      <Button
        variant="quiet"
        collapses
        icon={turn === 'resume' ? <PlayIcon /> : <PauseIcon />}
        reason={reasonAgainst(turn)}
        aria-label={title}
        aria-keyshortcuts="Control+Shift+P"
        title={reasonAgainst(turn) ? undefined : `${title} (Ctrl+Shift+P)`}
        onClick={() => ask(turn)}
      >
        {title}
      </Button>
      <Button
        variant="quiet"
        collapses
        icon={<RestartIcon />}
        reason={reasonAgainst('restart')}
        aria-label="Restart"
        aria-keyshortcuts="Control+Shift+R"
        title={reasonAgainst('restart') ? undefined : 'Restart (Ctrl+Shift+R)'}
        onClick={() => ask('restart')}
      >
        Restart
      </Button>
    </>
  );
}

function IconlessDown(props: object) {
  return <Button className="last" aria-label="Other ways to stop" icon={<ChevronDownIcon />} {...props} />;
}

function MoreButton(props: object) {
  return <Button variant="quiet" className="icon" aria-label="More actions" icon={<MoreIcon />} {...props} />;
}
