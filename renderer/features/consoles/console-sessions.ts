import type { ConsoleName } from '@shared/consoles/console-name.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { hostStore } from '../../stores/host-store.js';
import { broadcastInput } from './broadcast.js';
import { ConsoleSession } from './console-session.js';

/** Terminals kept alive. One with full scrollback is some 15 MB; an older one comes back from the host's log. */
const KEPT = 32;

const sessions = new Map<string, ConsoleSession>();

/** The terminal of a view of a console, made when it is first asked for. */
export function consoleSession(vmId: VmId, console: ConsoleName, viewId: number): ConsoleSession {
  const key = `${vmId}/${console}/${viewId}`;
  const session = sessions.get(key) ?? new ConsoleSession(vmId, console, viewId, broadcastInput);
  // Put last: the map is in the order of use.
  sessions.delete(key);
  sessions.set(key, session);
  for (const [oldKey, old] of sessions) {
    if (sessions.size <= KEPT) break;
    if (old.vmId !== vmId) drop(oldKey, old);
  }
  return session;
}

/** Ends the terminals of a machine's views that are no more. */
export function dropOtherSessions(vmId: VmId, viewIds: ReadonlySet<number>): void {
  for (const [key, session] of sessions)
    if (session.vmId === vmId && !viewIds.has(session.viewId)) drop(key, session);
}

/** Gives every terminal the theme and text size in force. */
export function restyleConsoles(): void {
  for (const session of sessions.values()) session.restyle();
}

hostStore.subscribe(({ state: { vms }, loaded }) => {
  if (!loaded) return;
  for (const [key, session] of sessions) if (!vms[session.vmId]) drop(key, session);
});

function drop(key: string, session: ConsoleSession): void {
  sessions.delete(key);
  session.dispose();
}
