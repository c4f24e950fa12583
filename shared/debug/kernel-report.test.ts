import fc from 'fast-check';
import { expect, test } from 'vitest';
import { callAddress, parseFrame } from './call-trace.js';
import { beginningOf, mayBeginReport, parseKernelReports } from './kernel-report.js';
import { kasanReport, panic61, panic72, registers61, stack61, stack72 } from './recorded-reports.js';

test('a frame with its address, its place in the function, and whether it is a guess', () => {
  expect(parseFrame(' [<60070dff>] ? assert_clock_updated.isra.0+0x0/0x4b')).toEqual({
    address: '60070dff',
    symbol: 'assert_clock_updated.isra.0',
    offset: 0,
    size: 0x4b,
    module: null,
    isGuess: true,
  });
  expect(parseFrame(' kmalloc_oob_right+0x50/0x1e0 [kasan_test]')).toMatchObject({
    address: null,
    offset: 0x50,
    module: 'kasan_test',
    isGuess: false,
  });
  expect(parseFrame(' [<60ff>] 0x60ff')).toMatchObject({ address: '60ff', symbol: '0x60ff', offset: null });
  for (const none of ['', 'Stack:', ' 9d430000 60070dff', 'a+0x1/0x2 b', ' 0x60ff', '[<zz>] a+0x1/0x2'])
    expect(parseFrame(none)).toBeNull();
});

test('a call is looked up by the byte before where it returns to', () => {
  expect(callAddress({ address: '60041149', offset: 0x10b })).toBe('60041148');
  expect(callAddress({ address: '60041149', offset: 0 })).toBe('60041149');
  expect(callAddress({ address: null, offset: 4 })).toBeNull();
});

test.each([
  ['6.1', stack61, 22, 'new_thread_handler'],
  ['7.2', stack72, 19, 'new_thread_handler'],
])('the stack of a process, as %s answers it', (_version, text, count, last) => {
  const [report, ...more] = parseKernelReports(text);
  expect(more).toEqual([]);
  expect(report).toMatchObject({ kind: 'stack', stacks: [{ title: 'Call Trace' }] });
  // Each line of the recorded answer with an address in it.
  expect(text.match(/^ \[<[0-9a-f]+>\]/gm)).toHaveLength(report?.stacks[0]?.frames.length ?? 0);
  expect(report?.stacks[0]?.frames.length).toBeGreaterThan(count - 4);
  expect(report?.stacks[0]?.frames.at(-1)?.symbol).toBe(last);
});

test('registers, with whose they are', () => {
  const [report] = parseKernelReports(registers61);
  expect(report?.task).toEqual({ pid: 0, name: 'swapper' });
  expect(report?.registers).toContainEqual({ name: 'RBP', value: '0000000060045bbb' });
  expect(report?.registers.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['RIP', 'RSP', 'EFLAGS', 'RAX', 'R15']),
  );
});

test.each([panic61, panic72])('a panic', (text) => {
  const [report, ...more] = parseKernelReports(text);
  expect(more).toEqual([]);
  expect(report).toMatchObject({ kind: 'panic', title: 'sysrq triggered crash', task: { pid: 0 } });
  expect(report?.stacks[0]?.frames.map(({ symbol }) => symbol)).toContain('show_stack');
});

test('a report of KASAN with the stack of who allocated the memory, among times of printk', () => {
  const [report] = parseKernelReports(kasanReport);
  expect(report).toMatchObject({
    kind: 'kasan',
    title: 'KASAN: slab-out-of-bounds in kmalloc_oob_right+0x9c/0x1e0 [kasan_test]',
    task: { pid: 42, name: 'kunit_try_catch' },
  });
  expect(report?.stacks.map(({ title, frames }) => [title, frames.length])).toEqual([
    ['Call Trace', 3],
    ['Allocated by task 42', 2],
  ]);
});

test('tasks of sysrq w', () => {
  const said = `sysrq: Show Blocked State
task:kworker/u2:1    state:D stack:0     pid:17    ppid:2      flags:0x00004000
Call Trace:
 [<606a07e0>] schedule+0xc8/0x115
task:sh              state:D stack:0     pid:88    tgid:88    ppid:1      flags:0x00000000
Call Trace:
 [<606a07e0>] schedule+0xc8/0x115
`;
  expect(parseKernelReports(said)).toMatchObject([
    { kind: 'task', title: 'kworker/u2:1 is blocked', task: { pid: 17 }, stacks: [{ frames: [{}] }] },
    { kind: 'task', title: 'sh is blocked', task: { pid: 88 } },
  ]);
});

test('whatever a guest writes: a bounded answer in bounded time, and what may begin is not passed over', () => {
  const pieces = fc.constantFrom(
    'Call Trace:\n',
    ' [<6>] a+0x1/0x2\n',
    'BUG: KASAN: x\n',
    'task:x state:D pid:1 \n',
    'RIP: 0:0x0 RAX: 1\n',
    '[    1.0] ',
    ' ',
    'Kernel panic - not syncing: ',
    'WARNING: ',
    '\n',
    '\u0000\ufffd',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 400 }), (words) => {
      const text = words.join('');
      const reports = parseKernelReports(text);
      expect(reports.length).toBeLessThanOrEqual(20);
      for (const line of text.split('\n')) if (beginningOf(line)) expect(mayBeginReport(line)).toBe(true);
    }),
  );
  const evil = [
    ' '.repeat(1_000_000),
    `RIP: ${'0'.repeat(1_000_000)}`,
    `task:${'a '.repeat(400_000)}`,
    '[<'.repeat(400_000),
  ];
  for (const text of evil) parseKernelReports(`Call Trace:\n${text}\n`.repeat(3));
});
