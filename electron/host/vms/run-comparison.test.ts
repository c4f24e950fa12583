import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConsoleLog } from '../consoles/console-log.js';
import { compareLogs } from './run-comparison.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync('/tmp/pdk-compare-');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function compare(a: string, b: string): ReturnType<typeof compareLogs> {
  const [inA, inB] = [a, b].map((text, n) => {
    writeFileSync(join(folder, `${n}.log`), text);
    return new ConsoleLog(join(folder, `${n}.log`), { write: false });
  });
  return compareLogs(inA ?? null, inB ?? null);
}

const numbered = (count: number, word: string): string =>
  Array.from({ length: count }, (_, n) => `${word} ${n}\n`).join('');

test('times, colours and line ends make no difference', async () => {
  const a = '[    0.000001] Linux version\r\n[    1.5] x\n\u001b[1mlogin:\u001b[0m';
  const b = '[   12.345678] Linux version\n[    1.5] x\nlogin: ';
  expect(await compare(a, b)).toEqual({
    lines: [{ side: 'gap', text: '3 equal lines' }],
    truncated: false,
  });
});

test('a difference stands between the lines around it', async () => {
  const a = numbered(20, 'line');
  const { lines } = await compare(a, a.replace('line 10\n', 'other\n'));
  expect(lines.map(({ side, text }) => `${side} ${text}`)).toEqual([
    'gap 7 equal lines',
    'both line 7',
    'both line 8',
    'both line 9',
    'a line 10',
    'b other',
    'both line 11',
    'both line 12',
    'both line 13',
    'gap 6 equal lines',
  ]);
});

test('each side can be read back from the comparison', async () => {
  const line = fc.constantFrom('one', 'two', 'three', 'four');
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 30 }), fc.array(line, { maxLength: 30 }), async (a, b) => {
      const { lines } = await compare(a.join('\n'), b.join('\n'));
      const rebuilt = (side: 'a' | 'b', whole: string[]): string[] => {
        let at = 0;
        return lines.flatMap((shown) => {
          const count = shown.side === 'gap' ? Number.parseInt(shown.text) : 1;
          if (shown.side !== 'gap' && shown.side !== 'both' && shown.side !== side) return [];
          at += count;
          return shown.side === 'gap' ? whole.slice(at - count, at) : [shown.text];
        });
      };
      expect(rebuilt('a', a)).toEqual(a);
      expect(rebuilt('b', b)).toEqual(b);
    }),
  );
});

test('logs that have nothing in common take a bounded time, and so do long ones', async () => {
  const startedAt = performance.now();
  const strange = await compare(`same\n${numbered(4000, 'a')}end\n`, `same\n${numbered(4000, 'b')}end\n`);
  expect(strange.lines.slice(0, 2)).toEqual([
    { side: 'both', text: 'same' },
    { side: 'a', text: 'a 0' },
  ]);
  expect(strange.truncated).toBe(true);
  const long = await compare(numbered(60_000, 'a'), numbered(60_000, 'a'));
  expect(long).toEqual({ lines: [{ side: 'gap', text: '20000 equal lines' }], truncated: true });
  expect(performance.now() - startedAt).toBeLessThan(20_000);
});

test('a log that is not there is empty', async () => {
  expect(await compareLogs(null, null)).toEqual({ lines: [], truncated: false });
});
