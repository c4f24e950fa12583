import { watch } from 'node:fs';
import { byCommand, type Check } from './diagnostics.js';

/** Each running machine's layer is watched: one watch more can be had. */
export const fileWatchesCheck = (dataDir: string): Check => ({
  id: 'file-watches',
  title: 'File watches',
  applies: () => true,
  check: async () => {
    try {
      watch(dataDir).close();
      return { level: 'ok', text: 'the growth of layers can be watched', fixes: [] };
    } catch (error) {
      // ENOSPC and EMFILE as inotify(7) means them, not the disk or open files.
      const { code } = error as NodeJS.ErrnoException;
      const setting = code === 'EMFILE' ? 'max_user_instances' : 'max_user_watches';
      const wanted = code === 'EMFILE' ? 1024 : 524_288;
      return {
        level: 'warn',
        text: `other programs use up all inotify watches (${code}). The sizes of layers are not brought up to date while machines run.`,
        fixes: [
          ...byCommand('Until the next boot, as root', `sysctl -w fs.inotify.${setting}=${wanted}`),
          ...byCommand(
            'From the next boot on, as root',
            `echo fs.inotify.${setting}=${wanted} > /etc/sysctl.d/60-paddock-inotify.conf`,
            'for-good',
          ),
        ],
      };
    }
  },
  fixes: {},
});
