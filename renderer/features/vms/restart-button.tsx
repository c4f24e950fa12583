import { Button } from '../../ui/button.js';
import { RestartIcon } from '../../ui/icons.js';
import type { MachineAction } from './use-machine-action.js';

/** The way to get lost consoles back: starts the machine anew. */
export function RestartButton({ action }: { action: MachineAction }) {
  return (
    <Button
      icon={<RestartIcon />}
      reason={action.reasonAgainst('restart')}
      onClick={() => action.ask('restart')}
    >
      Restart
    </Button>
  );
}
