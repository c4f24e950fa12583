import { tabConsoles } from '@shared/consoles/channel.js';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { processesNaming } from '../../e2e/oracles/processes.js';
import { TestHost } from './testing/test-host.js';

const program = resolve(import.meta.dirname, '../../bin/paddock');
let host: TestHost;
afterEach(() => host.remove());

const folderOf = (id: string): string => join(host.dataDir, 'vms', id);

test('a login with another runtime folder gets no second host for the same machines', async () => {
  host = await TestHost.start();
  const id = await host.makeTiny();
  await host.login(id);
  const other = join(host.home, 'other');
  mkdirSync(other, { mode: 0o700 });
  const env = { ...host.env, XDG_RUNTIME_DIR: other };
  const said = spawnSync(program, ['vm', 'delete', 'tiny'], { env, encoding: 'utf8', timeout: 30_000 });
  expect(said).toMatchObject({ status: 1, stdout: '' });
  expect(said.stderr).toContain(`it listens in ${host.runtimeDir}`);
  expect(host.vm(id).state).toBe('running');
});

test('a layer that can’t be read breaks its machine, not the host, and mended it starts', async () => {
  host = await TestHost.start();
  const id = await host.makeTiny({ start: false });
  const whole = await host.makeTiny({ start: false });
  const layer = join(folderOf(id), 'disk.cow');
  execFileSync('mv', [layer, `${layer}.saved`]);
  mkdirSync(layer);
  await host.killHost();
  expect(await host.launch()).toBe('ready');
  expect(host.vm(id)).toMatchObject({ state: 'broken', problem: { code: 'layer-damaged' } });
  expect(host.vm(whole).state).toBe('defined');
  rmSync(layer, { recursive: true });
  execFileSync('mv', [`${layer}.saved`, layer]);
  await host.client.must('diagnostics.run', {});
  expect(host.vm(id)).toMatchObject({ state: 'defined', problem: null });
  await host.client.must('vms.start', { id });
  await host.login(id);
});

test('settings that are mended bring the machine back as it was', async () => {
  host = await TestHost.start();
  const id = await host.makeTiny({ name: 'mended', start: false });
  const file = join(folderOf(id), 'vm.json');
  const saved = readFileSync(file);
  writeFileSync(file, '{');
  await host.killHost();
  await host.launch();
  expect(host.vm(id)).toMatchObject({ state: 'broken', name: `unreadable-${id}` });
  writeFileSync(file, saved);
  await host.client.must('diagnostics.run', {});
  expect(host.vm(id)).toMatchObject({ state: 'defined', name: 'mended' });
});

test('a machine’s folder that was copied by hand is broken, and the original is left alone', async () => {
  host = await TestHost.start();
  const id = await host.makeTiny({ name: 'original', start: false });
  const [sameId, otherId] = ['aaaaaaaaaaaa', 'ffffffffffff'];
  for (const copy of [sameId, otherId]) cpSync(folderOf(id), folderOf(copy), { recursive: true });
  const file = join(folderOf(otherId), 'vm.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace(id, otherId));
  await host.killHost();
  await host.launch();
  const states = Object.values(host.state.vms).map(({ name, state }) => `${name} ${state}`);
  expect(states.filter((state) => state.endsWith('broken'))).toHaveLength(2);
  expect(states.filter((state) => state === 'original defined')).toHaveLength(1);
  const broken = Object.values(host.state.vms).find((vm) => vm.state === 'broken' && vm.id === sameId);
  await host.client.must('vms.delete', { id: broken?.id ?? '' });
  expect(existsSync(join(folderOf(id), 'disk.cow'))).toBe(true);
});

test('a machine that was booting when its host died comes up with the next one', async () => {
  host = await TestHost.start();
  const id = await host.makeTiny();
  expect(host.vm(id).state).toBe('starting');
  await host.killHost();
  await host.launch();
  expect(host.vm(id).adopted).toBe(true);
  await host.untilState(id, 'running');
  await host.client.must('vms.stop', { id, how: 'force' });
  await host.untilState(id, 'stopped');
  expect(processesNaming(host.umlDir)).toEqual([]);
});

test('a runtime folder that UML’s arguments can’t carry is refused before anything is made', async () => {
  host = TestHost.folders();
  const runtime = join(host.home, 'my run');
  mkdirSync(runtime, { mode: 0o700 });
  host.env['XDG_RUNTIME_DIR'] = runtime;
  await host.launch();
  const made = await host.client.call('vms.create', {
    name: 'x',
    image: 'tiny',
    memoryMiB: 64,
    kernelPath: null,
    consoles: tabConsoles(1),
    start: true,
  });
  expect(made).toMatchObject({ ok: false, error: { code: 'path-unsafe' } });
  expect(host.state.vms).toEqual({});
});

test('a log that was taken away leaves a hole, and what comes after it is followed', async () => {
  host = await TestHost.start();
  const id = await host.makeTiny();
  await host.login(id);
  await host.client.must('vms.stop', { id, how: 'force' });
  await host.untilState(id, 'stopped');
  rmSync(join(folderOf(id), 'runs/1/con0.log'));
  await host.client.must('vms.start', { id });
  const con0 = await host.console(id);
  await con0.expect(/login: $/);
  expect(con0.events.filter((event) => event.event === 'console.runStart')).toHaveLength(2);
});

test('a host with a full log disk goes on', async () => {
  host = TestHost.folders();
  await host.launch({ stdout: '/dev/full' });
  expect((await host.client.hello()).pid).toBe(host.pid);
  const id = await host.makeTiny();
  await host.login(id);
});

test('`paddock doctor` ends with 1 when something stands in the way', async () => {
  host = await TestHost.start({ PADDOCK_MEMORY_DIR: '/nonexistent' });
  expect(spawnSync(program, ['doctor'], { env: host.env, encoding: 'utf8' }).status).toBe(1);
});

test('a program that listens in the host’s place and says nothing is named, not waited for', async () => {
  host = TestHost.folders();
  mkdirSync(host.runtimeDir, { mode: 0o700 });
  const silent = createServer(() => {}).listen(join(host.runtimeDir, 'host.sock'));
  await new Promise((done) => silent.once('listening', done));
  const command = spawn(program, ['vm', 'list'], { env: host.env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  command.stderr.on('data', (bytes) => (said += String(bytes)));
  expect(await new Promise((done) => command.once('exit', done))).toBe(1);
  expect(said).toContain('doesn’t answer as its host');
  silent.close();
});

test('pipes, devices and folders in the place of a machine’s files don’t keep the host from starting', async () => {
  host = await TestHost.start();
  const whole = await host.makeTiny();
  await host.login(whole);
  await host.client.must('vms.stop', { id: whole, how: 'force' });
  await host.untilState(whole, 'stopped');
  const [spec, layer, run] = [
    await host.makeTiny({ start: false }),
    await host.makeTiny({ start: false }),
    await host.makeTiny({ start: false }),
  ];
  const replace = (command: string, path: string): void => {
    rmSync(path, { force: true });
    execFileSync('sh', ['-c', `${command} "$0"`, path]);
  };
  replace('mkfifo', join(folderOf(spec), 'vm.json'));
  replace('mkfifo', join(folderOf(layer), 'disk.cow'));
  mkdirSync(join(folderOf(run), 'runs/1'), { recursive: true });
  replace('ln -s /dev/zero', join(folderOf(run), 'runs/1/run.json'));
  replace('mkfifo', join(folderOf(whole), 'runs/1/events.jsonl'));
  replace('mkdir', join(folderOf(whole), 'runs/1/con0.log'));
  await host.killHost();
  expect(await host.launch()).toBe('ready');
  expect(host.vm(spec).state).toBe('broken');
  expect(host.vm(layer)).toMatchObject({ state: 'broken', problem: { code: 'layer-damaged' } });
  expect(host.vm(run).state).toBe('defined');
  const con0 = await host.console(whole);
  await host.client.must('vms.start', { id: whole });
  await con0.expect(/login: $/);
});

test('a copy of a machine that runs doesn’t take the original’s process for its own', async () => {
  host = await TestHost.start();
  const id = await host.makeTiny({ name: 'zulu' });
  await host.login(id);
  const copy = '000000000000';
  cpSync(folderOf(id), folderOf(copy), { recursive: true });
  const file = join(folderOf(copy), 'vm.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace(id, copy).replace('zulu', 'alpha'));
  await host.killHost();
  await host.launch();
  const states = Object.values(host.state.vms).map(({ name, state, adopted }) => ({ name, state, adopted }));
  expect(states).toContainEqual({ name: 'zulu', state: 'running', adopted: true });
  expect(states).toContainEqual({ name: 'alpha', state: 'stopped', adopted: false });
});

test('a machine that is broken, and runs, is not deleted under its kernel', async () => {
  host = await TestHost.start();
  const id = await host.makeTiny();
  await host.login(id);
  writeFileSync(join(folderOf(id), 'vm.json'), '{');
  await host.killHost();
  await host.launch();
  expect(host.vm(id).state).toBe('broken');
  expect(await host.client.call('vms.delete', { id })).toMatchObject({
    ok: false,
    error: { code: 'layer-locked' },
  });
  expect(existsSync(join(folderOf(id), 'disk.cow'))).toBe(true);
});
