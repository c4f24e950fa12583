import { stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import type { Kernel } from '@shared/kernels/kernel.js';
import type { Link } from '@shared/networks/nic.js';
import { transports } from '@shared/networks/transports/index.js';
import { runProgram } from '../platform/run-program.js';
import { whyNotListen } from './free-ports.js';
import { hasInterface } from './host-interfaces.js';
import { checkTap } from './tap-checks.js';

type TransportLink = Extract<Link, { kind: 'transport' }>;

/** Everything that is known to keep a chosen transport from working. Throws Failure: nic-path, nic-tap, nic-port, nic-rights. */
export async function checkTransport(link: TransportLink, kernel: Pick<Kernel, 'path'>): Promise<void> {
  await checkNicPaths(link);
  await checkInterface(link);
  await checkPort(link);
  await checkRights(link, kernel.path);
}

/**
 * Files and sockets that a chosen transport names are there. UML itself says little about them: a card whose switch is
 * missing is not there (daemon), or goes up and dies with a stack trace (vde: facts/networking 0.7 and 0.8).
 */
async function checkNicPaths({ options }: TransportLink): Promise<void> {
  for (const name of ['socket', 'dst', 'program', 'bpffile', 'vnl']) {
    const path = name === 'vnl' ? options[name]?.replace(/^vde:\/\/(?=\/)/, '') : options[name];
    if (!path?.startsWith('/')) continue;
    const refuse = (why: string): never => {
      throw failure('nic-path', { path, why });
    };
    const found = await stat(path).catch(() => null);
    if (!found) return refuse('there is nothing');
    if ((name === 'socket' || name === 'dst') && !found.isSocket()) refuse('it is not a socket');
    if ((name === 'program' || name === 'bpffile') && !found.isFile()) refuse('it is not a file');
    if (
      name === 'vnl' &&
      !(found.isDirectory() && (await stat(join(path, 'ctl')).catch(() => null))?.isSocket())
    )
      refuse('it is not a switch');
    // What a bess socket is connected to may take one connection only, which is the machine's.
    if (name === 'socket' && !(await somebodyListens(path))) refuse('nobody listens there');
    if (name === 'vnl' && !(await somebodyListens(join(path, 'ctl')))) refuse('nobody listens there');
  }
}

function somebodyListens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Root's kernel would make a missing tap itself, which then leads nowhere (facts/networking 3). */
async function checkInterface({ transport, options }: TransportLink): Promise<void> {
  const { ifname } = options;
  if (ifname === undefined) return;
  if (transport !== 'raw') return checkTap(ifname);
  if (!hasInterface(ifname)) throw failure('nic-interface', { ifname });
}

/** UDP ports that it listens on are free. */
async function checkPort({ transport, options }: TransportLink): Promise<void> {
  const port =
    transport === 'ucast' ? options['listen'] : options['udp'] === '1' ? options['srcport'] : undefined;
  if (port === undefined) return;
  // ucast listens on all addresses (arch/um/drivers/umcast_user.c).
  const address = transport === 'ucast' ? '0.0.0.0' : (options['src'] ?? '0.0.0.0');
  const why = await whyNotListen({
    protocol: 'udp',
    hostAddress: address,
    hostPort: Number(port),
    guestPort: 1,
  });
  if (why !== null) throw failure('nic-port', { address, port: Number(port), why });
}

/** Raw sockets are root's, or a kernel's that was given them. */
async function checkRights({ transport, options }: TransportLink, kernelPath: string): Promise<void> {
  const needsRaw =
    transports[transport].right === 'net-raw' || (transport === 'l2tpv3' && options['udp'] !== '1');
  if (!needsRaw || process.getuid?.() === 0) return;
  const said = await runProgram(['getcap', kernelPath], { timeoutMs: 5000 }).catch(() => '');
  if (!said.includes('cap_net_raw')) throw failure('nic-rights', { title: transports[transport].title });
}
