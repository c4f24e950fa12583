import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mconsoleCommands, mconsoleWords, readMconsoleCommand } from './mconsole-commands.js';

test('every word is offered once', () => {
  expect(mconsoleCommands.map(({ word }) => word).sort()).toEqual([...mconsoleWords].sort());
});

test.each([
  ['version', 'version'],
  ['  config   con1 ', 'config con1'],
  ['sysrq m', 'sysrq m'],
  ['log a  b', 'log a  b'],
  ['proc  meminfo', 'proc meminfo'],
  ['stack 1', 'stack 1'],
])('%j is sent as %j', (line, text) => {
  expect(readMconsoleCommand(line)).toMatchObject({ ok: true, text });
});

test.each([
  ['sysrq t', 'kills User Mode Linux'],
  ['sysrqt', 'no command sysrqt'],
  ['sysrq tt', 'no SysRq tt'],
  ['sysrq', 'needs more'],
  ['versionx', 'no command'],
  ['', 'no command in it'],
  ['int', 'Use halt'],
  ['stop now', 'takes nothing'],
  ['proc net/dev', 'can’t read'],
  ['proc 1/status', 'can’t read'],
  ['stack init', 'number'],
  ['log a\nb', 'one line'],
  [`log ${'x'.repeat(508)}`, 'at most 511'],
  ['constructor', 'no command'],
  ['sysrq constructor', 'no SysRq'],
])('%j is refused: %s', (line, why) => {
  const request = readMconsoleCommand(line);
  expect(request.ok ? request.text : request.reason).toContain(why);
  expect(request.ok).toBe(false);
});

test('nothing that a kernel would take for sysrq t is ever sent', () => {
  const piece = fc.constantFrom(
    'sysrq',
    't',
    ' ',
    '\t',
    'T',
    'sysrq t',
    '  ',
    'version',
    '\u00a0',
    '\0',
    '\v',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const request = readMconsoleCommand(pieces.join(''));
      // mconsole_sysrq: skips "sysrq" and blanks, takes the next character.
      if (request.ok) expect(request.text).not.toMatch(/^sysrq\s*t/);
    }),
  );
});
