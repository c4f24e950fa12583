import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { freeRange, hasRange } from '@shared/diagnostics/subordinate-ids.js';
import { isInstalled } from './check-programs.js';
import { byCommand, type Check } from './diagnostics.js';

const FILES = ['/etc/subuid', '/etc/subgid'];

/** An ordinary user has ids to give to the users inside an image; root needs none. */
export const subordinateIdsCheck: Check = {
  id: 'subordinate-ids',
  title: 'Subordinate ids',
  applies: () => process.getuid?.() !== 0,
  check: async () => {
    const { uid, username } = userInfo();
    const without = 'Without it images of whole distributions can’t be made as an ordinary user.';
    if (!(await isInstalled('newuidmap')))
      return {
        level: 'warn',
        text: `newuidmap is not installed. ${without}`,
        fixes: byCommand('Install it, as root', 'apt install uidmap'),
      };
    const files = await Promise.all(FILES.map((file) => readFile(file, 'utf8').catch(() => '')));
    const missing = FILES.filter((_, n) => !hasRange(files[n] ?? '', [username, String(uid)]));
    if (missing.length === 0) return { level: 'ok', text: `${FILES.join(' and ')} give you some`, fixes: [] };
    const range = freeRange(files);
    return {
      level: 'warn',
      text: `${missing.join(' and ')} ${missing.length === 1 ? 'gives' : 'give'} you no range of ids. ${without}`,
      fixes: byCommand(
        'Get some, as root',
        `usermod --add-subuids ${range} --add-subgids ${range} ${username}`,
      ),
    };
  },
  fixes: {},
};
