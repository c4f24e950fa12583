import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { DatagramSocket } from './datagram-socket.js';
import { FdEvents } from './fd-events.js';
import { closeFd, pidfdOpen } from './libc.js';

test('news of a closed descriptor is not taken for news of the next one with its number', async () => {
  const folder = mkdtempSync('/tmp/pdk-');
  const events = new FdEvents();
  try {
    const path = join(folder, 's');
    const listener = new DatagramSocket(events, path, () => {});
    const sender = new DatagramSocket(events, null, () => {});
    // The other thread learns of the datagram while this one is busy, which then closes the socket.
    sender.send(Buffer.from('hello'), path);
    for (const until = performance.now() + 100; performance.now() < until;);
    listener.close();
    const pidfd = pidfdOpen(process.pid);
    let ended = 0;
    events.onReadable(pidfd, () => (ended += 1));
    await delay(100);
    expect(ended).toBe(0);
    events.remove(pidfd);
    closeFd(pidfd);
    sender.close();
  } finally {
    events.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
