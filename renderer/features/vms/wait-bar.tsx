import { readinessText } from '@shared/vms/readiness.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { Button } from '../../ui/button.js';
import { LoadIcon } from '../../ui/icons.js';
import type { MachineAction } from './use-machine-action.js';
import './machine-bar.css';

/** While a start waits for another machine: for which, how far that must come, and the two ways out. */
export function WaitBar({ vm, action }: { vm: VmView; action: MachineAction }) {
  const { waiting } = vm;
  if (!waiting) return null;
  return (
    <div className="waitbar" role="status">
      <LoadIcon className="spin" />
      <span className="grow">
        Waits until <b>{waiting.name}</b> {readinessText(waiting.ready)}
      </span>
      <span className="row">
        <Button onClick={() => action.ask('start')}>Start now</Button>
        <Button variant="quiet" onClick={() => action.ask('stopWaiting')}>
          Don’t start
        </Button>
      </span>
    </div>
  );
}
