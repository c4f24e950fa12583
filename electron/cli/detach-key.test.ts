import { expect, test } from 'vitest';
import { detachKey } from './detach-key.js';
import { UsageError } from './usage.js';

test('a detach key is a control character with a name', () => {
  expect(detachKey('ctrl-]')).toEqual({ byte: 0x1d, name: 'Ctrl+]' });
  expect(detachKey('Ctrl+A')).toEqual({ byte: 1, name: 'Ctrl+A' });
  expect(detachKey('^q')).toEqual({ byte: 17, name: 'Ctrl+Q' });
  expect(detachKey('ctrl-\\')).toEqual({ byte: 0x1c, name: 'Ctrl+\\' });
});

test('a key that is no control character, or that people type, is refused', () => {
  for (const word of ['', 'a', 'ctrl-', 'ctrl-ab', 'alt-a', 'ctrl-i', 'ctrl-m', 'ctrl-j', 'ctrl-[', 'ctrl-1'])
    expect(() => detachKey(word)).toThrow(UsageError);
});
