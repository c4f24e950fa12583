import { stat } from 'node:fs/promises';
import { failure } from '@shared/errors/paddock-error.js';
import type { Link } from '@shared/networks/nic.js';

/**
 * Files and sockets that a chosen transport names are there. UML itself says little about them: a card whose switch is
 * missing is not there (daemon), or goes up and dies with a stack trace (vde: facts/networking 0.7 and 0.8).
 */
export async function checkNicPaths({ options }: Extract<Link, { kind: 'transport' }>): Promise<void> {
  for (const name of ['socket', 'dst', 'program', 'bpffile', 'vnl']) {
    const path = options[name];
    if (!path?.startsWith('/')) continue;
    const found = await stat(path).catch(() => null);
    if (!found) throw failure('nic-path', { path, why: 'there is nothing' });
    if ((name === 'socket' || name === 'dst') && !found.isSocket())
      throw failure('nic-path', { path, why: 'it is not a socket' });
    if ((name === 'program' || name === 'bpffile') && !found.isFile())
      throw failure('nic-path', { path, why: 'it is not a file' });
  }
}
