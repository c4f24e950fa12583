import { useStore } from 'zustand';
import type { ConsoleName } from '@shared/consoles/console-name.js';
import { useHost } from '../../stores/host-store.js';
import { BroadcastIcon } from '../../ui/icons.js';
import { Tooltip } from '../../ui/tooltip.js';
import { broadcastStore, isBroadcastTo, stopBroadcast } from './broadcast.js';

/** Whether what is typed into a console goes to others as well. */
export function useIsBroadcast(vmId: string, console: ConsoleName | undefined): boolean {
  return useStore(
    broadcastStore,
    ({ targets }) => console !== undefined && isBroadcastTo(targets, vmId, console),
  );
}

/** Says, where a console is seen, that what is typed there goes to others as well. */
export function BroadcastMark({ vmId, console }: { vmId: string; console: ConsoleName }) {
  const targets = useStore(broadcastStore, (state) => state.targets);
  const vms = useHost((state) => state.vms);
  if (!isBroadcastTo(targets, vmId, console)) return null;
  const names = targets.map((target) => `${target.console} of ${vms[target.vmId]?.name ?? target.vmId}`);
  return (
    <span className="bcast">
      <BroadcastIcon size="s" />
      <Tooltip text={`What you type goes to ${names.join(', ')}`} delay={300}>
        <span className="ell">Broadcast to {targets.length}</span>
      </Tooltip>
      <button type="button" className="linkbtn in" aria-label="Stop broadcasting" onClick={stopBroadcast}>
        Stop
      </button>
    </span>
  );
}
