import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  GUEST_LINE_MAX,
  GUEST_TOOLS_PROTOCOL,
  GUEST_TOOLS_VERSION,
  GuestLines,
  parseGuestLine,
  requestLine,
  textPieces,
} from './guest-protocol.js';

test('the program that is carried says what this side says of it', () => {
  const program = readFileSync('assets/guest-tools/paddock-guest-tools.sh', 'utf8');
  expect(program).toContain(`\nPROTOCOL=${GUEST_TOOLS_PROTOCOL}\n`);
  expect(program).toContain(`\nVERSION=${GUEST_TOOLS_VERSION}\n`);
});

test.each([
  ['hello 1 1.0 ab-12', { kind: 'hello', protocol: 1, version: '1.0', session: 'ab-12' }],
  ['addresses', { kind: 'addresses', addresses: [] }],
  [
    'addresses 10.0.2.15 fd00::1:5 999.1.1.1 1.2.3 dead',
    { kind: 'addresses', addresses: ['10.0.2.15', 'fd00::1:5'] },
  ],
  ['7 ok', { kind: 'answer', number: 7, ok: true, text: '' }],
  ['8 no it is not known', { kind: 'answer', number: 8, ok: false, text: 'it is not known' }],
  ['end 3 127', { kind: 'end', job: 3, code: 127 }],
  ['hello 1 1.0', null],
  ['hello 1 \u001b[31m x', null],
  ['addresses <b>', null],
  ['end 3 -1', null],
  ['', null],
])('%j', (line, word) => {
  expect(parseGuestLine(line)).toEqual(word);
});

test('a flood of addresses is cut, and whatever a line says it is understood or nothing', () => {
  const many = Array.from({ length: 60 }, (_, n) => `10.0.0.${n}`).join(' ');
  expect(parseGuestLine(`addresses ${many}`)).toMatchObject({ addresses: { length: 16 } });
  fc.assert(fc.property(fc.string({ maxLength: 80 }), (line) => void parseGuestLine(line)));
});

test('lines come out whole, whatever the pieces; those that are too long not at all', () => {
  const line = fc.string({ unit: fc.constantFrom('a', ' ', '\u0000', 'ÿ'), maxLength: 40 });
  fc.assert(
    fc.property(fc.array(line), fc.infiniteStream(fc.integer({ min: 1, max: 50 })), (wanted, sizes) => {
      const long = 'x'.repeat(GUEST_LINE_MAX + 1);
      const bytes = Buffer.from([...wanted, long, 'last'].map((text) => `${text}\n`).join(''), 'latin1');
      const lines = new GuestLines();
      const got: string[] = [];
      for (let at = 0; at < bytes.length;) {
        const size = sizes.next().value ?? 1;
        got.push(...lines.push(bytes.subarray(at, at + size)));
        at += size;
      }
      expect(got).toEqual([...wanted, 'last']);
    }),
  );
});

test('a text in pieces is one word each, fits into a request, and printf %b gives it back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ min: 1, maxLength: 3000 }), (bytes) => {
      const pieces = textPieces(bytes);
      for (const piece of pieces) {
        expect(piece).toMatch(/^\S+$/);
        expect(() => requestLine('x'.repeat(40), 999_999_999, `text 999999999 ${piece}`)).not.toThrow();
      }
      const back = pieces
        .join('')
        .replace(/\\0(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
      expect(Buffer.from(back, 'latin1').equals(bytes)).toBe(true);
    }),
  );
});
