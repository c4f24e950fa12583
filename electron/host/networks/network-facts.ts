import { constants } from 'node:fs';
import { access, open } from 'node:fs/promises';
import { join } from 'node:path';
import { networkPrograms, type NetworkFacts, type NetworkProgram } from '@shared/networks/network-facts.js';
import { whatForbidsNamespaces } from '@shared/diagnostics/user-namespaces.js';
import { Failure } from '@shared/errors/paddock-error.js';
import { runProgram } from '../platform/run-program.js';
import { sysctl } from '../platform/sysctl.js';

const LIMIT_MS = 5000;
/** Where programs are looked for besides PATH: an ordinary user's has no sbin on Debian. */
const MORE_FOLDERS = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'];
/** Where libvdeplug looks for its modules (Debian's multiarch folder, and what it is built with by default). */
const MODULE_FOLDERS = ['/usr/lib/x86_64-linux-gnu/vdeplug', '/usr/lib/vdeplug', '/usr/local/lib/vdeplug'];

/** Looks what networks can be made with here. */
export async function lookForNetworkFacts(): Promise<NetworkFacts> {
  const names = Object.keys(networkPrograms) as NetworkProgram[];
  const there = await Promise.all(names.map(isThere));
  const missing = Object.fromEntries(
    names.flatMap((name, n) => (there[n] === true ? [] : [[name, networkPrograms[name]]])),
  );
  return { namespaces: await whyNoNamespaces(), tun: await whyNoTun(), missing };
}

async function isThere(name: NetworkProgram): Promise<boolean> {
  const folders = name.endsWith('.so')
    ? MODULE_FOLDERS
    : [...(process.env['PATH'] ?? '').split(':').filter(Boolean), ...MORE_FOLDERS];
  const mode = name.endsWith('.so') ? constants.R_OK : constants.X_OK;
  for (const folder of folders)
    if (
      await access(join(folder, name), mode).then(
        () => true,
        () => false,
      )
    )
      return true;
  return false;
}

async function whyNoNamespaces(): Promise<string | null> {
  try {
    await runProgram(['unshare', '--user', '--map-root-user', '--net', 'true'], { timeoutMs: LIMIT_MS });
    return null;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const cause = whatForbidsNamespaces(sysctl);
    return cause === null
      ? `network namespaces are forbidden here (${error.error.detail?.lastLines?.at(-1) ?? error.message})`
      : `user namespaces are forbidden here (${cause.setting} is ${cause.value})`;
  }
}

async function whyNoTun(): Promise<string | null> {
  try {
    await (await open('/dev/net/tun', constants.O_RDWR | constants.O_NONBLOCK)).close();
    return null;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM'
      ? 'you may not open /dev/net/tun'
      : `/dev/net/tun can’t be opened (${code})`;
  }
}
