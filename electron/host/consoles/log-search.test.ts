import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainText } from '@shared/consoles/plain-text.js';
import type { LogQuery } from '@shared/consoles/log-query.js';
import { ConsoleLog } from './console-log.js';
import { lineMapOf } from './line-map.js';
import { LINE_BYTES_MAX } from './log-lines.js';
import { LineMatcher, searchBack, type PlaceInLog } from './log-search.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync('/tmp/pdk-search-');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function search(content: string | Buffer, query: string | LogQuery): Promise<PlaceInLog[]> {
  const path = join(folder, 'con0.log');
  rmSync(join(folder, 'con0.times'), { force: true });
  writeFileSync(path, content);
  const log = new ConsoleLog(path, { write: false });
  const matcher = new LineMatcher(
    typeof query === 'string' ? { text: query, isRegex: false, matchCase: false } : query,
  );
  const hits: PlaceInLog[] = [];
  for await (const found of searchBack(log, lineMapOf(log), matcher, Infinity)) hits.push(...found.hits);
  return hits.toReversed();
}

/** The same, plainly: the whole log at once, one line after the other. */
function naive(content: Buffer, text: string): Omit<PlaceInLog, 'text'>[] {
  const hits: Omit<PlaceInLog, 'text'>[] = [];
  let offset = 0;
  for (const [n, line] of content.toString('latin1').split('\n').entries()) {
    const looked = plainText(Buffer.from(line, 'latin1').subarray(0, LINE_BYTES_MAX).toString());
    if (looked.toLowerCase().includes(text.toLowerCase())) hits.push({ line: n + 1, offset });
    offset += line.length + 1;
  }
  return hits;
}

/** Stretches that bring chunk borders into lines, words, characters and sequences, and lines too long to be looked at. */
const stretch = fc
  .tuple(
    fc.constantFrom(
      'panic',
      'PaNiC',
      'pa',
      'nic',
      'x',
      'é',
      '\u001b[1m',
      '\u001b]0;t',
      '\r\n',
      '\n',
      '\ufffd',
    ),
    fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(1000, 21_845, 65_536, 70_001, 500_009)),
  )
  .map(([text, times]) => text.repeat(times));

test('finds what a search over the whole text finds, wherever the chunks end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stretch, { maxLength: 14 }), async (parts) => {
      const content = Buffer.from(parts.join(''));
      const hits = await search(content, 'panic');
      expect(hits.map(({ line, offset }) => ({ line, offset }))).toEqual(naive(content, 'panic'));
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('a word in colours, in another case and between bytes that are no text', async () => {
  const content = Buffer.concat([
    Buffer.from('first\r\n'),
    Buffer.from([0xff, 0xfe, 0x00, 0xc3]),
    Buffer.from('Kernel \u001b[31mpa\u001b[0mnic\u001b]0;panic\u0007 - not\r\n'),
  ]);
  expect(await search(content, 'KERNEL panic - ')).toEqual([
    { line: 2, offset: 7, text: '\ufffd\ufffd\ufffdKernel panic - not' },
  ]);
  // What a terminal would not show is not found.
  expect(await search('\u001b]0;secret title\u0007shown\n', 'secret')).toEqual([]);
});

test('the text is no pattern', async () => {
  expect(await search('a.b\naxb\n[1]\n', 'a.b')).toHaveLength(1);
  expect(await search('(x|y)*\n', '(x|y)*')).toHaveLength(1);
  expect(await search('back\\slash\n', '\\s')).toHaveLength(1);
});

test('a long line is cut around the hit', async () => {
  const [hit] = await search(`${'a'.repeat(5000)}needle${'b'.repeat(5000)}\n`, 'needle');
  expect(hit?.text).toMatch(/^…a{80}needleb{80}…$/);
});

test('a regular expression sees lines, with case or without', async () => {
  const regex = (text: string, matchCase = false): LogQuery => ({ text, isRegex: true, matchCase });
  const log = 'eth0: up\r\nEth1: up\r\n\u001b[1mother\u001b[0m eth2\n';
  expect((await search(log, regex('^eth\\d: (up|down)$'))).map(({ line }) => line)).toEqual([1, 2]);
  expect((await search(log, regex('^eth\\d', true))).map(({ line }) => line)).toEqual([1]);
  await expect(search(log, regex('('))).rejects.toMatchObject({ error: { code: 'search-invalid' } });
});

test('a regular expression that never ends is ended', async () => {
  const startedAt = performance.now();
  const query = { text: '(a+)+$', isRegex: true, matchCase: false };
  await expect(search(`${'a'.repeat(60)}b\n`, query)).rejects.toMatchObject({
    error: { code: 'search-too-slow' },
  });
  expect(performance.now() - startedAt).toBeLessThan(3000);
});
