import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MarkedStream } from './marked-stream.js';

const small = (text: string): Buffer => Buffer.from(text, 'latin1');

test('what stands between the words comes out whole, in whatever pieces it goes in', () => {
  // Few letters, so that beginnings of the words are everywhere.
  const noise = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 60 });
  fc.assert(
    fc.property(
      noise,
      noise,
      noise,
      fc.array(fc.integer({ min: 1, max: 9 })),
      (before, text, behind, cuts) => {
        const [begin, end] = ['abac<', 'abab>'];
        const bytes = small(before + begin + text + end + behind);
        const stream = new MarkedStream(begin, end);
        const got: Uint8Array[] = [];
        let at = 0;
        for (const cut of [...cuts, bytes.length]) {
          got.push(Buffer.from(stream.push(bytes.subarray(at, at + cut))));
          at += cut;
        }
        expect(Buffer.concat(got).toString('latin1')).toBe(text);
        expect(stream.hasEnded).toBe(true);
        expect(stream.skipped).toBe(before.length);
      },
    ),
  );
});

test('a word that is only begun is held back and not lost', () => {
  const stream = new MarkedStream('<', 'END');
  expect(Buffer.from(stream.push(small('<xEN'))).toString()).toBe('x');
  expect(Buffer.from(stream.push(small('Dx')))).toHaveLength(0);
  const other = new MarkedStream('<', 'END');
  other.push(small('<EN'));
  expect(Buffer.from(other.push(small('x'))).toString()).toBe('ENx');
});
