import { createHash } from 'node:crypto';
import net from 'node:net';

/**
 * Runs `work` while no other setup of the same checkout runs; the second one waits, then finds all done.
 *
 * The lock is a listening socket in Linux's abstract namespace (unix(7)): it exists exactly as long as the
 * process that holds it, so no stale lock can be left behind, which a file with a pid in it can't promise.
 */
export async function withSetupLock(root, onWait, work) {
  const name = `\0paddock-setup-${createHash('sha256').update(root).digest('hex').slice(0, 32)}`;
  let hasSaid = false;
  let lock;
  while ((lock = await take(name)) === undefined) {
    if (!hasSaid) onWait();
    hasSaid = true;
    await holderGone(name);
  }
  try {
    return await work();
  } finally {
    lock.close();
  }
}

function take(name) {
  return new Promise((resolve, reject) => {
    const server = net.createServer((waiting) => waiting.on('error', () => {}).unref());
    server.unref();
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen(name, () => resolve(server));
  });
}

/** Resolves when the process at the other end has ended: the kernel closes its connections. */
function holderGone(name) {
  return new Promise((resolve) => {
    const connection = net.connect(name);
    connection.on('error', () => {}).resume();
    connection.on('close', resolve);
  });
}
