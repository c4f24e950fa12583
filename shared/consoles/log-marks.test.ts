import { expect, test } from 'vitest';
import { mayHaveTrouble, troubleIn } from './log-marks.js';

const panics = ['[    3.210000] Kernel panic - not syncing: sysrq triggered crash'];
const errors = [
  'Oops: 0000 [#1] PREEMPT',
  '[   12.000000] BUG: unable to handle page fault for address: 0000000000000000',
  '[    1.000000] WARNING: CPU: 0 PID: 1 at kernel/softirq.c:362',
  'kernel BUG at fs/ext4/inode.c:2345!',
  'Call Trace:',
  '[    9.1] Out of memory: Killed process 77 (stress)',
  'INFO: task jbd2:42 blocked for more than 120 seconds.',
  'sh[93]: segfault at 0 ip 0000000000000000',
  'EXT4-fs error (device ubda): ext4_lookup:1855: inode #2',
  'EXT4-fs (ubda): error count since last fsck: 3',
  'blk_update_request: I/O error, dev ubda, sector 8',
  "Failed to initialize ubd device 0 :Couldn't determine size of device's file",
  'F_SETLK failed, file already locked by pid 8110',
  '[FAILED] Failed to start Network Service.',
  'Failed to start nginx.service: Unit nginx.service not found.',
  "can't run '/sbin/nothing': No such file or directory",
  'error: something broke',
  'make: ERROR: no rule',
  '[    0.5] mount: fatal: no such device',
];
const harmless = [
  '[    0.000000] Linux version 6.1.176',
  'EXT4-fs (ubda): mounted filesystem with ordered data mode. Quota mode: none.',
  'EXT4-fs (ubda): re-mounted. Opts: errors=remount-ro.',
  '[    0.1] Calibrating delay loop... 9000.00 BogoMIPS',
  'Checking for host processor cmov support...Yes',
  'random: crng init done',
  '0 errors, 0 warnings',
  'no error was found',
  'debugging: on',
  'Oopsie',
  'tiny login:',
  '# cat error.log',
];

test('a panic is a panic, trouble is an error, and a quiet boot is neither', () => {
  for (const line of panics) expect([line, troubleIn(line)]).toEqual([line, 'panic']);
  for (const line of errors) expect([line, troubleIn(line)]).toEqual([line, 'error']);
  for (const line of harmless) expect([line, troubleIn(line)]).toEqual([line, null]);
});

test('a block of lines may have trouble when one of its lines has', () => {
  const quiet = harmless.filter((line) => !/EXT4|error|Oops/.test(line));
  expect(mayHaveTrouble(quiet.join('\n'))).toBe(false);
  for (const line of [...panics, ...errors])
    expect([line, mayHaveTrouble([...quiet, line, ...quiet].join('\n'))]).toEqual([line, true]);
});
