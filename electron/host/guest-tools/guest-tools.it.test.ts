import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { VmId } from '@shared/vms/vm-id.js';
import { exec } from '../testing/guest-exec.js';
import { imageWithDash, imageWithoutTools } from '../testing/image-without-tools.js';
import { runPaddock } from '../testing/run-paddock.js';
import { TestHost } from '../testing/test-host.js';

let host: TestHost;
beforeEach(async () => {
  host = await TestHost.start();
});
afterEach(() => host.remove());

const tinyImage = async (): Promise<string> => (await host.client.must('images.makeTiny', {})).path;

/** In a guest: ends the tools with everything that they started. */
const KILL_TOOLS = `kill -9 $(ps | awk '/[p]addock-guest-tools/ { print $1 }')`;

/** Waits until the tools of a machine answer. */
const untilReady = (id: VmId): Promise<unknown> =>
  host.until('guest tools', ({ vms }) => vms[id]?.guestTools?.readyAt ?? null);

test('a tiny machine says hello; a new size reaches the guest and its programs', async () => {
  const id = await host.makeTiny();
  const con0 = await host.login(id);
  await untilReady(id);
  expect(host.vm(id)).toMatchObject({ guestToolsExpected: true, guestToolsMissing: false });
  // The kernel's lines are lines on a terminal, though nothing but a pipe is between.
  expect(con0.text).toMatch(/\r\nRun \/sbin\/init as init process\r\n/);
  await con0.run('echo at a prompt');
  await con0.expect(/# /);
  await host.client.must('consoles.resize', { vmId: id, console: 'con0', cols: 151, rows: 51 });
  // SIGWINCH: nobody types, and the shell draws its prompt again.
  await con0.expect(/# /, 5);
  expect(await con0.run('stty size')).toBe('51 151');
  // Of many at once the last one counts.
  for (let n = 0; n < 200; n += 1)
    void host.client.call('consoles.resize', { vmId: id, console: 'con0', cols: 100 + n, rows: 40 });
  await expect.poll(() => con0.run('stty size')).toBe('40 299');
});

test('a command’s exit code, output and errors; binary output by its checksum; a time limit; two at once', async () => {
  const id = await host.makeTiny({ name: 'web' });
  await untilReady(id);
  const said = runPaddock(host, ['exec', 'web', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7']);
  expect(said).toEqual({ status: 7, out: 'out\n', err: 'err\n' });
  const odd = ['a b', '', '$HOME', "it's", '*', 'ü\n漢', '\u0001\u0081', '--'];
  const { out } = runPaddock(host, ['exec', 'web', '--', 'printf', '%s|', ...odd]);
  expect(out).toBe(odd.map((word) => `${word}|`).join(''));
  expect(runPaddock(host, ['exec', 'web', '--', 'no-such-program'])).toMatchObject({ status: 127 });
  expect(runPaddock(host, ['exec', 'web', '--', 'tty'])).toMatchObject({ out: 'not a tty\n' });

  // 4 MB of random bytes, compared by the checksum that the guest counts.
  await exec(host, id, ['sh', '-c', 'head -c 4194304 /dev/urandom > /tmp/random']);
  const theirs = (await exec(host, id, ['md5sum', '/tmp/random'])).output.toString().slice(0, 32);
  const binary = await exec(host, id, ['cat', '/tmp/random']);
  expect(binary.output).toHaveLength(4_194_304);
  expect(createHash('md5').update(binary.output).digest('hex')).toBe(theirs);

  const startedAt = Date.now();
  const late = runPaddock(host, [
    'exec',
    'web',
    '--timeout',
    '1',
    '--',
    'sh',
    '-c',
    'echo on; sleep 4321 & wait',
  ]);
  expect(late).toMatchObject({ status: 124, out: 'on\n' });
  expect(Date.now() - startedAt).toBeLessThan(8000);
  const { output } = await exec(host, id, ['ps']);
  expect(output.toString()).not.toContain('4321');

  const both = await Promise.all([1, 2].map((n) => exec(host, id, ['sh', '-c', `sleep 0.2; echo ${n}`])));
  expect(both.map((end) => end.output.toString())).toEqual(['1\n', '2\n']);
  // What a command leaves behind doesn't hold it up, and says nothing in the next one.
  const left = await exec(host, id, ['sh', '-c', '(sleep 2; echo late) & echo done']);
  expect(left).toMatchObject({ exitCode: 0 });
  expect((await exec(host, id, ['sleep', '3'])).output.toString()).toBe('');
  const cut = await exec(host, id, ['cat', '/dev/zero'], { outputMax: 100_000 });
  expect(cut).toMatchObject({ cut: true });
  expect(cut.output).toHaveLength(100_000);
});

test('files go both ways, the same on both sides, and nothing is overwritten unasked', async () => {
  const id = await host.makeTiny({ name: 'web' });
  await untilReady(id);
  const here = join(host.home, 'random');
  const bytes = randomBytes(1024 * 1024);
  writeFileSync(here, bytes, { mode: 0o755 });
  const there = runPaddock(host, ['copy', here, 'web:/root/random file']);
  expect(there).toMatchObject({ status: 0, err: '' });
  console.log(`into the guest: ${there.out}`);
  const sum = (await exec(host, id, ['sha256sum', '/root/random file'])).output.toString().slice(0, 64);
  expect(sum).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect((await exec(host, id, ['ls', '-l', '/root'])).output.toString()).toMatch(
    /^-rwxr-xr-x .*random file\n$/m,
  );
  const back = runPaddock(host, ['copy', 'web:/root/random file', `${here}.back`]);
  expect(back).toMatchObject({ status: 0, err: '' });
  console.log(`out of the guest: ${back.out}`);
  expect(readFileSync(`${here}.back`).equals(bytes)).toBe(true);

  expect(runPaddock(host, ['copy', 'web:/root/random file', `${here}.back`]).err).toContain('exists already');
  expect(runPaddock(host, ['copy', here, 'web:/root/random file']).err).toContain('exists already');
  expect(runPaddock(host, ['copy', '--force', here, 'web:/root/random file'])).toMatchObject({ status: 0 });
  expect(runPaddock(host, ['copy', 'web:/etc', join(host.home, 'etc')]).err).toContain('it is a folder');
  expect(runPaddock(host, ['copy', host.home, 'web:/tmp/home']).err).toContain('it is a folder');
  expect(runPaddock(host, ['copy', 'web:/nothing', join(host.home, 'nothing')]).err).toContain(
    'no such file',
  );
  expect(runPaddock(host, ['copy', here, 'web:/nowhere/file']).err).toContain('its folder is not there');
  // Nothing half-made is left on either side.
  expect(readdirSync(host.home).filter((name) => name.includes('partial'))).toEqual([]);
  expect((await exec(host, id, ['find', '/', '-xdev', '-name', '*.partial'])).output.toString()).toBe('');
});

test('a shutdown by the tools: no halt, no Ctrl+Alt+Del, and the run ends as asked', async () => {
  const id = await host.makeTiny();
  const con0 = await host.login(id);
  await untilReady(id);
  // A guest that does nothing at Ctrl+Alt+Del still shuts down.
  await con0.run('sed -i /ctrlaltdel/d /etc/inittab; kill -HUP 1');
  await host.client.must('vms.stop', { id, how: 'shutdown' });
  const { lastEnd } = await host.untilState(id, 'stopped', 20);
  expect(lastEnd).toMatchObject({ exitCode: 0, reason: { code: 'poweroff' } });
});

test('the clock is set after a pause when it is off, and left alone when it is not', async () => {
  const id = await host.makeTiny();
  const con0 = await host.login(id);
  await untilReady(id);
  const pause = async (): Promise<void> => {
    await host.client.must('vms.pause', { id });
    await host.untilState(id, 'paused');
    // So long that a clock that stood still would be off by more than is left alone.
    await new Promise((done) => setTimeout(done, 2500));
    await host.client.must('vms.resume', { id });
    await host.untilState(id, 'running');
  };
  const offset = async (): Promise<number> => Number(await con0.run('date +%s')) - Date.now() / 1000;
  // Not off, and so left alone.
  const uptime = async (): Promise<number> => Number((await con0.run('cat /proc/uptime')).split(' ')[0]);
  const before = performance.now() / 1000 - (await uptime());
  await pause();
  expect(Math.abs(await offset())).toBeLessThan(2);
  // UML's own clocks went on all the while.
  expect(Math.abs(performance.now() / 1000 - (await uptime()) - before)).toBeLessThan(0.5);
  await con0.run('date -s @1000000000');
  await pause();
  await expect.poll(offset, { timeout: 10_000 }).toBeGreaterThan(-2);
  expect(await offset()).toBeLessThan(2);
});

test('tools that are killed come again; what they were doing is told to have failed', async () => {
  const id = await host.makeTiny();
  const con0 = await host.login(id);
  await untilReady(id);
  const first = host.vm(id).guestTools?.readyAt;
  const job = exec(host, id, ['sleep', '1000']);
  await con0.run('until ps | grep -q "[s]leep 1000"; do :; done');
  await con0.run(KILL_TOOLS);
  expect(await job).toMatchObject({ error: 'guest-tools-lost', exitCode: null });
  await host.until('tools again', ({ vms }) => {
    const now = vms[id]?.guestTools?.readyAt;
    return now != null && now !== first;
  });
  expect((await exec(host, id, ['echo', 'again'])).output.toString()).toBe('again\n');
  // A guest that restarts in place has new tools, too, and its sizes are told again.
  await host.client.must('consoles.resize', { vmId: id, console: 'con0', cols: 99, rows: 33 });
  con0.type('reboot\r');
  await host.until('no tools', ({ vms }) => vms[id]?.guestTools === null, 20);
  await untilReady(id);
  expect((await exec(host, id, ['stty', '-F', '/dev/tty0', 'size'])).output.toString()).toBe('33 99\n');
});

test('a guest that lies, floods and babbles harms nobody, and honest tools are heard after it', async () => {
  const id = await host.makeTiny();
  const con0 = await host.login(id);
  await untilReady(id);
  // The real ones out of the way: init starts no others.
  await con0.run('sed -i /guest-tools/d /etc/inittab; kill -HUP 1');
  await con0.run(KILL_TOOLS);
  await con0.run(`exec 7<>/dev/ttyS63; stty raw -echo <&7`);
  await con0.run(`printf 'hello 99 2.0-alpha abc\\n' >&7`);
  await host.until('odd tools', ({ vms }) => vms[id]?.guestTools?.version === '2.0-alpha');
  expect(host.vm(id).guestTools).toEqual({
    version: '2.0-alpha',
    usable: false,
    readyAt: null,
    addresses: [],
  });
  expect((await host.client.call('guest.exec', { id, argv: ['id'], timeoutS: 1, outputMax: null })).ok).toBe(
    false,
  );
  await con0.run(`printf 'hello 1 \\033[31mred x\\nend 1 0\\n7 ok\\naddresses <b>\\n' >&7`);
  await con0.run(
    `(dd if=/dev/urandom bs=64k count=20; dd if=/dev/zero bs=64k count=8) >&7 2>/dev/null & sleep 1`,
    30,
  );
  // The host answers all the while.
  const startedAt = performance.now();
  await host.client.must('vms.commandLine', { id });
  expect(performance.now() - startedAt).toBeLessThan(500);
  await con0.run('kill %1; exec 7>&-');
  con0.type('paddock-guest-tools &\r');
  await host.until('honest tools', ({ vms }) => vms[id]?.guestTools?.readyAt ?? null, 60);
  expect((await exec(host, id, ['echo', 'honest'])).output.toString()).toBe('honest\n');
});

test('a machine without tools works as before, gets them by a job, and has them from then on', async () => {
  const image = imageWithoutTools(await tinyImage(), host.home);
  const id = await host.makeTiny({ name: 'plain', image });
  const con0 = await host.login(id);
  expect(host.vm(id)).toMatchObject({
    guestTools: null,
    guestToolsExpected: false,
    guestToolsMissing: false,
  });
  // Its consoles are ptys: UML tells the size itself.
  await host.client.must('consoles.resize', { vmId: id, console: 'con0', cols: 91, rows: 31 });
  await expect.poll(() => con0.run('stty size')).toBe('31 91');
  expect(runPaddock(host, ['exec', 'plain', '--', 'id']).err).toContain('No guest tools answer in plain');
  expect(runPaddock(host, ['tools', 'install', 'plain']).err).toContain('It is running');
  await con0.run('echo kept > /root/kept');
  await host.client.must('vms.stop', { id, how: 'shutdown' });
  await host.untilState(id, 'stopped');

  expect(runPaddock(host, ['tools', 'install', 'plain'])).toMatchObject({ status: 0, err: '' });
  await host.until(
    'noted down',
    ({ vms }) => vms[id]?.guestToolsExpected === true && vms[id].state === 'stopped',
  );
  // Again changes nothing.
  expect(runPaddock(host, ['tools', 'install', 'plain'])).toMatchObject({ status: 0, err: '' });
  await host.client.must('vms.start', { id });
  await untilReady(id);
  const inittab = (await exec(host, id, ['cat', '/etc/inittab', '/root/kept'])).output.toString();
  expect(inittab.match(/guest-tools/g)).toHaveLength(1);
  expect(inittab).toContain('kept');
  await host.client.must('consoles.resize', { vmId: id, console: 'con0', cols: 93, rows: 34 });
  await expect
    .poll(async () => (await exec(host, id, ['stty', '-F', '/dev/tty0', 'size'])).output.toString())
    .toBe('34 93\n');
  const left = readdirSync(join(host.dataDir, 'vms', id)).filter((name) => name.startsWith('guest-tools-'));
  expect(left).toEqual([]);
});

test('a guest that lost its tools is told of, and its next start works without them', async () => {
  const id = await host.makeTiny();
  const con0 = await host.login(id);
  await untilReady(id);
  await con0.run('sed -i /guest-tools/d /etc/inittab');
  await host.client.must('vms.restart', { id });
  await host.until('second run', ({ vms }) => vms[id]?.runNumber === 2 && vms[id]?.state === 'running');
  const { guestToolsExpected } = await host.until(
    'missing',
    ({ vms }) => (vms[id]?.guestToolsMissing === true ? vms[id] : null),
    45,
  );
  expect(guestToolsExpected).toBe(false);
  await host.client.must('vms.restart', { id });
  await host.until('third run', ({ vms }) => vms[id]?.runNumber === 3 && vms[id]?.state === 'running');
  expect(host.vm(id).guestToolsMissing).toBe(false);
  const again = await host.login(id);
  await host.client.must('consoles.resize', { vmId: id, console: 'con0', cols: 95, rows: 35 });
  await expect.poll(() => again.run('stty size')).toBe('35 95');
});

test('the tools work under dash as under BusyBox’s shell', async () => {
  const id = await host.makeTiny({ name: 'dash', image: imageWithDash(await tinyImage(), host.home) });
  await untilReady(id);
  expect((await exec(host, id, ['ps'])).output.toString()).toContain(
    '/bin/dash /usr/sbin/paddock-guest-tools',
  );
  const odd = ['a b', '$HOME', "it's", '\u0001\u0081ü', '\\0047\\n'];
  const { output, exitCode } = await exec(host, id, ['printf', '%s|', ...odd]);
  expect({ text: output.toString(), exitCode }).toEqual({
    text: odd.map((word) => `${word}|`).join(''),
    exitCode: 0,
  });
  expect(await exec(host, id, ['sh', '-c', 'echo err >&2; exit 3'])).toMatchObject({ exitCode: 3 });
  expect(await exec(host, id, ['sleep', '1000'], { timeoutS: 1 })).toMatchObject({ timedOut: true });
  const here = join(host.home, 'random');
  writeFileSync(here, randomBytes(100_000));
  expect(runPaddock(host, ['copy', here, 'dash:/root/random'])).toMatchObject({ status: 0, err: '' });
  expect(runPaddock(host, ['copy', 'dash:/root/random', `${here}.back`])).toMatchObject({
    status: 0,
    err: '',
  });
  expect(readFileSync(`${here}.back`).equals(readFileSync(here))).toBe(true);
});
