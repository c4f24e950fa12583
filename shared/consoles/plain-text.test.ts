import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainText } from './plain-text.js';
import { visibleControls } from './visible-controls.js';
import { withoutTime } from './without-time.js';

test.each([
  ['colours', '\u001b[01;31mred\u001b[0m text', 'red text'],
  ['private parameters', '\u001b[?25l\u001b[?1049hhidden', 'hidden'],
  ['intermediates', '\u001b[1 qblock\u001b(B', 'block'],
  ['a title that ends with BEL', '\u001b]0;a title\u0007after', 'after'],
  ['a link that ends with ST', '\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
  ['DCS', 'a\u001bPq#0;2;0;0;0\u0007still\u001b\\b', 'ab'],
  ['APC, PM, SOS', '\u001b_x\u001b\\1\u001b^y\u001b\\2\u001bXz\u001b\\3', '123'],
  ['the 8-bit forms', '\u009b1mbold\u009dtitle\u009cafter\u0090dcs\u009c!', 'boldafter!'],
  ['saved cursor and resets', '\u001b7\u001b8\u001bc\u001b=ok', 'ok'],
  ['an unfinished CSI', 'text\u001b[12', 'text'],
  ['an unfinished OSC, which ends with its line', 'a\u001b]52;c;AAAA\nb', 'a\nb'],
  ['a sequence inside a string begins anew', '\u001b]0;t\u001b[1mx', 'x'],
  ['line ends of a terminal, bells, backspaces', 'one\r\ntw\u0007o\b\n', 'one\ntwo\n'],
  ['tabs stay', 'a\tb', 'a\tb'],
])('%s', (_what, output, text) => {
  expect(plainText(output)).toBe(text);
});

/** Text thick with what begins, fills and ends sequences. */
const output = fc.string({
  unit: fc.constantFrom(...Array.from('\u001b\u0007\u009b\u009c\u009d\u0090[]P\\;0m \n\r\tax')),
  maxLength: 60,
});

test('whatever comes, only tabs and line ends are left of control characters, and no line is lost', () => {
  fc.assert(
    fc.property(output, (text) => {
      const plain = plainText(text);
      expect(plain.replace(/[\t\n]/g, '')).not.toMatch(/\p{Cc}/u);
      expect(plain.split('\n')).toHaveLength(text.split('\n').length);
      expect(plainText(plain)).toBe(plain);
    }),
  );
});

test('a line means the same alone and among others', () => {
  fc.assert(
    fc.property(fc.array(output), (parts) => {
      expect(plainText(parts.join('\n'))).toBe(parts.map(plainText).join('\n'));
    }),
  );
});

test('many unfinished sequences take no more than linear time', () => {
  const long = '\u001b]'.repeat(200_000) + '\u001b[' + '0;'.repeat(200_000);
  const startedAt = performance.now();
  expect(plainText(long)).toBe('');
  expect(performance.now() - startedAt).toBeLessThan(1000);
});

test('visible controls: a terminal does nothing of it, a reader sees it', () => {
  expect(visibleControls('a\u001b[31m\u0007\u009b\u202e\tb\r\nc\u007f')).toBe(
    'a\\x1b[31m\\x07\\x9b\\u202e\tb\nc\\x7f',
  );
});

test.each([
  ['[    0.123456] Linux version 6.1', 'Linux version 6.1'],
  ['[12345.000001] late', 'late'],
  ['[    0.000000][    T0] by a caller', 'by a caller'],
  ['\u001b[32m[    0.5', '[    0.5'],
  ['\u001b[0m[    1.000000] coloured \r', 'coloured'],
  ['no stamp [    0.123456] inside', 'no stamp [    0.123456] inside'],
])('without time: %s', (line, text) => {
  expect(withoutTime(line)).toBe(text);
});
