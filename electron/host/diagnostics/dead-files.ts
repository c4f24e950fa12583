import { lstatSync, readdirSync, rmdirSync, statfsSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isSocketAlive } from '../platform/datagram-socket.js';

/** All that UML puts into a umid folder. */
const UMID_FILES = new Set(['pid', 'mconsole']);

/** f_type of file systems that other computers see, too (statfs(2)): NFS, SMB, SMB2, CIFS, FUSE, 9P, AFS, Ceph. */
const SHARED_TYPES = new Set([
  0x6969, 0x517b, 0xfe534d42, 0xff534d42, 0x65735546, 0x01021997, 0x5346414f, 0x00c36400,
]);

/** Names in a folder, none when it isn't there. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** True for a folder of this user's that holds nothing but what UML puts there. */
export function isUmidFolder(folder: string): boolean {
  try {
    const found = lstatSync(folder);
    return (
      found.isDirectory() &&
      found.uid === process.getuid?.() &&
      readdirSync(folder).every((name) => UMID_FILES.has(name))
    );
  } catch {
    return false;
  }
}

/** True when some process has the control socket in a umid folder, also one in a container. */
export function hasLiveSocket(folder: string): boolean {
  return isSocketAlive(join(folder, 'mconsole'));
}

/** Removes a umid folder, and never more: with another file in it it stays. */
export function removeUmidFolder(folder: string): void {
  for (const name of namesIn(folder)) if (UMID_FILES.has(name)) unlinkSync(join(folder, name));
  rmdirSync(folder);
}

/** True for a folder that machines of other computers may be in: whose processes and sockets can't be seen here. */
export function isShared(folder: string): boolean {
  try {
    return SHARED_TYPES.has(statfsSync(folder).type >>> 0);
  } catch {
    return false;
  }
}

/** True for a socket's file that no process has any more. */
export function isDeadSocket(path: string): boolean {
  try {
    return lstatSync(path).isSocket() && !isSocketAlive(path);
  } catch {
    return false;
  }
}
