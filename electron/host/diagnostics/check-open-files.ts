import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { byCommand, type Check } from './diagnostics.js';

/** What a host without machines has open, with some room. */
const OWN_FILES = 64;
/**
 * Two for each of two consoles' ptys, their logs, the notify and the control socket (7 to 8 counted), and for its
 * figures two for the main process and for each of a dozen children; with some room.
 */
const FILES_EACH = 36;
/** As many machines as Paddock is made for. */
const MANY_MACHINES = 100;
const WANTED = OWN_FILES + MANY_MACHINES * FILES_EACH;

/** The host may open as many files as many machines take. */
export const openFilesCheck: Check = {
  id: 'open-files',
  title: 'Open files',
  applies: () => true,
  check: async () => {
    // Node raises the soft limit to the hard one as it starts.
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    if (limit === undefined) return { level: 'ok', text: 'without a limit', fixes: [] };
    const machines = Math.max(0, Math.floor((Number(limit) - OWN_FILES) / FILES_EACH));
    const text = `${limit} at once, for about ${machines.toLocaleString('en')} machines of two consoles`;
    if (Number(limit) >= WANTED) return { level: 'ok', text, fixes: [] };
    const { username } = userInfo();
    return {
      level: 'warn',
      text: `only ${text}. More can’t be started.`,
      fixes: byCommand(
        'As root, then log in again and restart the host',
        `echo '${username} hard nofile 65536' > /etc/security/limits.d/60-paddock.conf`,
      ),
    };
  },
  fixes: {},
};
