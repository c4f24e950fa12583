import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConsoleSpec } from '@shared/consoles/channel.js';
import { readConsole } from '@shared/consoles/console-text.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { runByHand, terminalByHand, type ByHand } from '../testing/terminal-by-hand.js';
import { TestHost } from '../testing/test-host.js';

let host: TestHost;
const people: ByHand[] = [];
beforeEach(async () => {
  host = await TestHost.start();
});
afterEach(async () => {
  await host.remove();
  for (const person of people.splice(0)) await person.end();
});

/** Lines as the command takes them. */
function lines(...words: string[]): ConsoleSpec[] {
  return words.map((word) => {
    const read = readConsole(word);
    if (!read.ok) throw new Error(read.why);
    return read.console;
  });
}

function byHand(program: string, args: readonly string[], env = process.env): ByHand {
  const person = runByHand(program, args, env);
  people.push(person);
  return person;
}

async function terminal(): Promise<{ device: string; person: ByHand }> {
  const made = await terminalByHand();
  people.push(made.person);
  return made;
}

/** Logs in as somebody who sits at a program or a terminal. */
async function logIn(person: ByHand, enter = '\r'): Promise<void> {
  await person.expect(/login: /);
  person.type(`root${enter}`);
  await person.expect(/# /);
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

const others = async (vmId: VmId) => (await host.client.must('consoles.others', { vmId })).lines;

describe('where a line can lead', () => {
  test('tab on a serial line, pts, tty, named pipes, a file, nowhere: each is what the guest writes to', async () => {
    const folder = join(host.home, 'lines');
    mkdirSync(folder);
    execFileSync('mkfifo', [join(folder, 'in'), join(folder, 'out')]);
    const { device, person } = await terminal();
    const id = await host.makeTiny({
      consoles: lines(
        'con0',
        'ssl0',
        'con1=pts',
        `con2=tty:${device}`,
        `con3=fd:${folder}/in,fd:${folder}/out`,
        `con4=null,fd:${folder}/file`,
        'con5=null',
      ),
    });
    const con0 = await host.login(id);

    const ssl0 = await host.login(id, 'ssl0');
    expect(await ssl0.run('tty')).toBe('/dev/ttyS0');

    await logIn(person);
    person.type('echo at-$(tty)\r');
    await person.expect(/^at-\/dev\/tty2/m);

    const reader = byHand('cat', [join(folder, 'out')]);
    await logIn(
      { ...reader, type: (text) => writeFileSync(join(folder, 'in'), text), expect: reader.expect },
      '\n',
    );
    writeFileSync(join(folder, 'in'), 'echo by-$(tty)\n');
    await reader.expect(/^by-\/dev\/tty3/m);

    await con0.run('seq 1 2000 > /tmp/numbers; cat /tmp/numbers > /dev/tty4');
    const written = readFileSync(join(folder, 'file'), 'utf8').replaceAll('\r', '');
    expect(written).toBe(Array.from({ length: 2000 }, (_, n) => `${n + 1}\n`).join(''));
    await con0.run('echo lost > /dev/tty5');

    const said = new Map((await others(id)).map((each) => [each.console.line, each]));
    expect([...said.keys()]).toEqual(['con1', 'con2', 'con3', 'con4', 'con5', 'con6']);
    expect(said.get('con2')?.said).toBe(`tty:${device}`);
    expect(said.get('con6')).toMatchObject({ isSpare: true });
    const pts = /^pts:(\/dev\/pts\/\d+)$/.exec(said.get('con1')?.said ?? '')?.[1] ?? '';
    const screen = byHand('python3', [
      '-c',
      `import os,sys,select,tty
fd=os.open(sys.argv[1],os.O_RDWR|os.O_NOCTTY); tty.setraw(fd)
while True:
    r,_,_=select.select([0,fd],[],[])
    if fd in r: os.write(1,os.read(fd,4096))
    if 0 in r: os.write(fd,os.read(0,4096))`,
      pts,
    ]);
    screen.type('\r');
    await logIn(screen);
    screen.type('echo on-$(tty)\r');
    await screen.expect(/^on-\/dev\/tty1/m);
  });

  test.runIf(existsSync('/usr/sbin/in.telnetd'))('a port: telnet gets a login, twice', async () => {
    const port = await freePort();
    const id = await host.makeTiny({ consoles: lines('con0', `con1=port:${port}`) });
    await host.login(id);
    expect(execFileSync('ss', ['-Hltn', `sport = :${port}`], { encoding: 'utf8' })).toContain(
      `0.0.0.0:${port}`,
    );
    for (let n = 0; n < 2; n += 1) {
      const telnet = byHand('telnet', ['127.0.0.1', String(port)]);
      await logIn(telnet, '\n');
      telnet.type('echo by-$(tty)\n');
      await telnet.expect(/^by-\/dev\/tty1/m);
      await telnet.end();
    }
    // Of a kernel that is killed no helper program is left over, in.telnetd's own port-helper included.
    const before = portHelpers();
    const telnet = byHand('telnet', ['127.0.0.1', String(port)]);
    await telnet.expect(/login: /);
    // Those of the connections before have ended by now, or are about to.
    const added = portHelpers().filter((pid) => !before.includes(pid));
    expect(added).not.toEqual([]);
    process.kill(host.vm(id).pid ?? 0, 'SIGKILL');
    await host.untilState(id, 'crashed');
    expect(helpers()).toEqual([]);
    // Killed, and gone as soon as init has seen it.
    await expect
      .poll(() => portHelpers().filter((pid) => added.includes(pid)), { timeout: 5000 })
      .toEqual([]);
  });

  test.runIf(existsSync('/usr/bin/xterm') && existsSync('/usr/bin/Xvfb'))(
    'a window of a terminal emulator: its size is what the guest sees, and it goes with the machine',
    async () => {
      const display = byHand('Xvfb', ['-displayfd', '1', '-screen', '0', '1024x768x24', '-nolisten', 'tcp']);
      const [, number] = await display.expect(/^(\d+)\n/);
      await host.killHost();
      host.env['DISPLAY'] = `:${number}`;
      await host.launch();
      const id = await host.makeTiny({ consoles: lines('con0', 'con1=xterm') });
      const con0 = await host.login(id);
      const size = async (): Promise<string> => con0.run('stty -F /dev/tty1 size');
      await expect.poll(size, { timeout: 20_000, interval: 500 }).toBe('24 80');
      expect(helpers().length).toBeGreaterThan(0);
      process.kill(host.vm(id).pid ?? 0, 'SIGKILL');
      await host.untilState(id, 'crashed');
      expect(helpers()).toEqual([]);
    },
  );
});

/** All port-helpers of this computer, by pid. */
function portHelpers(): string[] {
  return execFileSync('sh', ['-c', 'pgrep -x port-helper || true'], { encoding: 'utf8' })
    .split('\n')
    .filter((pid) => pid !== '');
}

/** Programs that carry the mark of a machine of this host. */
function helpers(): string[] {
  return execFileSync(
    'sh',
    ['-c', `grep -lazs "PADDOCK_MACHINE=${host.umlDir}/" /proc/[0-9]*/environ || true`],
    {
      encoding: 'utf8',
    },
  )
    .split('\n')
    .filter((path) => path !== '');
}

describe('what is refused, before anything starts', () => {
  const refusal = async (...words: string[]) => {
    const outcome = await host.client.call('vms.create', {
      name: null,
      image: 'tiny',
      memoryMiB: 64,
      kernelPath: null,
      consoles: lines(...words),
      start: false,
    });
    return outcome.ok ? null : outcome.error;
  };

  test('devices, files and ports that won’t do, each by the line’s name', async () => {
    const folder = join(host.home, 'lines');
    mkdirSync(folder);
    writeFileSync(join(folder, 'text'), 'hello\n');
    const port = await freePort();
    const server = createServer();
    await new Promise<void>((done) => server.listen(port, '0.0.0.0', done));
    const { device } = await terminal();
    const why = (text: string) =>
      expect.objectContaining({ why: expect.stringMatching(text) as string }) as object;
    try {
      for (const [words, code, params] of [
        [['con0=tty:/dev/ttyNotThere'], 'channel-path', why('not there')],
        [['con0=tty:/dev/null'], 'channel-path', why('not a terminal')],
        [[`con0=tty:${folder}/text`], 'channel-path', why('not a terminal')],
        [[`con0=tty:${device}`, `con1=tty:${device}`], 'channel-path', why('con0 leads there')],
        [[`con0=fd:${folder}/text,null`], 'channel-path', why('regular file')],
        [[`con0=fd:${folder}/none,null`], 'channel-path', why('not there')],
        [[`con0=fd:${folder},null`], 'channel-path', why('folder')],
        [[`con0=null,fd:${folder}`], 'channel-path', why('folder')],
        [[`con0=null,fd:${folder}/none/file`], 'channel-path', why('no folder')],
        [[`con0=null,fd:${host.dataDir}/vms/x`], 'channel-path', why('belongs to Paddock')],
        [[`con0=null,fd:${host.dataDir}/host.log`], 'channel-path', why('belongs to Paddock')],
        ...(existsSync('/usr/sbin/in.telnetd')
          ? ([[[`con0=port:${port}`], 'channel-port', why('another program')]] as const)
          : ([[['con0=port:9000'], 'tool-missing', expect.anything()]] as const)),
      ] as const)
        expect(await refusal(...words), words.join(' ')).toMatchObject({ code, params });
    } finally {
      server.close();
    }
    expect(host.state.vms).toEqual({});
  });

  test('a disk of a machine under another name; a window without a desktop', async () => {
    const id = await host.makeTiny({ start: false });
    const image = Object.values(host.state.images)[0];
    const name = join(host.home, 'innocent');
    linkSync(join(host.dataDir, 'images', `${image?.id}.img`), name);
    expect(await refusal(`con0=null,fd:${name}`)).toMatchObject({
      code: 'channel-path',
      params: { why: expect.stringContaining('belongs') as string },
    });

    await host.killHost();
    delete host.env['DISPLAY'];
    await host.launch();
    expect(await refusal('con0=xterm')).toMatchObject({ code: 'channel-display' });
    const outcome = await host.client.call('vms.configure', {
      id,
      changes: { consoles: lines('con0', 'con1=tty:/dev/ttyNotThere') },
    });
    expect(outcome).toMatchObject({ ok: false, error: { code: 'channel-path' } });
    expect(host.vm(id).consoles).toEqual(lines('con0', 'con1'));
  });

  test('a kernel that says it was built without the channel', async () => {
    // The real kernel, but for the letter of its configuration that it prints.
    const path = join(host.home, 'linux');
    const binary = readFileSync('/usr/bin/linux.uml');
    const at = binary.indexOf('CONFIG_PTY_CHAN=y');
    expect(at).toBeGreaterThan(0);
    binary.write('n', at + 'CONFIG_PTY_CHAN='.length);
    writeFileSync(path, binary, { mode: 0o755 });
    const id = await host.makeTiny({ kernelPath: path, start: false });
    const configure = (...words: string[]) =>
      host.client.call('vms.configure', { id, changes: { consoles: lines(...words) } });
    expect(await configure('con0', 'con1=pts')).toMatchObject({
      ok: false,
      error: { code: 'channel-kernel', params: { line: 'con1', option: 'CONFIG_PTY_CHAN' } },
    });
    expect(await configure('con0', 'con1=null')).toMatchObject({ ok: true });
  });

  test('a device that went away is told at the start, and doesn’t keep other lines from being changed', async () => {
    const { device, person } = await terminal();
    const id = await host.makeTiny({ consoles: lines('con0', `con1=tty:${device}`), start: false });
    await person.end();
    expect(await host.client.call('vms.start', { id })).toMatchObject({
      ok: false,
      error: { code: 'channel-path', params: { line: 'con1' } },
    });
    await host.client.must('vms.configure', {
      id,
      changes: { consoles: lines('con0', 'ssl0', `con1=tty:${device}`) },
    });
    await host.client.must('vms.configure', { id, changes: { consoles: lines('con0', 'ssl0') } });
    await host.client.must('vms.start', { id });
    await host.login(id, 'ssl0');
  });
});

describe('con0 that is no tab', () => {
  test('a machine without any tab runs, and its kernel’s words are kept', async () => {
    const id = await host.makeTiny({ consoles: lines('con0=null', 'con1=pts') });
    await host.untilState(id, 'running');
    const con0 = await host.console(id);
    await con0.expect(/Checking PROT_EXEC[\s\S]*VFS: Mounted root/);
    // The next start is broken: without the kernel's last words nobody could tell why.
    const { console } = (await others(id))[0] ?? {};
    expect(console).toEqual({ line: 'con0', channel: { kind: 'null' } });
    await host.client.must('vms.stop', { id, how: 'halt' });
    await host.untilState(id, 'stopped');
    const log = readFileSync(join(host.dataDir, 'vms', id, 'runs/1/con0.log'), 'utf8');
    expect(log).toContain('Checking PROT_EXEC');
    expect(log).toContain('VFS: Mounted root');
  });

  test('a panic is told from what the kernel printed', async () => {
    const id = await host.makeTiny({ consoles: lines('con0=null', 'ssl0') });
    const ssl0 = await host.login(id, 'ssl0');
    expect(host.vm(id).loginAt).not.toBeNull();
    ssl0.type('echo c > /proc/sysrq-trigger\r');
    const crashed = await host.untilState(id, 'crashed');
    expect(crashed.lastEnd?.reason).toMatchObject({ code: 'panic' });
    expect(readFileSync(join(host.dataDir, 'vms', id, 'runs/1/con0.log'), 'utf8')).toContain(
      'sysrq triggered crash',
    );
  });
});
