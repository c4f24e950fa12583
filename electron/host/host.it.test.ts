import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { tabConsoles } from '@shared/consoles/channel.js';
import { encodeFrame, FrameKind } from '@shared/api/frames.js';
import { processesNaming } from '../../e2e/oracles/processes.js';
import { TestHost } from './testing/test-host.js';

let host: TestHost;
afterEach(() => host.remove());

test('the socket is 0600 in a folder 0700, and the lock keeps a second host out', async () => {
  host = await TestHost.start();
  expect(statSync(host.runtimeDir).mode & 0o777).toBe(0o700);
  expect(statSync(join(host.runtimeDir, 'host.sock')).mode & 0o777).toBe(0o600);
  const first = host.pid;
  const said = await host.launch();
  expect(JSON.parse(said)).toMatchObject({ code: 'host-running', params: { pid: first } });
  process.kill(first, 'SIGTERM');
});

test('a host that was killed leaves nothing that keeps the next one out', async () => {
  host = await TestHost.start();
  await host.killHost();
  expect(await host.launch()).toBe('ready');
});

test('a file, or somebody’s socket, in the place of the host’s socket is left alone and named', async () => {
  host = TestHost.folders();
  mkdirSync(host.runtimeDir, { mode: 0o700 });
  const path = join(host.runtimeDir, 'host.sock');
  writeFileSync(path, 'mine');
  expect(JSON.parse(await host.launch())).toMatchObject({ code: 'host-socket-blocked', params: { path } });
  expect(statSync(path).isFile()).toBe(true);
  execFileSync('rm', [path]);
  const other = createServer().listen(path);
  await new Promise((done) => other.once('listening', done));
  expect(JSON.parse(await host.launch())).toMatchObject({ code: 'host-socket-blocked' });
  other.close();
});

test('a runtime folder that others may enter is refused', async () => {
  host = TestHost.folders();
  mkdirSync(host.runtimeDir);
  execFileSync('chmod', ['755', host.runtimeDir]);
  expect(JSON.parse(await host.launch())).toMatchObject({ code: 'host-folder-unsafe' });
});

test('nonsense ends the connection that sent it and no other', async () => {
  host = await TestHost.start();
  const path = join(host.runtimeDir, 'host.sock');
  const nonsense = [
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    Buffer.from([0xff, 0xff, 0xff, 0xff, 1]),
    encodeFrame(FrameKind.json, Buffer.from('{"id":1')),
    encodeFrame(FrameKind.json, Buffer.from('{"id":-1,"call":"host.hello"}')),
    Buffer.from([1, 0, 0, 0, 99]),
  ];
  for (const bytes of nonsense) {
    const socket = connect(path);
    const closed = new Promise((done) => socket.once('close', done));
    socket.on('error', () => {});
    socket.write(bytes);
    socket.resume();
    await closed;
  }
  const unknown = await host.client.call('no.such' as 'host.hello', { contract: 1 });
  expect(unknown).toMatchObject({ ok: false, error: { code: 'argument-invalid' } });
  const proto = await host.client.call('__proto__' as 'host.hello', { contract: 1 });
  expect(proto).toMatchObject({ ok: false, error: { code: 'argument-invalid' } });
  const wrong = await host.client.call('vms.start', { id: '../../etc' });
  expect(wrong).toMatchObject({ ok: false, error: { code: 'argument-invalid' } });
  expect((await host.client.hello()).pid).toBe(host.pid);
});

test('diagnostics find what this computer has', async () => {
  host = await TestHost.start();
  const checks = await host.client.must('diagnostics.run', {});
  expect(checks.map((check) => check.id)).toContain('kernel');
  expect(checks.filter((check) => check.level === 'error')).toEqual([]);
  const version = execFileSync('linux.uml', ['--version'], { encoding: 'utf8' }).trim();
  expect(Object.values(host.state.kernels).map((kernel) => kernel.version)).toContain(version);
});

test('what is missing is named with the command that installs it', async () => {
  host = await TestHost.start({ PATH: '/nonexistent' });
  const kernel = (await host.client.must('diagnostics.run', {})).find((check) => check.id === 'kernel');
  expect(kernel).toMatchObject({ level: 'error', fixes: [{ command: 'apt install user-mode-linux' }] });
  const made = await host.client.call('vms.create', {
    name: 'x',
    image: 'tiny',
    memoryMiB: 64,
    kernelPath: null,
    consoles: tabConsoles(1),
    start: true,
  });
  expect(made).toMatchObject({ ok: false, error: { code: 'kernel-none' } });
  expect(processesNaming(host.umlDir)).toEqual([]);
});
