import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { byCommand, type Check } from './diagnostics.js';

const DEVICE = '/dev/net/tun';

/** The device behind tap interfaces can be opened by this user. */
export const tunCheck: Check = {
  id: 'tun',
  title: 'Tap devices',
  applies: () => true,
  check: async () => {
    try {
      const device = await open(DEVICE, constants.O_RDWR | constants.O_NONBLOCK);
      await device.close();
      return { level: 'ok', text: `${DEVICE} can be opened`, fixes: [] };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return {
        level: 'warn',
        text: `${why(code)}. Machines can’t be joined to networks of this computer.`,
        fixes: fixes(code),
      };
    }
  },
  fixes: {},
};

function why(code: string | undefined): string {
  if (code === 'ENOENT') return `${DEVICE} is not there`;
  if (code === 'EACCES' || code === 'EPERM') return `you may not open ${DEVICE}`;
  if (code === 'ENODEV' || code === 'ENXIO') return `the driver behind ${DEVICE} is not loaded`;
  return `${DEVICE} can’t be opened (${code})`;
}

/** The device's own mode is 0666 wherever udev makes it: who opens it still needs rights over the interface. */
function fixes(code: string | undefined): ReturnType<typeof byCommand> {
  if (code === 'EACCES') return byCommand('Let users open it, as root', `chmod 0666 ${DEVICE}`);
  const load = byCommand('Load its driver, as root', 'modprobe tun', 'modprobe');
  if (code === 'ENODEV' || code === 'ENXIO') return load;
  if (code !== 'ENOENT') return [];
  const make = `mkdir -p /dev/net && mknod -m 0666 ${DEVICE} c 10 200`;
  return [...load, ...byCommand('Make the device, in a container, as root', make, 'mknod')];
}
