import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Channel } from './channel.js';
import { allLines } from './console-name.js';
import { consoleText, readConsole } from './console-text.js';

const path = fc.stringMatching(/^\/[a-z0-9._:=/-]{0,40}$/);
const channel: fc.Arbitrary<Channel> = fc.oneof(
  fc.constantFrom<Channel>({ kind: 'tab' }, { kind: 'null' }, { kind: 'pts' }, { kind: 'xterm' }),
  fc.record({ kind: fc.constant('port' as const), port: fc.integer({ min: 1, max: 65_535 }) }),
  fc.record({ kind: fc.constant('tty' as const), device: path }),
  fc.record({
    kind: fc.constant('fd' as const),
    input: fc.option(path, { nil: null }),
    output: fc.option(path, { nil: null }),
  }),
);

test('what is written is read as the same', () => {
  fc.assert(
    fc.property(fc.constantFrom(...allLines), channel, (line, leadsTo) => {
      const text = consoleText({ line, channel: leadsTo });
      expect(readConsole(text)).toEqual({ ok: true, console: { line, channel: leadsTo } });
      expect(text).not.toMatch(/\s/);
    }),
  );
});

test('whatever is read is written so that it is read as the same again', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.tuple(fc.constantFrom('con', 'ssl', 'con3', 'ssl15'), fc.string()).map(([a, b]) => `${a}=${b}`),
      ),
      (text) => {
        const read = readConsole(text);
        if (read.ok) expect(readConsole(consoleText(read.console))).toEqual(read);
        else expect(read.why).not.toBe('');
      },
    ),
  );
});

test.each([
  ['con0', { kind: 'tab' }],
  ['con0=tab', { kind: 'tab' }],
  ['con0=tty:/dev/tty8', { kind: 'tty', device: '/dev/tty8' }],
  ['con0=port:9000', { kind: 'port', port: 9000 }],
  ['con0=fd:/a,fd:/b', { kind: 'fd', input: '/a', output: '/b' }],
  ['con0=null,fd:/b', { kind: 'fd', input: null, output: '/b' }],
  ['con0=fd:/a', { kind: 'fd', input: '/a', output: '/a' }],
])('%s', (text, leadsTo) => {
  expect(readConsole(text)).toEqual({ ok: true, console: { line: 'con0', channel: leadsTo } });
});

test.each([
  ['con=null', /every line at once/],
  ['ssl=pts', /every line at once/],
  ['con16', /no line con16/],
  ['con01', /no line con01/],
  ['', /no line/],
  ['con0=', /no channel/],
  ['con0=none', /left out/],
  ['con0=pty', /use pts/],
  ['con0=fd:0,fd:1', /name the file/],
  ['con0=fd:3', /name the file/],
  ['con0=pts,null', /beside a comma/],
  ['con0=fd:/a,fd:/b,fd:/c', /one input/],
  ['con0=tty', /needs a path/],
  ['con0=tty:dev', /starts with \//],
  ['con0=tty:/dev/tty8 init=/bin/sh', /no spaces/],
  ['con0=port:0', /1 to 65535/],
  ['con0=port:65536', /1 to 65535/],
  ['con0=port:0x10', /1 to 65535/],
  ['con0=xterm:1', /nothing comes after/],
])('%s is refused, with the reason', (text, why) => {
  expect(readConsole(text)).toEqual({ ok: false, why: expect.stringMatching(why) as string });
});
