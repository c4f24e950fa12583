import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeUtf8 } from '../text-codec.js';
import { asksFirst, pasteText, typedLines } from './paste-text.js';

test('control characters are taken out and counted, line ends and tabs stay', () => {
  expect(pasteText('ls\x1b[201~; rm -rf /\r\n\tx\x07\u009b')).toEqual({
    text: 'ls[201~; rm -rf /\n\tx',
    lines: 2,
    bytes: 20,
    removed: 3,
  });
  expect(pasteText('').lines).toBe(0);
  expect(pasteText('a\n').lines).toBe(1);
  expect(pasteText('a\n\nb').lines).toBe(3);
});

test('what is asked before', () => {
  const asks = (text: string, isBracketed = false, warns = true): boolean =>
    asksFirst(pasteText(text), isBracketed, warns);
  expect(asks('one line')).toBe(false);
  expect(asks('one line\n')).toBe(false);
  expect(asks('two\nlines')).toBe(true);
  expect(asks('two\nlines', true)).toBe(false);
  expect(asks('two\nlines', false, false)).toBe(false);
  expect(asks('a\x1bb', true, false)).toBe(true);
  expect(asks('x'.repeat(40_000), true, false)).toBe(true);
});

test('no text gets an escape through, and sizes are those of UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (raw) => {
      const { text, bytes } = pasteText(raw);
      expect(text).not.toMatch(/(?![\t\n])\p{Cc}/u);
      expect(bytes).toBe(encodeUtf8(text).length);
      expect(typedLines(text).join('').replaceAll('\r', '\n')).toBe(text);
    }),
  );
});
