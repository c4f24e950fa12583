import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '../text-codec.js';
import { OutputGuard } from './output-guard.js';

const size = { cols: 80, rows: 24 };

function passed(...pieces: (string | Uint8Array)[]): string {
  const guard = new OutputGuard(() => size);
  const out = pieces.flatMap((piece) => guard.pass(typeof piece === 'string' ? encodeUtf8(piece) : piece));
  return decodeUtf8(Buffer.concat(out));
}

test('what programs really print goes through unchanged', () => {
  for (const text of [
    'plain text\r\nand more\ttab',
    '\x1b[1;38;2;255;128;0mbold orange\x1b[0m',
    '\x1b[?1049h\x1b[22;0;0t\x1b[1;24r\x1b[?12h\x1b[?25h\x1b[H\x1b[2J',
    '\x1b[38:2::255:128:0m',
    '\x1b]0;a title\x07after',
    '\x1b]8;;https://kernel.org\x1b\\link\x1b]8;;\x1b\\',
    '\x1b(0lqqk\x1b(B\x1b#8\x1b7\x1b8\x1bM\x1bc',
    '\x1bP$qm\x1b\\',
    'Grüße, 日本語, e\u0301 👩‍👩‍👧‍👦 «°»',
    '\x1b[32766;32766H\x1b[6n',
  ])
    expect(passed(text)).toBe(text);
});

test('repeat counts are held to the screen, numbers to what there can be', () => {
  expect(passed('\x1b[2147483647b')).toBe('\x1b[80b');
  expect(passed('\x1b[99999999999999999999L')).toBe('\x1b[24L');
  expect(passed('\x1b[5M\x1b[24S\x1b[25T')).toBe('\x1b[5M\x1b[24S\x1b[24T');
  expect(passed("\x1b[9999 @\x1b[9999'}")).toBe("\x1b[80 @\x1b[80'}");
  expect(passed('\x1b[2147483647;2147483647H')).toBe('\x1b[32767;32767H');
  expect(passed(`a\x1b[${'1;'.repeat(100_000)}mb`)).toBe('a\x18b');
});

test('C1 controls are the same in their 7-bit form', () => {
  expect(passed('\u009b2147483647b')).toBe('\x1b[80b');
  expect(passed('\u009d0;title\u009ctext')).toBe('\x1b]0;title\x1b\\text');
  expect(passed(Uint8Array.of(0xc2), Uint8Array.of(0x9b, 0x39, 0x39, 0x39), 'L')).toBe('\x1b[24L');
});

test('a string ends with its line, is cut in length, and is over some time', () => {
  expect(passed('\x1b]0;never ended\nlogin: ')).toBe('\x1b]0;never ended\x18\nlogin: ');
  expect(passed('\x1b_kitty\x07text')).toBe('\x1b_kitty\x07\x18text');
  const long = passed(`\x1bP${'x'.repeat(3_000_000)}`);
  expect(long).toContain('\x18');
  expect(passed(`\x1b]52;c;${'A'.repeat(500_000)}\x07end`).length).toBeLessThan(10_000);
});

test('a letter carries a few marks, not thousands; the next one may have its own', () => {
  const heap = `a${'\u0301'.repeat(10_000)}`;
  expect(passed(heap)).toBe(`a${'\u0301'.repeat(16)}`);
  expect(passed(`${heap}b\u0302`)).toBe(`a${'\u0301'.repeat(16)}b\u0302`);
  expect(passed('\u1100'.repeat(10_000))).toBe('\u1100'.repeat(17));
  const korean = '\u1112\u1161\u11ab'.repeat(100);
  expect(passed(korean)).toBe(korean);
  expect(passed('👩\u200d'.repeat(10_000)).match(/\u200d/g)?.length).toBeLessThan(10_000);
  expect(passed(`x${'\u200d👩'.repeat(3)}`)).toBe(`x${'\u200d👩'.repeat(3)}`);
});

const byteArb = fc.oneof(
  fc.constantFrom(
    0x1b,
    0x5b,
    0x5d,
    0x50,
    0x39,
    0x3b,
    0x07,
    0x18,
    0x0a,
    0xc2,
    0x9b,
    0x9d,
    0x9c,
    0xcc,
    0x81,
    0x62,
  ),
  fc.integer({ min: 0, max: 255 }),
);
const bytesArb = fc.array(byteArb, { maxLength: 300 }).map((list) => Uint8Array.from(list));

test('what is much work comes in small slices', () => {
  const longest = (text: string): number =>
    Math.max(...new OutputGuard(() => size).pass(encodeUtf8(text)).map(({ length }) => length));
  expect(longest('x'.repeat(64_000))).toBe(4096);
  expect(longest('\x1bc'.repeat(1000))).toBeLessThan(30);
  expect(longest('\x1b#8'.repeat(1000))).toBeLessThan(150);
  expect(longest('\x1b[2J'.repeat(1000))).toBeLessThan(200);
});

test('how the bytes are cut into pieces makes no difference', () => {
  fc.assert(
    fc.property(bytesArb, fc.array(fc.nat(300), { maxLength: 5 }), (bytes, cuts) => {
      const ends = [...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort((a, b) => a - b);
      const whole = new OutputGuard(() => size);
      const cut = new OutputGuard(() => size);
      const pieces = ends.flatMap((end, n) => cut.pass(bytes.subarray(ends[n - 1] ?? 0, end)));
      expect(Buffer.concat(pieces)).toEqual(Buffer.concat(whole.pass(bytes)));
    }),
  );
});

test('never a number above what is allowed, and never much more than came', () => {
  fc.assert(
    fc.property(bytesArb, (bytes) => {
      const out = Buffer.concat(new OutputGuard(() => size).pass(bytes));
      expect(out.length).toBeLessThanOrEqual(bytes.length * 3 + 8);
      for (const [, digits, final] of Buffer.from(out)
        .toString('latin1')
        // oxlint-disable-next-line no-control-regex -- what the guard hands on
        .matchAll(/\x1b\[(\d+)([bL])/g))
        expect(Number(digits)).toBeLessThanOrEqual(final === 'b' ? 80 : 24);
    }),
  );
});
