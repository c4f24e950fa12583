import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gdbArgv, gdbCommands } from './gdb-command.js';
import { OutputLimit } from './output-limit.js';
import { parseSourceLines } from './source-line.js';
import { straceArgv } from './strace-command.js';

test('gdb attaches by pid, with symbols of another file, and loads nothing by itself', () => {
  const argv = gdbArgv({
    pid: 42,
    kernelPath: '/usr/bin/linux.uml',
    symbolsPath: '/src/a b/vmlinux',
    commandsPath: '/run/x.gdb',
  });
  expect(argv[0]).toBe('gdb');
  expect(argv).toEqual(
    expect.arrayContaining(['--pid=42', '--symbols=/src/a b/vmlinux', '-x', '/run/x.gdb']),
  );
  expect(argv.indexOf('set auto-load off')).toBe(argv.indexOf('-iex') + 1);
  expect(argv).toContain('set debuginfod enabled off');
});

test('its commands: all signals go through, then it goes on; scripts only when given', () => {
  const lines = gdbCommands(null).split('\n');
  expect(lines[0]).toBe('handle all nostop noprint pass');
  expect(lines.at(-2)).toBe('continue');
  expect(gdbCommands(null)).not.toContain('source');
  expect(gdbCommands('/src/vmlinux-gdb.py').split('\n')).toContain('source /src/vmlinux-gdb.py');
});

test('strace of some threads, without their children', () => {
  expect(straceArgv([7, 9], 'network')).toEqual([
    'strace',
    '-tt',
    '-e',
    'trace=%network',
    '-p',
    '7',
    '-p',
    '9',
  ]);
  expect(straceArgv([7], 'all')).not.toContain('-f');
});

test('addr2line: functions put into each other, what is not known, and nonsense', () => {
  const said = `0x0000000060041148
show_stack
/build/linux/arch/um/kernel/sysrq.c:53 (discriminator 3)
__dump
/build/linux/lib/dump_stack.c:12
0x0000000000000007
??
??:0
`;
  expect(parseSourceLines(said)).toEqual([
    {
      address: '60041148',
      places: [
        { function: 'show_stack', file: '/build/linux/arch/um/kernel/sysrq.c', line: 53 },
        { function: '__dump', file: '/build/linux/lib/dump_stack.c', line: 12 },
      ],
    },
    { address: '7', places: [] },
  ]);
  fc.assert(fc.property(fc.string(), (text) => void parseSourceLines(text)));
});

test('output: all that a person can read, whole lines, and what was left out is counted', () => {
  const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const text = (pieces: readonly Uint8Array[]): string =>
    pieces.map((piece) => String.fromCharCode(...piece)).join('');
  const limit = new OutputLimit(10);
  expect(text(limit.pass(bytes('one\ntwo\n'), 1000))).toBe('one\ntwo\n');
  expect(text(limit.pass(bytes('three\n'), 1500))).toBe('');
  expect(text(limit.pass(bytes('four\n'), 1900))).toBe('');
  expect(text(limit.pass(bytes('cut\nfive\n'), 2100))).toMatch(/15 bytes came too quickly[\s\S]*\nfive\n$/);
  expect(text(limit.end())).toBe('');
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.nat(300)), { maxLength: 50 }), (writes) => {
      const some = new OutputLimit(64);
      let at = 0;
      let most = 0;
      for (const [word, later] of writes) {
        at += later;
        most = Math.max(most, ...some.pass(bytes(word), at).map(({ length }) => length));
      }
      some.end();
      expect(most).toBeLessThanOrEqual(120);
    }),
  );
});
