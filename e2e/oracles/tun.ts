import { accessSync, constants } from 'node:fs';

/** Without it networks have no namespace, and forwards no place; root may open it whatever its mode. */
export const hasTun = ((): boolean => {
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
})();
