import { spawn, type ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { kernelEnv } from '../../../e2e/oracles/kernel-env.js';
import { processesNaming } from '../../../e2e/oracles/processes.js';
import { TestHost } from '../testing/test-host.js';

let host: TestHost;
let disk: string;
let byHand: ChildProcess[];

beforeEach(async () => {
  host = await TestHost.start();
  byHand = [];
  // An image and a disk of its own, as somebody without Paddock would have them.
  const { path } = await host.client.must('images.makeTiny', {});
  disk = join(host.home, 'disk.img');
  execFileSync('cp', ['--sparse=always', path, disk]);
});
afterEach(() => host.remove());

/** Starts UML as a person would, in a folder of umids that Paddock knows nothing of; resolves at the login prompt. */
async function startByHand(words: string[]): Promise<ChildProcess> {
  const umlDir = join(host.home, 'hand');
  mkdirSync(umlDir, { recursive: true });
  const child = spawn(
    'linux.uml',
    [
      `uml_dir=${umlDir}`,
      'mem=64M',
      `ubd0=disk.img`,
      'root=/dev/ubda',
      'rw',
      'con=null',
      'ssl=null',
      ...words,
    ],
    { cwd: host.home, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: kernelEnv() },
  );
  byHand.push(child);
  let said = '';
  await new Promise<void>((done, fail) => {
    child.once('exit', () => fail(new Error(`ended: ${said.slice(-500)}`)));
    child.stdout?.on('data', (bytes) => {
      said += String(bytes);
      if (said.includes('login:')) done();
    });
  });
  return child;
}

const mark = 'con0=null,fd:1';

test('a machine started by hand is listed, paused, goes on, and is halted; its end is noticed', async () => {
  const child = await startByHand(['umid=Hand_1', mark]);
  await host.client.must('foreign.look', {});
  const one = await host.until('listed', ({ foreign }) => Object.values(foreign)[0] ?? null);
  expect(one).toMatchObject({ umid: 'Hand_1', pid: child.pid, state: 'running', cwd: host.home });
  expect(one.kernelVersion).toBe(execFileSync('linux.uml', ['--version'], { encoding: 'utf8' }).trim());
  const syscall = (): string => readFileSync(`/proc/${child.pid}/syscall`, 'utf8').split(' ')[0] ?? '';
  await host.client.must('foreign.act', { id: one.id, action: 'pause' });
  expect(host.state.foreign[one.id]?.state).toBe('paused');
  await expect.poll(syscall).toBe('45');
  // Another host that comes now sees that it is paused.
  await host.killHost();
  await host.launch();
  await host.until('found paused', ({ foreign }) => foreign[one.id]?.state === 'paused');
  await host.client.must('foreign.act', { id: one.id, action: 'resume' });
  expect(syscall()).not.toBe('45');
  const answer = await host.client.must('foreign.mconsole', { id: one.id, command: 'version' });
  expect(answer.text).toContain('Linux');
  expect(await host.client.call('foreign.mconsole', { id: one.id, command: 'sysrq t' })).toMatchObject({
    ok: false,
    error: { code: 'mconsole-refused' },
  });
  await host.client.must('foreign.act', { id: one.id, action: 'halt' });
  await host.until('gone', ({ foreign }) => Object.keys(foreign).length === 0);
  expect(processesNaming(join(host.home, 'hand'))).toEqual([]);
});

test('forced off, it and all its processes are gone', async () => {
  const child = await startByHand(['umid=hand-2', mark]);
  await host.client.must('foreign.look', {});
  const one = await host.until('listed', ({ foreign }) => Object.values(foreign)[0] ?? null);
  expect(processesNaming(join(host.home, 'hand')).length).toBeGreaterThan(1);
  await host.client.must('foreign.act', { id: one.id, action: 'force' });
  await host.until('gone', ({ foreign }) => Object.keys(foreign).length === 0);
  expect(processesNaming(join(host.home, 'hand'))).toEqual([]);
  expect(child.exitCode ?? child.signalCode).not.toBeNull();
});

test('adopted, it goes on, has a working console, shuts down, and starts again with its own disk', async () => {
  const child = await startByHand(['umid=Router_7', mark, 'con1=pts']);
  await host.client.must('foreign.look', {});
  const one = await host.until('listed', ({ foreign }) => Object.values(foreign)[0] ?? null);
  const { vmId } = await host.client.must('foreign.act', { id: one.id, action: 'adopt' });
  const id = vmId ?? expect.fail('no machine');
  expect(host.state.foreign).toEqual({});
  expect(host.vm(id)).toMatchObject({
    name: 'router-7',
    state: 'running',
    pid: child.pid,
    taken: true,
    adopted: true,
    memoryMiB: 64,
    layer: null,
  });
  await host.until('a way back in', ({ vms }) => vms[id]?.rescue?.state === 'ready', 40);
  // A new host finds it again, under the name it was started with.
  await host.killHost();
  await host.launch();
  expect(host.vm(id)).toMatchObject({ state: 'running', pid: child.pid, adopted: true });
  await host.client.must('vms.stop', { id, how: 'shutdown' });
  await host.untilState(id, 'stopped');
  expect(processesNaming(join(host.home, 'hand'))).toEqual([]);
  await host.client.must('vms.start', { id });
  const con0 = await host.login(id);
  expect(await con0.run('cat /proc/cmdline')).toContain('ubd0=disk.img');
  expect(host.vm(id)).toMatchObject({ runNumber: 2, taken: true, adopted: false });
  await host.client.must('vms.stop', { id, how: 'force' });
  await host.untilState(id, 'stopped');
  await host.client.must('vms.delete', { id });
  expect(existsSync(disk)).toBe(true);
});

test('one that its owner started again by hand, while no host ran, is not ended as a leftover', async () => {
  const words = ['umid=hand-3', mark];
  await startByHand(words);
  await host.client.must('foreign.look', {});
  const one = await host.until('listed', ({ foreign }) => Object.values(foreign)[0] ?? null);
  const { vmId } = await host.client.must('foreign.act', { id: one.id, action: 'adopt' });
  const id = vmId ?? expect.fail('no machine');
  await host.killHost();
  for (const pid of processesNaming(join(host.home, 'hand'))) process.kill(pid, 'SIGKILL');
  await expect.poll(() => processesNaming(join(host.home, 'hand'))).toEqual([]);
  const again = await startByHand(words);
  await host.launch();
  expect(host.vm(id)).toMatchObject({ state: 'stopped', lastEnd: { reason: { code: 'unseen' } } });
  expect([again.exitCode, again.signalCode]).toEqual([null, null]);
  await host.client.must('foreign.look', {});
  await host.until('listed again', ({ foreign }) => foreign[one.id]?.pid === again.pid);
});

test('one that says nothing costs no more with every look', async () => {
  const child = await startByHand(['umid=hand-4', mark]);
  process.kill(child.pid ?? 0, 'SIGSTOP');
  const descriptors = (): number => readdirSync(`/proc/${host.pid}/fd`).length;
  await host.client.must('foreign.look', {});
  await host.until('silent', ({ foreign }) => Object.values(foreign)[0]?.state === 'silent');
  const before = descriptors();
  for (let n = 0; n < 3; n += 1) await host.client.must('foreign.look', {});
  expect(descriptors()).toBe(before);
  process.kill(child.pid ?? 0, 'SIGCONT');
  await host.client.must('foreign.look', {});
  await host.until('running', ({ foreign }) => Object.values(foreign)[0]?.state === 'running');
  process.kill(child.pid ?? 0, 'SIGKILL');
  await host.until('gone', ({ foreign }) => Object.keys(foreign).length === 0);
});
