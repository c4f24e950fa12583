import { useEffect } from 'react';
import { RESCUE_CONSOLE } from '@shared/consoles/console-name.js';
import { attachedTool, isDebugTool } from '@shared/debug/debug-tool.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { useConnection } from '../../stores/connection-store.js';
import type { ConsoleSession } from './console-session.js';

/** Keeps terminals on the connection in use, in this order, and says which run they may type into. */
export function useFollowing(vm: VmView, sessions: readonly ConsoleSession[]): void {
  const client = useConnection((connection) => connection.client);
  // The consoles of an adopted run ended with whoever started it: nothing can be typed there, but into the spare one.
  const isLost = vm.adopted && isLive(vm.state);
  const liveRun = isLive(vm.state) ? vm.runNumber : null;
  const canRescue = vm.rescue?.state === 'ready';
  const tool = attachedTool(vm.debug);
  useEffect(() => {
    const canType = ({ console }: ConsoleSession): boolean => {
      if (console === RESCUE_CONSOLE) return canRescue;
      return isDebugTool(console) ? console === tool : !isLost;
    };
    for (const each of sessions) each.follow(canType(each) ? liveRun : null);
  }, [sessions, liveRun, isLost, canRescue, tool]);
  useEffect(() => {
    if (client) for (const each of sessions) void each.attach(client);
  }, [sessions, client]);
}
