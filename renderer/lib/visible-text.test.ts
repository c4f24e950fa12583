import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visibleLine, visibleLines } from './visible-text.js';

test('what can’t be seen is made visible', () => {
  expect(visibleLine('a\x1b[31mred\x07')).toBe('a␛[31mred␇');
  expect(visibleLine('two\nlines\x7f')).toBe('two␊lines␡');
  // The right-to-left override of file name tricks.
  expect(visibleLine('exe.\u202egpj')).toBe('exe.\\u{202e}gpj');
  expect(visibleLines('a\r\nb\tc\x1b')).toBe('a\nb\tc␛');
});

test('whatever comes, it is one line without control characters and not too long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 50 }), (text, max) => {
      const shown = visibleLine(text, max);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(Array.from(shown).length).toBeLessThanOrEqual(max + 1);
    }),
  );
});
