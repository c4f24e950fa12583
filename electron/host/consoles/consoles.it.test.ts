import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CONSOLE_WINDOW_BYTES } from '@shared/api/frames.js';
import { ConsoleReader } from '../testing/console-reader.js';
import { TestHost } from '../testing/test-host.js';

let host: TestHost;
beforeEach(async () => {
  host = await TestHost.start();
});
afterEach(() => host.remove());

const md5 = (bytes: Buffer | string): string => createHash('md5').update(bytes).digest('hex');
/** 3 MB of text that no two runs share, and its checksum as the guest counts it. */
const FLOOD = 'dd if=/dev/urandom bs=1024 count=2200 2>/dev/null | base64 > /tmp/flood';

test('three megabytes come through whole, and the log has them from byte 0', async () => {
  const id = await host.makeTiny();
  const con0 = await host.login(id);
  await con0.run(FLOOD, 60);
  const expected = (await con0.run('md5sum /tmp/flood')).slice(0, 32);
  const output = await con0.run('cat /tmp/flood', 60);
  expect(md5(`${output}\n`)).toBe(expected);
  const log = readFileSync(join(host.dataDir, 'vms', id, 'runs/1/con0.log'));
  expect(log.subarray(0, con0.bytes.length).equals(con0.bytes)).toBe(true);
  expect(log.includes('Linux version')).toBe(true);
});

test('a client that acknowledges nothing gets one window and no more, and others are not held up', async () => {
  const id = await host.makeTiny();
  const con0 = await host.login(id);
  await con0.run(FLOOD, 60);
  const { streamId } = await host.client.must('consoles.attach', { vmId: id, console: 'con0', tailBytes: 0 });
  const slow = new ConsoleReader(host.client, streamId, { acknowledge: false });
  const expected = (await con0.run('md5sum /tmp/flood')).slice(0, 32);
  expect(md5(`${await con0.run('cat /tmp/flood', 60)}\n`)).toBe(expected);
  expect(slow.bytes.length).toBeGreaterThan(0);
  expect(slow.bytes.length).toBeLessThanOrEqual(CONSOLE_WINDOW_BYTES);
  // Acknowledged at last, it gets all that it missed, in order.
  while (slow.bytes.length < 3_000_000) {
    const had = slow.bytes.length;
    host.client.ack(streamId, CONSOLE_WINDOW_BYTES);
    await slow.expect(/[\s\S]/);
    if (slow.bytes.length === had) await new Promise(setImmediate);
  }
  const all = con0.bytes;
  expect(all.includes(slow.bytes.subarray(0, 2_000_000))).toBe(true);
});

test('the last words of a machine that is killed in a flood are in the log and in the stream', async () => {
  const id = await host.makeTiny();
  const con0 = await host.login(id);
  con0.type('i=0; while :; do i=$((i+1)); echo "line $i"; done\r');
  await con0.expect(/line 300\r/);
  process.kill(host.vm(id).pid ?? 0, 'SIGKILL');
  await con0.event('console.runEnd');
  const log = readFileSync(join(host.dataDir, 'vms', id, 'runs/1/con0.log'));
  expect(md5(con0.bytes)).toBe(md5(log));
  const lines = [...con0.text.matchAll(/^line (\d+)\r$/gm)].map((match) => Number(match[1]));
  expect(lines).toEqual(lines.map((_, n) => n + 1));
});

test('one history over stop and start: runs are marked, nothing of the first is lost', async () => {
  const id = await host.makeTiny();
  const con0 = await host.login(id);
  await con0.run('echo first run');
  await host.client.must('vms.stop', { id, how: 'shutdown' });
  await host.untilState(id, 'stopped');
  await host.client.must('vms.start', { id });
  await con0.expect(/login: $/);
  expect(con0.events.map((event) => event.event)).toEqual([
    'console.runStart',
    'console.live',
    'console.runEnd',
    'console.runStart',
  ]);
  const late = await host.console(id);
  await late.event('console.live');
  expect(late.text).toContain('first run');
  expect(late.events.map((event) => event.event)).toEqual([
    'console.runStart',
    'console.runEnd',
    'console.runStart',
    'console.live',
  ]);
  const short = await host.console(id, 'con0', 200);
  await short.event('console.live');
  expect(short.bytes.length).toBeLessThanOrEqual(200);
  expect(short.text).toMatch(/login: $/);
});

test('a large paste into a guest that reads arrives whole; UTF-8 and control characters pass', async () => {
  const id = await host.makeTiny();
  const con0 = await host.login(id);
  const text = Array.from({ length: 2000 }, (_, n) => `line ${n} with ümläuts and 漢字`).join('\n');
  con0.type('stty -echo; echo "re""ady"; cat > /tmp/paste; stty echo; echo "got"" it"\r');
  await con0.expect(/ready\r\n/);
  con0.type(`${text.replaceAll('\n', '\r')}\r`);
  con0.type('\u0004');
  await con0.expect(/got it\r\n/, 60);
  expect((await con0.run('md5sum < /tmp/paste')).slice(0, 32)).toBe(md5(`${text}\n`));
});
