import { expect, test } from 'vitest';
import { stopReasonText } from './stop-reason-text.js';
import { whyItStopped, type StopEvidence } from './why-it-stopped.js';

const nothing: StopEvidence = {
  exitCode: null,
  signal: null,
  asked: null,
  gaveUpAfter: null,
  wasUp: false,
  oomKills: 0,
  panic: null,
  consoleTail: '',
  nommuSeccomp: false,
};
const abort = { exitCode: null, signal: 'SIGABRT' };
const noRoot = 'Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)\r\n';

const fullTmpfs = 'Bus error - the host /dev/shm or /tmp mount likely just ran out of space\n';

// What the kernel prints, from facts/consoles-and-lifecycle 6 and facts/images-and-cow B7.
test.each<[string, Partial<StopEvidence>, string]>([
  ['poweroff', { exitCode: 0 }, 'poweroff'],
  [
    'a processor with AMX',
    {
      ...abort,
      consoleTail:
        'userspace - ptrace set fp regs failed, errno = 14\r\nKernel panic - not syncing: Attempted to kill init!\r\n',
    },
    'processor-too-new',
  ],
  [
    'a kernel that had no room for a thread when it mounted its root',
    {
      ...abort,
      consoleTail: `workqueue: Failed to create a rescuer kthread for wq "reiserfs/ubda": -EAGAIN\r\n${noRoot}`,
    },
    'memory-too-small',
  ],
  [
    'a stub that was killed',
    {
      ...abort,
      consoleTail: 'Kernel panic - not syncing: do_syscall_stub : PTRACE_SETREGS failed, errno = 3\r\n',
    },
    'stub-killed',
  ],
  [
    'the stub of init that was killed',
    {
      ...abort,
      consoleTail:
        'wait_stub_done : failed to wait for SIGTRAP, pid = 7, n = 7, errno = 25, status = 0x9\r\nKernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b\r\n',
    },
    'stub-killed',
  ],
  [
    'a stub that was killed for want of memory',
    { ...abort, oomKills: 1, consoleTail: 'userspace - ptrace set regs failed, errno = 3\r\n' },
    'host-out-of-memory',
  ],
  ['poweroff that was asked for', { exitCode: 0, asked: 'shutdown' }, 'poweroff'],
  ['no shutdown in time', { exitCode: 0, asked: 'halt', gaveUpAfter: 30 }, 'shutdown-timeout'],
  ['nor a halt', { signal: 'SIGKILL', asked: 'force', gaveUpAfter: 90 }, 'shutdown-timeout'],
  ['halt', { exitCode: 0, asked: 'halt' }, 'halted'],
  ['SIGTERM of ours', { exitCode: 1, asked: 'force' }, 'forced'],
  ['SIGKILL of ours', { signal: 'SIGKILL', asked: 'force' }, 'forced'],
  ['SIGKILL of somebody’s', { signal: 'SIGKILL' }, 'killed'],
  ['panic by notify', { ...abort, panic: 'sysrq triggered crash' }, 'panic'],
  [
    'a memory error that KASAN found',
    {
      ...abort,
      panic: 'KASAN: panic_on_warn set ...\n',
      consoleTail:
        'BUG: KASAN: use-after-free in foo+0x1/0x2\r\nKernel panic - not syncing: KASAN: panic_on_warn set ...\r\n',
    },
    'kasan',
  ],
  [
    'one that was lived with before another panic',
    { ...abort, panic: 'hello', consoleTail: 'BUG: KASAN: use-after-free in foo+0x1/0x2\r\n' },
    'panic',
  ],
  ['panic by console', { ...abort, consoleTail: 'Kernel panic - not syncing: hello\r\n' }, 'panic'],
  [
    'locked disk',
    { ...abort, consoleTail: `F_SETLK failed, file already locked by pid 8110\r\n${noRoot}` },
    'disk-locked',
  ],
  [
    'base touched',
    { ...abort, consoleTail: `mtime mismatch (1 vs 2) of COW header vs backing file\r\n${noRoot}` },
    'base-changed',
  ],
  [
    'base resized',
    { ...abort, consoleTail: `Size mismatch (1 vs 2) of COW header vs backing file\r\n${noRoot}` },
    'base-changed',
  ],
  ['no root', { ...abort, consoleTail: noRoot }, 'no-root'],
  ['no init', { ...abort, panic: 'No working init found.  Try passing init= option to kernel.' }, 'no-init'],
  ['init ended', { ...abort, panic: 'Attempted to kill init! exitcode=0x00000100' }, 'init-ended'],
  ['8 MB', { exitCode: 1, consoleTail: 'Too few physical memory! Needed=1 Have=2\n' }, 'memory-too-small'],
  ['full tmpfs', { ...abort, consoleTail: fullTmpfs }, 'memory-file-full'],
  ['mem=abc', { exitCode: 1 }, 'exited'],
  ['SIGTERM of somebody’s', { exitCode: 1, wasUp: true }, 'killed'],
  ['the OOM killer', { signal: 'SIGKILL', wasUp: true, oomKills: 1 }, 'host-out-of-memory'],
  [
    'disk away',
    {
      ...abort,
      consoleTail: `Failed to initialize ubd device 0 :Couldn't determine size of device's file\r\n${noRoot}`,
    },
    'disk-missing',
  ],
  [
    'init of another architecture',
    { ...abort, panic: 'Requested init /bin/busybox failed (error -8).' },
    'init-not-runnable',
  ],
  ['init= of nothing', { ...abort, panic: 'Requested init /nope failed (error -2).' }, 'no-init'],
  [
    'glibc without an MMU',
    {
      ...abort,
      consoleTail:
        '/bin/bash: error while loading shared libraries: libtinfo.so.6: failed to map segment from shared object\r\n' +
        'Kernel panic - not syncing: Attempted to kill init! exitcode=0x00007f00\r\n',
    },
    'init-not-runnable',
  ],
  [
    'no memory in one piece for init',
    {
      ...abort,
      consoleTail:
        'nommu: Allocation of length 419430400 from process 1 (init) failed\r\n' +
        'Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100\r\n',
    },
    'nommu-memory',
  ],
  ['seccomp on a kernel without an MMU', { exitCode: 139, nommuSeccomp: true }, 'nommu-seccomp'],
  [
    'a kernel with zpoline',
    { exitCode: 1, consoleTail: 'zpoline: mmap at 0x0 failed, see vm.mmap_min_addr\n' },
    'nommu-zpoline',
  ],
  [
    'a stub that was killed, of a machine that was up',
    { ...abort, wasUp: true, consoleTail: 'userspace - ptrace set regs failed, errno = 3\r\n' },
    'stub-killed',
  ],
  [
    'a processor with AMX, told when the first program is run',
    { ...abort, wasUp: true, consoleTail: 'userspace - ptrace set fp regs failed, errno = 14\r\n' },
    'processor-too-new',
  ],
  ['full tmpfs later', { ...abort, wasUp: true, consoleTail: fullTmpfs }, 'memory-file-full'],
  ['no ptrace', { exitCode: 1, consoleTail: 'ptrace(PTRACE_TRACEME) failed: EPERM\n' }, 'ptrace-forbidden'],
  [
    'noexec tmpfs',
    { exitCode: 1, consoleTail: '/dev/shm must be not mounted noexec\n' },
    'memory-file-noexec',
  ],
  ['nobody saw it', {}, 'unseen'],
])('%s', (_name, evidence, code) => {
  const reason = whyItStopped({ ...nothing, ...evidence });
  expect(reason.code).toBe(code);
  const { short, sentence, fix } = stopReasonText(reason);
  expect(short.length).toBeLessThan(40);
  expect(`${sentence} ${fix}`).not.toMatch(/undefined|null|NaN/);
});

test('a guest that didn’t shut down in time is told with that time, and by what it ended', () => {
  const halted = whyItStopped({ ...nothing, exitCode: 0, asked: 'halt', gaveUpAfter: 30 });
  expect(stopReasonText(halted).sentence).toBe('It didn’t shut down within 30 s and was halted.');
  const forced = whyItStopped({ ...nothing, exitCode: 1, asked: 'force', gaveUpAfter: 90 });
  expect(stopReasonText(forced).sentence).toBe('It didn’t shut down within 90 s and was forced off.');
});

test('the cause, not its consequence: the pid that holds the lock', () => {
  const consoleTail = `F_SETLK failed, file already locked by pid 8110\r\n${noRoot}`;
  expect(whyItStopped({ ...nothing, ...abort, consoleTail })).toEqual({ code: 'disk-locked', pid: 8110 });
});

test.each([
  'not ok 3 ptrace syscall_info failed',
  'ptrace: Operation not permitted',
  'Too few physical memory',
  'PROT_EXEC mmap in /tmp failed',
  '/tmp must be not mounted noexec',
  'zpoline: unable',
])('what a guest that was up printed is not why it panicked: %s', (line) => {
  const consoleTail = `${line}\r\nKernel panic - not syncing: hello\r\n`;
  const reason = whyItStopped({ ...nothing, ...abort, wasUp: true, consoleTail });
  expect(reason).toEqual({ code: 'panic', text: 'hello' });
});

test.each(['PTRACE_', 'a', 'Starting init: ', 'mtime mismatch ('])(
  'a guest can’t keep the host busy with what it prints: %s',
  (piece) => {
    const consoleTail = piece.repeat(16_384 / piece.length);
    const startedAt = performance.now();
    for (const panic of ['No working init found.', 'Attempted to kill init! exitcode=0x00000100'])
      whyItStopped({ ...nothing, ...abort, panic, consoleTail });
    expect(performance.now() - startedAt).toBeLessThan(1000);
  },
);
