import { expect, test } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '@shared/text-codec.js';
import { bytesForOthers } from './broadcast-bytes.js';

const sent = (text: string): string | null => {
  const bytes = bytesForOthers(encodeUtf8(text));
  return bytes && decodeUtf8(bytes);
};

test('what is typed goes to others as it is, keys with escapes among it', () => {
  for (const typed of ['ls\r', 'é漢', '\x03', '\x1b[A', '\x1bOP', '\x1b[1;5C'])
    expect(sent(typed)).toBe(typed);
});

test('pasted text goes without the marks that this console asked for', () => {
  expect(sent('\x1b[200~echo one\recho two\x1b[201~')).toBe('echo one\recho two');
});

test('the mouse stays here', () => {
  expect(sent('\x1b[<0;10;5M')).toBeNull();
  expect(sent('\x1b[<0;10;5m')).toBeNull();
  expect(sent('\x1b[M !!')).toBeNull();
});
