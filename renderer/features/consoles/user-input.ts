import type { Terminal } from '@xterm/xterm';

interface Insides {
  _core?: { coreService?: { onUserInput?: (listener: () => void) => unknown } };
}

/**
 * Tells, inside a terminal's onData, whether a person caused it (keys, paste) or the parser did (answers to
 * queries). xterm says so only inside: CoreService.triggerDataEvent fires onUserInput right before onData.
 */
export function tellsUserInput(terminal: Terminal): () => boolean {
  let isUsers = false;
  (terminal as unknown as Insides)._core?.coreService?.onUserInput?.(() => (isUsers = true));
  return () => {
    const was = isUsers;
    isUsers = false;
    return was;
  };
}
