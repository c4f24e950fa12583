import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { paddockProgram, runPaddock, type Said } from '../host/testing/run-paddock.js';
import { kernelEnv } from '../../e2e/oracles/kernel-env.js';
import { TestHost } from '../host/testing/test-host.js';

// Many calls, each a process of its own, on a computer that may be busy with other machines.
vi.setConfig({ testTimeout: 180_000 });

let host: TestHost;
beforeEach(() => {
  host = TestHost.folders();
});
afterEach(async () => {
  paddock('host', 'quit');
  await host.remove();
});

const paddock = (...args: string[]): Said => runPaddock(host, args, host.home);

/** Creates a small machine. */
const make = (name: string, ...more: string[]): Said =>
  paddock('vm', 'create', name, '--memory', '64', '--consoles', '1', ...more);
const atLogin = (name: string): Said => paddock('console', name, '--expect', 'login: $', '--timeout', '60');
/** Calls again until it says what is awaited, for what the command itself doesn't wait for. */
function untilSaid(args: string[], awaited: RegExp): string {
  for (const end = Date.now() + 60_000; ;) {
    const { out } = paddock(...args);
    if (awaited.test(out)) return out;
    if (Date.now() > end) throw new Error(`never said ${awaited}:\n${out}`);
  }
}

test('runs: listed, shown, searched, compared, exported, deleted', () => {
  make('web', '--start');
  atLogin('web');
  paddock('vm', 'stop', 'web');
  paddock('vm', 'start', 'web');
  atLogin('web');
  expect(paddock('run', 'list', 'web').out).toMatch(
    /^RUN +STARTED .*\n2 +20\S+ +- .*still running\n1 .*clean poweroff\n$/,
  );
  expect(JSON.parse(paddock('run', 'list', 'web', '--json').out)).toMatchObject([
    { number: 2 },
    { number: 1 },
  ]);
  expect(paddock('run', 'delete', 'web', '2').err).toContain('Run 2 of web goes on.');
  // The panic ends the answer's way, and the machine.
  paddock('mconsole', 'web', 'sysrq', 'c');
  const events = paddock('vm', 'events', 'web').out;
  expect(events).toMatch(/^\S+Z  .* → starting: asked$/m);
  expect(events).toMatch(/^\S+Z  A login prompt stands on con0\.$/m);
  const shown = paddock('run', 'show', 'web').out;
  expect(shown).toMatch(/^Run: +2 of web$/m);
  expect(shown).toMatch(/^Command: +\/\S+ umid=web /m);

  const found = paddock('run', 'search', 'web', 'SYSRQ TRIGGERED crash');
  expect(found.status).toBe(0);
  expect(found.out).toMatch(/^run 2 con0:\d+: .*sysrq triggered crash/im);
  expect(found.out).not.toMatch(/^run 1 /m);
  expect(paddock('run', 'search', 'web', 'no such text anywhere')).toMatchObject({ status: 1, out: '' });
  const compared = paddock('run', 'compare', 'web', '1', '2').out;
  expect(compared).toMatch(/^\* Ended +clean poweroff +panic$/m);
  expect(compared).toMatch(/^\+.*Kernel panic - not syncing: sysrq triggered crash/m);

  const exported = paddock('run', 'export', 'web', '1');
  const path = join(host.home, 'web-run-1.tar.gz');
  expect(exported.out).toMatch(new RegExp(`^${path} \\(\\d`));
  expect(exported.err).toContain('passwords');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const log = join(
    host.dataDir,
    'vms',
    (JSON.parse(paddock('vm', 'show', 'web', '--json').out) as { id: string }).id,
    'runs/1/con0.log',
  );
  expect(execFileSync('tar', ['xzOf', path, 'web-run-1/con0.log'])).toEqual(execFileSync('cat', [log]));
  expect(paddock('run', 'export', 'web', '1')).toMatchObject({ status: 1, out: '' });
  expect(paddock('run', 'delete', 'web', '1').out).toBe('run 1 of web is deleted\n');
  expect(existsSync(log)).toBe(false);
  expect(paddock('run', 'show', 'web', '1').err).toContain('web has no run 1.');
  for (const args of [
    ['run'],
    ['run', 'list'],
    ['run', 'show', 'web', 'x'],
    ['run', 'delete', 'web'],
    ['run', 'list', 'web', '--to', 'x'],
  ])
    expect(paddock(...args).status).toBe(2);
});

test('the management console, pause and resume; a guest’s words do nothing to the terminal', () => {
  make('web', '--start');
  atLogin('web');
  expect(paddock('mconsole', 'web', 'version')).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^Linux \S+ \d/) as string,
  });
  expect(paddock('mconsole', 'web', 'config', 'con0').out).toMatch(/^fd:3,fd:4\n$/);
  expect(paddock('mconsole', 'web', 'sysrq', 't')).toMatchObject({
    status: 1,
    out: '',
    err: expect.stringContaining('kills User Mode Linux') as string,
  });
  const commands = paddock('mconsole', 'web').out;
  expect(commands).toMatch(/^ {2}proc meminfo +/m);
  expect(commands).toMatch(/^ {2}t +Not sent\. It kills/m);
  expect(paddock('vm', 'pause', 'web').out).toBe('web is paused\n');
  expect(paddock('vm', 'stop', 'web').err).toContain('paused');
  expect(paddock('vm', 'resume', 'web').out).toBe('web goes on\n');
  const hostile = 'printf "\\033]0;evil\\007\\033[2Jhi" > /proc/mconsole';
  paddock(
    'console',
    'web',
    '--send',
    'root\\n',
    '--expect',
    '# ',
    '--send',
    `${hostile.replaceAll('\\', '\\\\')}\\n`,
    '--expect',
    '# ',
  );
  const events = untilSaid(['vm', 'events', 'web'], /The guest said/);
  expect(events).toContain('The guest said: \\x1b]0;evil\\x07\\x1b[2Jhi');
  expect(paddock('vm', 'restart', 'web').out).toBe('web runs again\n');
  expect(paddock('vm', 'show', 'web').out).toMatch(/^Run: +2, /m);
  paddock('vm', 'kill', 'web');
});

test('settings, start order, and many machines at once with a line for each', () => {
  make('router');
  make('web');
  make('db');
  expect(
    paddock(
      'vm',
      'set',
      'web',
      '--group',
      'lab',
      '--tag',
      'a',
      '--tag',
      'b',
      '--memory',
      '80',
      '--pin',
      'off',
      '--after',
      'router',
    ).out,
  ).toBe('web is changed\n');
  expect(paddock('vm', 'set', 'db', '--group', 'lab', '--after', 'web:running', '--autostart').status).toBe(
    0,
  );
  const web = paddock('vm', 'show', 'web').out;
  for (const line of [
    /^Memory: +80 MB/m,
    /^Group: +lab$/m,
    /^Tags: +a, b$/m,
    /^CPU: +any$/m,
    /^Starts after: +router has reached its login prompt$/m,
  ])
    expect(web).toMatch(line);
  expect(paddock('vm', 'set', 'router', '--after', 'db').err).toContain('circle');
  expect(paddock('vm', 'set', 'web', '--pin', '1023').err).toContain('no CPU 1023');
  for (const args of [
    ['web'],
    ['web', '--group', 'x', '--no-group'],
    ['web', '--after', 'router:soon'],
    ['web', '--pin', 'some'],
  ])
    expect(paddock('vm', 'set', ...args).status).toBe(2);

  // It waits for router, says so, and runs in the end.
  expect(paddock('vm', 'start', 'web')).toEqual({
    status: 0,
    out: 'web runs\n',
    err: 'web waits until router has reached its login prompt\n',
  });
  expect(
    (JSON.parse(paddock('vm', 'show', 'router', '--json').out) as { loginAt: string | null }).loginAt,
  ).not.toBeNull();
  const started = paddock('vm', 'start', '--group', 'lab');
  expect(started).toMatchObject({ status: 0, err: '' });
  expect(started.out.split('\n').sort()).toEqual(['', 'db runs', 'web needs nothing: it is running']);
  const paused = paddock('vm', 'pause', 'db', 'nobody', 'router');
  expect(paused.status).toBe(1);
  expect(paused.out.split('\n').sort()).toEqual(['', 'db is paused', 'router is paused']);
  expect(paused.err).toBe(
    'nobody failed: There is no machine called nobody. “paddock vm list” shows the machines there are.\n',
  );
  expect(paddock('vm', 'resume', '--tag', 'a').out).toBe('web needs nothing: it is running\n');
  const killed = paddock('vm', 'kill', '--all');
  expect(killed.status).toBe(0);
  expect(killed.out.split('\n').sort()).toEqual([
    '',
    'db stopped: forced off',
    'router stopped: forced off',
    'web stopped: forced off',
  ]);
  expect(paddock('vm', 'stop', '--tag', 'nothing').err).toBe(
    'paddock: There is no machine with the tag nothing\n',
  );
  for (const args of [['start'], ['start', 'web', '--all'], ['start', '--all', '--tag', 'a']])
    expect(paddock('vm', ...args).status).toBe(2);
  paddock('vm', 'set', 'web', '--no-group', '--no-tags', '--no-after', '--pin', 'auto', '--no-memory-folder');
  expect(JSON.parse(paddock('vm', 'show', 'web', '--json').out)).toMatchObject({
    group: null,
    tags: [],
    startAfter: [],
    pin: 'auto',
  });
  for (const which of [['--all'], ['web', 'db', 'router']]) {
    const refused = paddock('vm', 'delete', ...which);
    expect(refused.status).toBe(1);
    expect(refused.err).toMatch(
      /^paddock: This would delete 3 machines with their disks and logs .*web.* With --yes it is done\.\n$/,
    );
  }
  expect(paddock('vm', 'delete', '--all', '--yes').out.split('\n').sort()).toEqual([
    '',
    'db is deleted',
    'router is deleted',
    'web is deleted',
  ]);
  expect(paddock('vm', 'list').out).toMatch(/No machines yet/);
});

test('events are followed over runs until the machine is gone', async () => {
  make('web');
  const child = spawn(paddockProgram, ['vm', 'events', 'web', '--follow'], { env: host.env });
  let out = '';
  child.stdout.on('data', (bytes) => (out += String(bytes)));
  const ended = new Promise((done) => child.once('exit', done));
  for (let run = 0; run < 2; run += 1) {
    paddock('vm', 'start', 'web');
    paddock('vm', 'kill', 'web');
  }
  paddock('vm', 'delete', 'web');
  await ended;
  const states = [...out.matchAll(/→ (\w+):/g)].map(([, state]) => state);
  expect(states).toEqual([
    'starting',
    'running',
    'stopping',
    'stopped',
    'starting',
    'running',
    'stopping',
    'stopped',
  ]);
});

test('machines started outside: listed, paused, halted, adopted', () => {
  // Makes the image, which is all that is needed of it.
  make('maker');
  const [image] = JSON.parse(paddock('image', 'list', '--json').out) as { path: string }[];
  const [kernel] = JSON.parse(paddock('kernel', 'list', '--json').out) as { path: string }[];
  const umlDir = join(host.home, 'elsewhere');
  mkdirSync(umlDir);
  for (const umid of ['stray', 'other']) {
    const disk = `ubd0=${host.home}/${umid}.cow,${image?.path}`;
    const words = [`umid=${umid}`, `uml_dir=${umlDir}`, 'mem=64M', disk, 'root=/dev/ubda', 'rw'];
    spawn(kernel?.path ?? '', [...words, 'con=null', 'ssl=null'], {
      stdio: 'ignore',
      detached: true,
      env: kernelEnv(),
    });
  }
  untilSaid(['foreign', 'list'], /^stray +running/m);
  untilSaid(['foreign', 'list'], /^other +running/m);
  expect(paddock('foreign', 'pause', 'stray').out).toBe('stray is paused\n');
  expect(paddock('foreign', 'list').out).toMatch(/^stray +paused/m);
  expect(paddock('foreign', 'resume', join(umlDir, 'stray')).out).toBe('stray goes on\n');
  expect(paddock('foreign', 'halt', 'stray').out).toBe('stray is off\n');
  expect(paddock('foreign', 'halt', 'stray')).toMatchObject({ status: 1, out: '' });
  expect(paddock('foreign', 'adopt', 'other').out).toBe('other is adopted as other\n');
  expect(paddock('vm', 'list').out).toMatch(/^other +running/m);
  expect(paddock('foreign', 'list').out).toMatch(/No User Mode Linux machines run outside/);
  // Not a child of the host: nobody sees its exit code.
  expect(paddock('vm', 'kill', 'other').out).toMatch(/^other stopped: (forced off|halted)\n$/);
});

test('a fix that isn’t there is refused by name', () => {
  expect(paddock('doctor', '--fix', 'kernel', 'nothing')).toMatchObject({
    status: 1,
    out: '',
    err: expect.stringContaining('nothing left to mend') as string,
  });
  for (const args of [['--fix', 'kernel'], ['extra'], ['--fix', 'a', 'b', 'c']])
    expect(paddock('doctor', ...args).status).toBe(2);
});
