import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processesNaming } from '../../e2e/oracles/processes.js';
import { paddockProgram, runPaddock, type Said } from '../host/testing/run-paddock.js';
import { TestHost } from '../host/testing/test-host.js';

let host: TestHost;
// Folders only: the command starts the host itself, as it does for a person.
beforeEach(() => {
  host = TestHost.folders();
});
afterEach(async () => {
  paddock('host', 'quit');
  await host.remove();
});

const paddock = (...args: string[]): Said => runPaddock(host, args);

test('a machine’s whole life from the command line', () => {
  expect(paddock('vm', 'list').out).toMatch(/No machines yet/);
  expect(paddock('vm', 'create', 'web', '--image', 'tiny', '--memory', '64', '--start')).toMatchObject({
    status: 0,
    out: 'web runs\n',
  });
  const [vm] = JSON.parse(paddock('vm', 'list', '--json').out) as {
    name: string;
    state: string;
    pid: number;
  }[];
  expect(vm).toMatchObject({ name: 'web', state: 'running' });
  expect(processesNaming(host.umlDir)).toContain(vm?.pid);
  expect(paddock('vm', 'command-line', 'web').out).toMatch(
    /^\/\S+ umid=web uml_dir=\S+ mem=64M ubd0=\S+ root=\/dev\/ubda/,
  );

  const login = paddock(
    'console',
    'web',
    'con0',
    '--expect',
    'login: $',
    '--send',
    'root\\n',
    '--expect',
    '# ',
    '--send',
    'echo $((20+22)); echo kept > /root/f\\n',
    '--expect',
    '^42',
  );
  expect(login).toMatchObject({ status: 0 });
  expect(login.out).toContain('web login: root');
  // What this run said before counts as well, so that a script may come late; what another sends doesn't.
  expect(paddock('console', 'web', 'con0', '--expect', '^42', '--timeout', '5').status).toBe(0);
  expect(paddock('console', 'web', 'con1', '--expect', 'web login: $').status).toBe(0);

  expect(paddock('vm', 'stop', 'web')).toMatchObject({ status: 0, out: 'web stopped: clean poweroff\n' });
  expect(processesNaming(host.umlDir)).toEqual([]);
  const merged = paddock('layer', 'merge', 'web', '--to', 'gold');
  expect(merged).toMatchObject({ status: 0 });
  expect(existsSync(join(host.dataDir, 'images/gold.img'))).toBe(true);
  expect(paddock('image', 'list').out).toMatch(/^gold +merged +16 MB/m);

  expect(paddock('vm', 'create', 'copy', '--image', 'gold', '--memory', '64', '--start').status).toBe(0);
  expect(
    paddock(
      'console',
      'copy',
      '--expect',
      'login: $',
      '--send',
      'root\\n',
      '--expect',
      '# ',
      '--send',
      'cat /root/f\\n',
      '--expect',
      '^kept',
    ).status,
  ).toBe(0);
  expect(paddock('vm', 'kill', 'copy').out).toMatch(/copy stopped: (forced off|halted)/);
  expect(paddock('vm', 'start', 'copy').out).toBe('copy runs\n');
  expect(paddock('vm', 'kill', 'copy').status).toBe(0);
  for (const name of ['web', 'copy']) expect(paddock('vm', 'delete', name).status).toBe(0);
  expect(paddock('vm', 'list').out).toMatch(/No machines yet/);
});

test('an error is one sentence and a fix on stderr, nothing on stdout, and exit code 1; a wrong call is 2', () => {
  expect(paddock('vm', 'start', 'nobody')).toEqual({
    status: 1,
    out: '',
    err: 'paddock: There is no machine called nobody.\n“paddock vm list” shows the machines there are.\n',
  });
  expect(paddock('vm', 'create', 'Bad Name')).toMatchObject({
    status: 1,
    out: '',
    err: expect.stringContaining('Use bad-name instead.') as string,
  });
  expect(paddock('vm', 'create', 'x', '--image', '/nowhere.img').err).toContain(
    'The image /nowhere.img is not there.',
  );
  expect(paddock('vm', 'create', 'x', '--kernel', '/nowhere').err).toContain(
    'There is no kernel at /nowhere.',
  );
  expect(paddock('vm', 'create', 'x', '--memory', '8').err).toContain('at least 32 MB');
  expect(paddock('vm', 'create', 'x', '--memory', 'lots')).toMatchObject({ status: 2 });
  for (const args of [
    [],
    ['nonsense'],
    ['vm'],
    ['vm', 'create'],
    ['vm', 'list', '--wrong'],
    ['layer', 'merge', 'x'],
    ['console', 'x', '--expect', '('],
  ])
    expect(paddock(...args)).toMatchObject({ status: 2, ...(args.length > 0 && { out: '' }) });
  paddock('vm', 'create', 'x');
  expect(paddock('console', 'x', 'con7').err).toContain('x has no console con7.');
  expect(paddock('console', 'x', 'con0', '--send', 'a').err).toContain('x is not running');
  expect(paddock('vm', 'stop', 'x')).toMatchObject({
    status: 1,
    err: expect.stringContaining('not running') as string,
  });
});

test('what is awaited and doesn’t come ends in time, with what was read', () => {
  paddock('vm', 'create', 'x', '--memory', '64', '--start');
  const waited = paddock(
    'console',
    'x',
    'con0',
    '--expect',
    'login: $',
    '--expect',
    'never',
    '--timeout',
    '3',
  );
  expect(waited.status).toBe(1);
  expect(waited.out).toContain('x login:');
  expect(waited.err).toContain('did not appear within 3 s');
  paddock('vm', 'kill', 'x');
});

/** Python's pty module is the person: a real terminal, not a pipe, which answers where its cursor is, as all do. */
const PERSON = `
import os, pty, sys, time, select, struct, fcntl, termios
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 31, 97, 0, 0))
text = b''
seen = b''
def until(mark):
    global text, seen
    end = time.monotonic() + 20
    while mark not in text:
        if time.monotonic() > end: sys.exit('no %r in %r' % (mark, text))
        if select.select([fd], [], [], 1)[0]:
            piece = os.read(fd, 65536)
            text += piece
            seen += piece
            for _ in range(piece.count(b'\\x1b[6n')): os.write(fd, b'\\x1b[24;80R')
    text = text[text.index(mark) + len(mark):]
def leave():
    os.write(fd, b'\\x1d')
    _, status = os.waitpid(pid, 0)
    sys.exit(os.waitstatus_to_exitcode(status))
`;
const person = (does: string, ...args: string[]): string =>
  execFileSync('python3', ['-c', PERSON + does, paddockProgram, ...args], {
    env: host.env,
    stdio: 'pipe',
    encoding: 'utf8',
  });

test('a console on a terminal: keys go in, its size is the terminal’s, Ctrl+] leaves it', () => {
  paddock('vm', 'create', 'x', '--memory', '64', '--start');
  paddock('console', 'x', 'con0', '--expect', 'login: $');
  person(
    `
until(b'x login: ')
os.write(fd, b'root\\r'); until(b'# ')
os.write(fd, b'stty size; echo "do""ne"\\r'); until(b'31 97'); until(b'done')
leave()
`,
    'console',
    'x',
  );
  paddock('vm', 'kill', 'x');
});

/** A text as Python writes it; JSON’s escapes are Python’s. */
const py = (text: string): string => `${JSON.stringify(text)}.encode()`;

test('a terminal answers what is asked now, not what history asked, and keeps its clipboard', () => {
  paddock('vm', 'create', 'x', '--memory', '64', '--start');
  // A shell that asked where the cursor is before each prompt, and has ended: the next who reads is login.
  const copy = String.raw`printf '\033]52;c;YQ==\007co'; echo pied`;
  const typed = ['root', copy.replaceAll('\\', '\\\\'), 'exit'].map((line) => `${line}\\n`);
  const [root = '', copies = '', exit = ''] = typed;
  const logsIn = ['--expect', 'login: $', '--send', root, '--expect', '# '];
  const copiesAndLeaves = ['--send', copies, '--expect', 'copied', '--send', exit, '--expect', 'login: $'];
  paddock('console', 'x', 'con0', ...logsIn, ...copiesAndLeaves);
  const log = paddock('console', 'x', '--log').out;
  expect(log).toContain('\u001b[6n');
  expect(log).toContain('\u001b]52;');
  const asks = String.raw`stty -echo; printf '\033[6n'; IFS= read -rsn 8 x; echo "got ${'$'}{x#?}"; stty echo`;
  person(
    `
until(b'copied'); until(b'x login: ')
if b'\\x1b[6n' in seen: sys.exit('history asks: %r' % seen)
os.write(fd, b'root\\r'); until(b'root'); until(b'# ')
if b'incorrect' in seen or b'Password:' in seen: sys.exit('no login: %r' % seen)
os.write(fd, ${py(`${asks}\r`)}); until(b'got [24;80R')
os.write(fd, ${py(`${copy}\r`)}); until(b'copied')
if b'\\x1b]52;' in seen: sys.exit('the clipboard: %r' % seen)
leave()
`,
    'console',
    'x',
  );
  const prints = `until(b'copied'); until(b'login: '); until(b'copied'); os.waitpid(pid, 0); print(seen.hex())`;
  const logged = Buffer.from(person(prints, 'console', 'x', '--log').trim(), 'hex').toString();
  expect(logged).not.toContain('\u001b]52;');
  expect(logged).not.toContain('\u001b[6n');
  paddock('vm', 'kill', 'x');
});

test('a window that shows the same console is told of the terminal’s size, and has its own back after it', async () => {
  paddock('vm', 'create', 'x', '--memory', '64', '--start');
  paddock('console', 'x', 'con0', '--expect', 'login: $', '--send', 'root\\n', '--expect', '# ');
  await host.connect();
  const vmId = await host.until('x', ({ vms }) => Object.values(vms)[0]?.id ?? null);
  const { streamId } = await host.client.must('consoles.attach', { vmId, console: 'con0', tailBytes: 0 });
  const limits: unknown[] = [];
  let told = (): void => {};
  host.client.listen(streamId, {
    onOutput: () => {},
    onEvent: (event) => {
      if (event.event !== 'console.viewing') return;
      limits.push(event.limit);
      told();
    },
  });
  await host.client.must('consoles.view', { streamId, room: { cols: 132, rows: 50 } });
  const size = `os.write(fd, b'stty size; echo "do""ne"\\r'); until(b'31 97'); until(b'done'); leave()`;
  person(size, 'console', 'x');
  while (limits.at(-1) !== null || limits.length < 3) await new Promise<void>((done) => (told = done));
  expect(limits).toContainEqual({ cols: 97, rows: 31 });
  const after = paddock('console', 'x', 'con0', '--send', 'stty size\\n', '--expect', '^50 132');
  expect(after.status).toBe(0);
  paddock('vm', 'kill', 'x');
});

test('version and help are those of the package', () => {
  const { version } = JSON.parse(readFileSync(resolve(paddockProgram, '../../package.json'), 'utf8')) as {
    version: string;
  };
  expect(paddock('--version').out.trim()).toBe(version);
  const help = paddock('help');
  expect(help.status).toBe(0);
  for (const words of [
    'vm create',
    'vm set',
    'run export',
    'mconsole',
    'layer merge',
    'console NAME',
    'doctor',
  ])
    expect(help.out).toContain(words);
});
