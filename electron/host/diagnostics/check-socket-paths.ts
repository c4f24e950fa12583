import { existsSync } from 'node:fs';
import { VM_NAME_MAX_LENGTH } from '@shared/vms/vm-name.js';
import { SOCKET_PATH_MAX } from '../platform/datagram-socket.js';
import { MCONSOLE_PATH_MAX } from '../vms/start-checks.js';
import { REPLY_SUFFIX, type VmFiles } from '../vms/vm-files.js';
import { byCommand, type Check } from './diagnostics.js';

/** A machine's name is part of its sockets' paths, and those have an end: every allowed name fits. */
export const socketPathsCheck = (files: VmFiles): Check => ({
  id: 'socket-paths',
  title: 'Socket paths',
  applies: () => true,
  check: async () => {
    const room = roomForName(files);
    if (room >= VM_NAME_MAX_LENGTH)
      return { level: 'ok', text: `${files.umlDir} is short enough for every name`, fixes: [] };
    const usual = `/run/user/${process.getuid?.() ?? 0}`;
    return {
      level: room > 0 ? 'warn' : 'error',
      text:
        room > 0
          ? `${files.umlDir} is so long that a machine with a name of more than ${room} letters can’t start.`
          : `${files.umlDir} is so long that no machine can start.`,
      // Machines that run now would not be found under another folder.
      fixes: existsSync(usual)
        ? byCommand(
            'Stop all machines, then',
            `paddock host quit; export XDG_RUNTIME_DIR=${usual}; paddock doctor`,
          )
        : [],
    };
  },
  fixes: {},
});

/** How long a name may be. */
function roomForName(files: VmFiles): number {
  const mconsole = files.mconsoleSocket({ umid: '', umlDir: files.umlDir, byArgv: null });
  // join() dropped the slash that stands behind a name.
  const forMconsole = MCONSOLE_PATH_MAX - Buffer.byteLength(mconsole) - 1;
  const forNotify = SOCKET_PATH_MAX - Buffer.byteLength(files.notifyDir) - 1 - REPLY_SUFFIX.length;
  return Math.min(forMconsole, forNotify);
}
