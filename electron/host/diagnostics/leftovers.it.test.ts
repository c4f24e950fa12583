import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CheckResult } from '@shared/diagnostics/check.js';
import { processesNaming } from '../../../e2e/oracles/processes.js';
import { mergeOf } from '../testing/layer-requests.js';
import { TestHost } from '../testing/test-host.js';
import { startUmlByHand } from '../testing/uml-by-hand.js';

let host: TestHost;
/** ~/.uml of the host and of who starts machines by hand. */
let homeUml: string;

beforeEach(async () => {
  host = TestHost.folders();
  homeUml = join(host.home, 'user/.uml');
  mkdirSync(homeUml, { recursive: true });
  host.env['HOME'] = join(host.home, 'user');
  await host.launch();
});
afterEach(() => host.remove());

const pick = (checks: readonly CheckResult[]): CheckResult => {
  const check = checks.find(({ id }) => id === 'leftovers');
  if (!check) throw new Error('no check of leftovers');
  return check;
};
const look = async (): Promise<CheckResult> => pick(await host.client.must('diagnostics.run', {}));
const remove = async (): Promise<CheckResult> =>
  pick(await host.client.must('diagnostics.fix', { check: 'leftovers', fix: 'remove' }));
const clean = { level: 'ok', fixes: [] };

const exited = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done();
    else child.once('exit', () => done());
  });

/** The pid of a process that was and is no more. */
const deadPid = (): string => String(spawnSync('true').pid);

function umidFolder(name: string, pid: string): string {
  const folder = join(homeUml, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'pid'), `${pid}\n`);
  return folder;
}

const mconsole = (umid: string, command: string): string =>
  execFileSync('uml_mconsole', [umid, command], { env: host.env, encoding: 'utf8' });

test('what a machine and its host left that were killed together', async () => {
  const id = await host.makeTiny();
  await host.login(id);
  await host.killHost();
  for (const pid of processesNaming(`uml_dir=${host.umlDir}`)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It went with the one before.
    }
  }
  await host.launch();
  const found = await look();
  expect(found).toMatchObject({ level: 'warn', fixes: [{ label: 'Remove 2 leftovers', runnable: true }] });
  expect(found.text).toContain(join(host.umlDir, 'tiny'));
  expect(await remove()).toMatchObject(clean);
  expect(readdirSync(host.umlDir)).toEqual([]);
  expect(readdirSync(join(host.runtimeDir, 'notify'))).toEqual([]);
  await host.client.must('vms.start', { id });
  await host.login(id);
});

test('nothing of a machine that runs, starts or was adopted is ever listed', async () => {
  const id = await host.makeTiny();
  expect(await look()).toMatchObject(clean);
  await host.untilState(id, 'running');
  expect(await look()).toMatchObject(clean);
  await host.killHost();
  await host.launch();
  expect(await look()).toMatchObject(clean);
  await host.untilState(id, 'running');
  expect(await look()).toMatchObject(clean);
});

test('dead folders of UML’s own are removed; live ones, and those with a file of somebody’s, are not', async () => {
  const { path } = await host.client.must('images.makeTiny', {});
  const dead = umidFolder('dead', deadPid());
  const withNotes = umidFolder('notes', deadPid());
  writeFileSync(join(withNotes, 'notes.txt'), 'mine');
  const somebody = umidFolder('somebody', String(process.pid));
  const bound = umidFolder('bound', deadPid());
  const bind = `import socket,sys;s=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM);s.bind(sys.argv[1]);print('bound',flush=True);sys.stdin.read()`;
  const holder = spawn('python3', ['-c', bind, join(bound, 'mconsole')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await new Promise((done) => holder.stdout.once('data', done));
  await startUmlByHand(path, ['umid=live'], host.env);

  const found = await look();
  expect(found.text).toBe(`left of dead machines and jobs: ${dead}`);
  expect(await remove()).toMatchObject(clean);
  expect(readdirSync(homeUml).sort()).toEqual(['bound', 'live', 'notes', 'somebody']);
  expect(readFileSync(join(withNotes, 'notes.txt'), 'utf8')).toBe('mine');
  expect(existsSync(join(somebody, 'pid'))).toBe(true);
  expect(mconsole('live', 'version')).toContain('OK');

  holder.stdin.end();
  await exited(holder);
  expect((await look()).text).toContain(bound);
  expect(await remove()).toMatchObject(clean);
});

test('one that came to life after it was listed stays', async () => {
  const { path } = await host.client.must('images.makeTiny', {});
  umidFolder('again', deadPid());
  umidFolder('gone', deadPid());
  expect(await look()).toMatchObject({ fixes: [{ label: 'Remove 2 leftovers' }] });
  const uml = await startUmlByHand(path, ['umid=again'], host.env);
  expect(await remove()).toMatchObject(clean);
  expect(readdirSync(homeUml)).toEqual(['again']);
  expect(mconsole('again', 'version')).toContain('OK');
  // And killed it is listed.
  process.kill(-(uml.pid ?? 0), 'SIGKILL');
  await exited(uml);
  // Its last stub may go a moment after its main process.
  await expect.poll(look, { timeout: 10_000 }).toMatchObject({ fixes: [{ label: 'Remove 1 leftover' }] });
  expect(await remove()).toMatchObject(clean);
  expect(readdirSync(homeUml)).toEqual([]);
});

test('stray processes of a machine that doesn’t run', async () => {
  const id = await host.makeTiny({ start: false });
  const { path } = await host.client.must('images.makeTiny', {});
  const uml = await startUmlByHand(path, ['umid=tiny', `uml_dir=${host.umlDir}`], host.env);
  expect(await look()).toMatchObject(clean);
  process.kill(uml.pid ?? 0, 'SIGKILL');
  await exited(uml);
  const named = `uml_dir=${host.umlDir}`;
  expect(processesNaming(named)).not.toEqual([]);
  expect((await look()).text).toMatch(/process(es)? of tiny, .*\/uml\/tiny/);
  expect(await remove()).toMatchObject(clean);
  expect(processesNaming(named)).toEqual([]);
  expect(readdirSync(host.umlDir)).toEqual([]);
  await host.client.must('vms.start', { id });
  await host.login(id);
});

test('half files of dead jobs, but not of a job that goes on', async () => {
  const id = await host.makeTiny({ name: 'merged', start: false });
  const images = join(host.dataDir, 'images');
  writeFileSync(join(images, 'other.img.partial'), 'half');
  mkdirSync(join(images, 'tiny-tree-xyz/etc'), { recursive: true });
  expect(await look()).toMatchObject({ fixes: [{ label: 'Remove 2 leftovers' }] });
  const merge = host.client.must('layers.merge', mergeOf(id, 'gold'));
  expect(await remove()).toMatchObject(clean);
  await merge;
  await host.until('the merge', ({ jobs }) => Object.values(jobs)[0]?.state === 'succeeded');
  expect(readdirSync(images).filter((name) => !/\.(img|json)$/.test(name))).toEqual([]);
  expect(host.state.images['gold']).toBeDefined();
  expect(await look()).toMatchObject(clean);
});

test('a machine’s folder without settings is removed when it holds nothing, and only then', async () => {
  const empty = await host.makeTiny({ name: 'empty', start: false });
  const full = await host.makeTiny({ name: 'full' });
  const con0 = await host.login(full);
  await con0.run('echo precious > /root/note; sync');
  await host.client.must('vms.stop', { id: full, how: 'force' });
  await host.untilState(full, 'stopped');
  await host.killHost();
  const folder = (id: string): string => join(host.dataDir, 'vms', id);
  for (const id of [empty, full]) rmSync(join(folder(id), 'vm.json'));
  mkdirSync(folder('aaaaaaaaaaaa'));
  await host.launch();
  expect(await look()).toMatchObject({ fixes: [{ label: 'Remove 2 leftovers' }] });
  expect(await remove()).toMatchObject(clean);
  expect(readdirSync(join(host.dataDir, 'vms'))).toEqual([full]);
  expect(Object.values(host.state.vms).map(({ state }) => state)).toEqual(['broken']);
  expect(existsSync(join(folder(full), 'disk.cow'))).toBe(true);
});

test('an image that the library doesn’t list is listed again, never removed', async () => {
  const { path } = await host.client.must('images.makeTiny', {});
  const lost = join(host.dataDir, 'images/gold.img');
  execFileSync('cp', ['--sparse=always', path, lost]);
  const found = await look();
  expect(found).toMatchObject({ level: 'warn', fixes: [{ id: 'list', label: 'List 1 image' }] });
  const checks = await host.client.must('diagnostics.fix', { check: 'leftovers', fix: 'list' });
  expect(pick(checks)).toMatchObject(clean);
  expect(Object.values(host.state.images).map((image) => image.path)).toContain(lost);
  const id = await host.makeTiny({ image: lost });
  await host.login(id);
});
