import { Failure } from '@shared/errors/paddock-error.js';
import { whatForbidsNamespaces } from '@shared/diagnostics/user-namespaces.js';
import { runProgram } from '../platform/run-program.js';
import { sysctl } from '../platform/sysctl.js';
import { byCommand, type Check } from './diagnostics.js';

const LIMIT_MS = 5000;

/** This user may make a user namespace and be root in it: tried. */
export const userNamespacesCheck: Check = {
  id: 'user-namespaces',
  title: 'User namespaces',
  applies: () => true,
  check: async () => {
    try {
      await runProgram(['unshare', '--user', '--map-root-user', 'true'], { timeoutMs: LIMIT_MS });
      return { level: 'ok', text: 'a program may be root in a namespace of its own', fixes: [] };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const cause = whatForbidsNamespaces(sysctl);
      const said = error.error.detail?.lastLines.at(-1) ?? error.message;
      const without = 'Without them images and networks can’t be made as an ordinary user.';
      return {
        level: 'warn',
        text: `${cause === null ? `they are forbidden here (${said})` : `${cause.setting} is ${cause.value}`}. ${without}`,
        fixes:
          cause === null
            ? []
            : [
                ...byCommand('Until the next boot, as root', `sysctl -w ${cause.setting}=${cause.wanted}`),
                ...byCommand(
                  'From the next boot on, as root',
                  `echo ${cause.setting}=${cause.wanted} > /etc/sysctl.d/60-paddock-userns.conf`,
                  'for-good',
                ),
              ],
      };
    }
  },
  fixes: {},
};
