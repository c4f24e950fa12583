import { expect, test } from 'vitest';
import { tabConsoles, type ConsoleSpec } from '@shared/consoles/channel.js';
import { draftedLine, draftedLines, fieldFault, freeLines, lineDraft } from './line-draft.js';

test.each<ConsoleSpec['channel']>([
  { kind: 'tab' },
  { kind: 'port', port: 9000 },
  { kind: 'tty', device: '/dev/tty8' },
  { kind: 'fd', input: null, output: '/tmp/out' },
])('%j goes into the editor and comes back', (channel) => {
  const console: ConsoleSpec = { line: 'ssl3', channel };
  expect(draftedLine(lineDraft(console))).toEqual(console);
});

test('a line that is not whole yet is none, and is not called wrong', () => {
  const port = { line: 'con1', kind: 'port', first: '', second: '' } as const;
  expect(draftedLines([port])).toBeNull();
  expect(fieldFault('port', '')).toBeNull();
  expect(fieldFault('port', '70000')).toBe('1 to 65535.');
  expect(fieldFault('tty', 'dev/tty8')).toMatch(/starting with/);
  expect(draftedLines([{ ...port, first: '9000' }])).toHaveLength(1);
});

test('the next free lines come first', () => {
  expect(freeLines(tabConsoles(2)).slice(0, 3)).toEqual(['con2', 'ssl0', 'con3']);
  expect(freeLines(tabConsoles(32))).toEqual([]);
});
