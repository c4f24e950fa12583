import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, Paddock, test } from '../fixtures/paddock.js';
import { OrdinaryUser } from '../fixtures/ordinary-user.js';
import type { AppPage } from '../pages/app-page.js';
import { machinesUnder } from '../oracles/processes.js';

const root = resolve(import.meta.dirname, '../..');
const unpacked = resolve(root, 'release/linux-unpacked');
const isRoot = process.getuid?.() === 0;

test.beforeAll(() => {
  test.setTimeout(300_000);
  execFileSync('node', ['scripts/package.mjs', '--dir', '--development-build'], { cwd: root, stdio: 'pipe' });
});

/** The whole way once; returns the window, which shows the stopped machine. */
async function smoke(paddock: Paddock): Promise<AppPage> {
  const app = await paddock.open();
  expect(await paddock.electron.evaluate(({ app: electron }) => electron.isPackaged)).toBe(true);
  await app.startTiny();
  await app.console.logIn();
  await app.console.type('echo $((6 * 7))-$(hostname)\n');
  await app.console.waitForText(/^42-tiny$/m);
  await app.console.consoleTab(1);
  await app.console.logIn();
  await app.console.consoleTab(0);
  const before = await app.console.guestSize('before');
  await paddock.resize(1000, 600);
  await expect
    .poll(async () => (await app.console.guestSize(`at${Date.now()}`)).cols)
    .toBeLessThan(before.cols);
  await paddock.kill();
  expect(machinesUnder(paddock.umlDir).length).toBeGreaterThan(0);

  const again = await paddock.open();
  await again.machines.selectMachine('tiny');
  await again.console.waitForText(/^42-tiny$/m);
  await again.console.focus();
  await again.console.type('echo typed-again\n');
  await again.console.waitForText(/^typed-again$/m);
  await again.machine.shutDown();
  await again.machine.waitForState('stopped', 30_000);
  await expect.poll(() => machinesUnder(paddock.umlDir)).toEqual([]);
  return again;
}

test('the packaged app: login, second console, resize, kill -9, scrollback, shut down', async () => {
  const paddock = new Paddock({ executablePath: `${unpacked}/paddock-desktop`, chromiumSandbox: !isRoot });
  try {
    await smoke(paddock);
    // The host's code came out of the archive, through the very binary of the app.
    const version = execFileSync(`${unpacked}/resources/bin/paddock`, ['--version'], {
      env: paddock.env,
      encoding: 'utf8',
    });
    const { version: expected } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
      version: string;
    };
    expect(version.trim()).toBe(expected);
    const list = execFileSync(`${unpacked}/resources/bin/paddock`, ['vm', 'list'], {
      env: paddock.env,
      encoding: 'utf8',
    });
    expect(list).toMatch(/tiny +stopped/);
  } finally {
    await paddock.remove();
  }
});

test('the same as an ordinary user, with Chromium’s sandbox on and the files in the image root’s', async () => {
  test.skip(!isRoot, 'this test already runs as an ordinary user');
  const user = OrdinaryUser.make();
  const paddock = new Paddock({ executablePath: `${unpacked}/paddock-desktop` });
  try {
    paddock.become(user);
    const app = await smoke(paddock);
    await app.machine.start();
    await app.console.logIn();
    await app.console.type('stat -c %u:%g / /bin/busybox /etc/shadow | tr "\\n" " "\n');
    await app.console.waitForText(/^0:0 0:0 0:0/m);
    // The oracle: processes of that user, renderers under seccomp, machines too.
    const own = execFileSync('ps', ['-u', user.name, '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
    const renderer =
      own
        .find((line) => line.includes('--type=renderer'))
        ?.trim()
        .split(' ')[0] ?? '';
    expect(readFileSync(`/proc/${renderer}/status`, 'utf8')).toMatch(/^Seccomp:\s*2$/m);
    expect(own.join('\n')).not.toContain('--no-sandbox');
    expect(own.some((line) => line.includes('umid=tiny'))).toBe(true);
  } finally {
    await paddock.remove();
    user.remove();
  }
});

test('a release build refuses the stand-in runtime', () => {
  const runtime = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? '';
  test.skip(!runtime.includes('stand-in'), 'the official runtime is here');
  let said = '';
  try {
    execFileSync('node', ['scripts/package.mjs', '--dir'], { cwd: root, stdio: 'pipe', encoding: 'utf8' });
  } catch (error) {
    said = (error as { stderr: string }).stderr;
  }
  expect(said).toMatch(/A release ships the official Electron/);
});
