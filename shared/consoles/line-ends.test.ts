import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineEnds } from './line-ends.js';

const through = (...pieces: string[]): string => {
  const ends = new LineEnds();
  return pieces
    .map((piece) => Buffer.from(ends.push(Buffer.from(piece, 'latin1'))).toString('latin1'))
    .join('');
};

test('the kernel’s lines get a carriage return, at the boot and behind the guest’s; those of the guest stay', () => {
  expect(through('a\nb\n', 'c\n\r\nlogin: \r\n')).toBe('a\r\nb\r\nc\r\n\r\nlogin: \r\n');
  expect(through('x\r', '\nKernel panic\nCPU\n')).toBe('x\r\nKernel panic\r\nCPU\r\n');
});

test('on the other screen a line feed is “down”', () => {
  expect(through('a\n\x1b[?1049hb\nc', '\n\x1b[?10', '49ld\n')).toBe(
    'a\r\n\x1b[?1049hb\nc\n\x1b[?1049ld\r\n',
  );
  expect(through('\x1b[?1049h\x1b[?1049ha\n\x1b[?47l\x1b[?1049lb\n')).toBe(
    '\x1b[?1049h\x1b[?1049ha\n\x1b[?47l\x1b[?1049lb\r\n',
  );
});

test('nothing but carriage returns is added, whatever the pieces', () => {
  const piece = fc.string({
    unit: fc.constantFrom('a', '\r', '\n', '\x1b[?1049h', '\x1b[?1049l', '\x1b', '[?47', 'h', 'l'),
  });
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat(20)), (pieces, cuts) => {
      const text = pieces.join('');
      expect(through(text).replaceAll('\r', '')).toBe(text.replaceAll('\r', ''));
      const cut: string[] = [];
      let from = 0;
      for (const length of cuts) cut.push(text.slice(from, (from += length)));
      expect(through(...cut, text.slice(from))).toBe(through(text));
    }),
  );
});
