import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stopReasonText } from '@shared/diagnostics/stop-reason-text.js';
import type { StopReason } from '@shared/diagnostics/stop-reason.js';
import { whyItStopped } from '@shared/diagnostics/why-it-stopped.js';
import { kernelEnv } from '../../../e2e/oracles/kernel-env.js';
import { TestHost } from '../testing/test-host.js';

// What real kernels print when they can't go on, without any of Paddock's checks before, against the table that
// explains it. That a machine of Paddock's ends in the right state is the lifecycle test's business.

let home: string;
let base: string;

beforeAll(async () => {
  home = mkdtempSync('/tmp/pdk-stop-');
  const host = await TestHost.start();
  const { path } = await host.client.must('images.makeTiny', {});
  base = join(home, 'base.img');
  execFileSync('cp', ['--sparse=always', path, base]);
  await host.remove();
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Boots a kernel with these words and lets it end; what it printed and how it ended, explained. */
function bootAndExplain(words: string[], env: NodeJS.ProcessEnv = {}, before: string[] = []): StopReason {
  const uml = join(home, 'uml');
  const argv = [
    ...before,
    'linux.uml',
    `uml_dir=${uml}`,
    'mem=64M',
    ...words,
    'con=null',
    'ssl=null',
    'con0=null,fd:1',
  ];
  mkdirSync(uml, { recursive: true });
  const [program = '', ...args] = argv;
  const { status, signal, stdout, stderr } = spawnSync(program, args, {
    cwd: home,
    env: kernelEnv({ PATH: '/usr/bin:/bin:/usr/sbin:/sbin', HOME: home, ...env }),
    encoding: 'utf8',
    timeout: 20_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Both go to con0 in a machine.
  const consoleTail = `${stderr}${stdout}`.slice(-16 * 1024);
  const reason = whyItStopped({
    exitCode: status,
    signal,
    asked: null,
    gaveUpAfter: null,
    wasUp: false,
    oomKills: 0,
    panic: null,
    nommuSeccomp: false,
    consoleTail,
  });
  if (reason.code === 'exited' || reason.code === 'killed') console.error(consoleTail.slice(-800));
  const { sentence, fix } = stopReasonText(reason);
  expect(`${sentence} ${fix}`).not.toMatch(/undefined|null|NaN/);
  return reason;
}

const root = ['root=/dev/ubda', 'ro'];
const disk = (): string[] => [`ubd0=${base}`, ...root];

test('no disk at all: the kernel then wants a file called root_fs', () => {
  expect(bootAndExplain(root)).toEqual({ code: 'disk-missing', device: 'ubd0' });
});

test('a disk that is missing', () => {
  expect(bootAndExplain(['ubd0=/nope.img', ...root])).toEqual({ code: 'disk-missing', device: 'ubd0' });
});

test('a disk without a file system', () => {
  const zeros = join(home, 'zeros.img');
  writeFileSync(zeros, Buffer.alloc(1024 * 1024));
  expect(bootAndExplain([`ubd0=${zeros}`, ...root])).toMatchObject({ code: 'no-root' });
});

test('a disk that another program has locked', async () => {
  const copy = join(home, 'locked.img');
  copyFileSync(base, copy);
  const program = `import fcntl,sys;f=open(sys.argv[1],'r+b');fcntl.lockf(f,fcntl.LOCK_EX);print('locked',flush=True);sys.stdin.read()`;
  const holder = spawn('python3', ['-c', program, copy], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((done) => holder.stdout.once('data', done));
  try {
    expect(bootAndExplain([`ubd0=${copy}`, ...root])).toEqual({ code: 'disk-locked', pid: holder.pid });
  } finally {
    holder.stdin.end();
  }
});

test('a base that was touched or grown after the layer was made', () => {
  const copy = join(home, 'cowbase.img');
  const layer = join(home, 'layer.cow');
  copyFileSync(base, copy);
  execFileSync('uml_mkcow', [layer, copy], { stdio: 'ignore' });
  const { atime, mtime, size } = statSync(copy);
  utimesSync(copy, atime, new Date(mtime.getTime() - 60_000));
  const words = [`ubd0=${layer},${copy}`, 'root=/dev/ubda', 'rw'];
  const touched = bootAndExplain(words);
  expect(touched).toMatchObject({ code: 'base-changed' });
  expect(stopReasonText(touched).sentence).toContain('mtime mismatch');
  execFileSync('truncate', ['-s', String(size + 4096), copy]);
  utimesSync(copy, atime, mtime);
  expect(bootAndExplain(words)).toMatchObject({ code: 'base-changed' });
});

test('no init, none where init= says, one that isn’t executable, one that is none of this architecture', () => {
  expect(bootAndExplain([...disk(), 'init=/nope'])).toMatchObject({ code: 'no-init' });
  expect(bootAndExplain([...disk(), 'init=/etc/motd'])).toMatchObject({
    code: 'init-not-runnable',
    init: '/etc/motd',
  });
  const copy = join(home, 'arm.img');
  const alien = join(home, 'alien');
  copyFileSync(base, copy);
  // An ELF header of another machine (AArch64, 183), as an image for the wrong computer has.
  const elf = Buffer.alloc(64);
  elf.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  elf.writeUInt16LE(2, 16);
  elf.writeUInt16LE(183, 18);
  writeFileSync(alien, elf, { mode: 0o755 });
  const script = join(home, 'script');
  const gone = ['/sbin/init', '/etc/init', '/bin/init', '/bin/sh'].map((path) => `rm ${path}`);
  writeFileSync(script, [...gone, `write ${alien} /sbin/init`, 'sif /sbin/init mode 0100755', ''].join('\n'));
  execFileSync('/usr/sbin/debugfs', ['-w', '-f', script, copy], { stdio: 'pipe' });
  expect(bootAndExplain([`ubd0=${copy}`, ...root])).toMatchObject({
    code: 'init-not-runnable',
    init: '/sbin/init',
  });
  execFileSync('/usr/sbin/debugfs', ['-w', '-R', 'rm /sbin/init', copy], { stdio: 'pipe' });
  expect(bootAndExplain([`ubd0=${copy}`, ...root])).toMatchObject({ code: 'no-init' });
});

test('an init that ends', () => {
  expect(bootAndExplain([...disk(), 'init=/bin/true'])).toMatchObject({ code: 'init-ended' });
});

test('too little memory', () => {
  expect(bootAndExplain([...disk(), 'mem=8M'])).toEqual({ code: 'memory-too-small' });
});

test('memory that makes no sense', () => {
  expect(bootAndExplain([...disk(), 'mem=abc'])).toEqual({ code: 'memory-too-small' });
});

test('ptrace forbidden', () => {
  // A seccomp filter that answers ptrace with EPERM, as containers without SYS_PTRACE have.
  const program = `
import ctypes, os, struct, sys
def stmt(code, k, jt=0, jf=0): return struct.pack('HBBI', code, jt, jf, k)
PTRACE, ALLOW, EPERM = 101, 0x7fff0000, 0x00050001
code = stmt(0x20, 0) + stmt(0x15, PTRACE, 0, 1) + stmt(0x06, EPERM) + stmt(0x06, ALLOW)
buf = ctypes.create_string_buffer(code)
prog = struct.pack('HxxxxxxP', 4, ctypes.addressof(buf))
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.create_string_buffer(prog), 0, 0) == 0
os.execvp(sys.argv[1], sys.argv[1:])`;
  expect(bootAndExplain(disk(), {}, ['python3', '-c', program])).toEqual({ code: 'ptrace-forbidden' });
});

// As root a tmpfs of the wrong kind can be mounted for the test; an ordinary user can't make one.
describe.runIf(process.getuid?.() === 0)('a memory folder', () => {
  const inTmpfs = (options: string): StopReason => {
    const folder = join(home, 'shm');
    mkdirSync(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
    try {
      return bootAndExplain(disk(), { TMPDIR: folder, TMP: folder, TEMP: folder });
    } finally {
      execFileSync('umount', ['-l', folder]);
    }
  };
  test('too small', () => expect(inTmpfs('size=16m')).toEqual({ code: 'memory-file-full' }));
  test('noexec', () => expect(inTmpfs('size=256m,noexec')).toEqual({ code: 'memory-file-noexec' }));
});
