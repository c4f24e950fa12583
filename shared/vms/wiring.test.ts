import { expect, test } from 'vitest';
import { consolesSchema, tabConsoles } from '../consoles/channel.js';
import { earlyOutputWords, lineToPlug, loginDevices, spareConsole, wiring } from './wiring.js';

test('with guest tools the output of a tab has a pipe of its own', () => {
  expect(wiring({ consoles: tabConsoles(2), guestTools: true })).toEqual({
    words: [
      'con=null',
      'ssl=null',
      'con0=fd:3,fd:4',
      'con1=fd:5,fd:6',
      'con2=pts',
      'ssl63=fd:7,fd:7',
      'ssl62=fd:8,fd:8',
      'ssl61=fd:9,fd:9',
      'ssl60=fd:10,fd:10',
    ],
    wires: [
      { use: 'tab', line: 'con0' },
      { use: 'tab-output', line: 'con0' },
      { use: 'tab', line: 'con1' },
      { use: 'tab-output', line: 'con1' },
      { use: 'guest-tools', wire: 'control' },
      { use: 'guest-tools', wire: 'output' },
      { use: 'guest-tools', wire: 'errors' },
      { use: 'guest-tools', wire: 'input' },
    ],
  });
});

test('every kind of channel as UML writes it', () => {
  const consoles = consolesSchema.parse([
    { line: 'ssl3', channel: { kind: 'tab' } },
    { line: 'con0', channel: { kind: 'fd', input: null, output: '/tmp/out' } },
    { line: 'con1', channel: { kind: 'port', port: 9000 } },
    { line: 'con3', channel: { kind: 'tty', device: '/dev/tty8' } },
    { line: 'ssl0', channel: { kind: 'null' } },
    { line: 'con4', channel: { kind: 'xterm' } },
    { line: 'con5', channel: { kind: 'pts' } },
  ]);
  const { words, wires } = wiring({ consoles, guestTools: false });
  expect(words.slice(2, -4)).toEqual([
    'con0=fd:3,fd:4',
    'con1=port:9000',
    'con3=tty:/dev/tty8',
    'con4=xterm',
    'con5=pts',
    'ssl0=null',
    'ssl3=fd:5,fd:5',
    'con2=pts',
  ]);
  expect(wires[1]).toEqual({ use: 'file', path: '/tmp/out', direction: 'output' });
  expect(loginDevices({ consoles })).toEqual({
    atOnce: ['tty5', 'ttyS3', 'tty2'],
    late: ['tty1', 'tty3', 'tty4'],
  });
});

test('a kernel whose con0 is no tab prints its log for the host, too', () => {
  expect(earlyOutputWords({ consoles: tabConsoles(1) })).toEqual([]);
  expect(earlyOutputWords({ consoles: [{ line: 'con1', channel: { kind: 'tab' } }] })).toContain(
    'keep_bootcon',
  );
});

test('a line for one more tab is neither con0 nor the spare console', () => {
  expect(lineToPlug([])).toBe('con1');
  expect(lineToPlug(tabConsoles(1))).toBe('con2');
  expect(lineToPlug(tabConsoles(16))).toBe('ssl0');
  expect(lineToPlug(tabConsoles(32))).toBeNull();
});

test('the spare console is the first that nobody chose, if there is one', () => {
  expect(spareConsole({ consoles: tabConsoles(1) })).toBe('con1');
  expect(spareConsole({ consoles: tabConsoles(16) })).toBeNull();
});

test.each([
  [[{ line: 'con16', channel: { kind: 'tab' } }]],
  [[{ line: 'con01', channel: { kind: 'tab' } }]],
  [[{ line: 'con0', channel: { kind: 'tty', device: '/dev/tty8 init=/bin/sh' } }]],
  [[{ line: 'con0', channel: { kind: 'tty', device: '/a,b' } }]],
  [[{ line: 'con0', channel: { kind: 'tty', device: 'relative' } }]],
  [[{ line: 'con0', channel: { kind: 'port', port: 0 } }]],
  [
    [
      { line: 'con0', channel: { kind: 'tab' } },
      { line: 'con0', channel: { kind: 'null' } },
    ],
  ],
])('%j is refused', (consoles) => {
  expect(consolesSchema.safeParse(consoles).success).toBe(false);
});
