import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '../text-codec.js';
import { TerminalSieve } from './terminal-sieve.js';

const ESC = '\u001b';
const ST = `${ESC}\\`;
const history = { dropsQuestions: true };
const live = { dropsQuestions: false };

const sieve = (text: string, how: { dropsQuestions: boolean }): string =>
  decodeUtf8(new TerminalSieve().pass(encodeUtf8(text), how));

test.each([
  `${ESC}[6n`,
  `${ESC}[?6n`,
  `${ESC}[5n`,
  `${ESC}[c`,
  `${ESC}[>c`,
  `${ESC}[=0c`,
  `${ESC}[0006n`,
  `${ESC}[?2026$p`,
  `${ESC}[4$p`,
  `${ESC}[>q`,
  `${ESC}[?u`,
  `${ESC}[14t`,
  `${ESC}[18t`,
  `${ESC}[21t`,
  `${ESC}[1;1;1;1;1;1*y`,
  `${ESC}]11;?\u0007`,
  `${ESC}]4;1;?;2;?${ST}`,
  `${ESC}]10;?;?${ST}`,
  `${ESC}P$qm${ST}`,
  `${ESC}P+q544e${ST}`,
  `${ESC}_Gi=1,a=q;AAAA${ST}`,
  `${ESC}Z`,
  '\u0005',
  '\u009b6n',
  '\u009d11;?\u009c',
  `${ESC}[${'0'.repeat(300)}6n`,
])('the question %j is left out of history, and stays in what is said now', (question) => {
  expect(sieve(`a${question}b`, history)).toBe('ab');
  if (question.length < 100) expect(sieve(`a${question}b`, live)).toBe(`a${question}b`);
});

test.each([
  `${ESC}[31mred${ESC}[0m`,
  `${ESC}[2J${ESC}[H${ESC}[?25l${ESC}[?1049h${ESC}[4;20r${ESC}[22;0t`,
  `${ESC}]0;title\u0007${ESC}]8;;http://example.org${ST}link${ESC}]8;;${ST}`,
  `${ESC}]11;rgb:00/00/00${ST}`,
  `${ESC}Pq#0;2;0;0;0\n-\n${ST}`,
  `${ESC}(B${ESC}7${ESC}8${ESC}=`,
  'Grüße, 漢字\u00a0\u0085',
  `${ESC}P1$r${ST}${'x'.repeat(5000)}`,
  `${ESC}Pq${'~'.repeat(9000)}${ST}after`,
])('%j passes as it is', (text) => {
  expect(sieve(text, history)).toBe(text);
  expect(sieve(text, live)).toBe(text);
});

test.each([
  `${ESC}]52;c;c2VjcmV0\u0007`,
  `${ESC}]52;c;?${ST}`,
  `${ESC}]052;c;YQ==${ST}`,
  `${ESC}]\u00005\u00002;c;YQ==${ST}`,
  `\u009d52;c;YQ==\u009c`,
  `${ESC}]1337;Copy=:YQ==${ST}`,
  `${ESC}]5522;type=write${ST}`,
  `${ESC}]52;c;${'A'.repeat(100_000)}${ST}`,
  `${ESC}]${'0'.repeat(5000)}52;c;YQ==${ST}`,
])('the clipboard is nobody’s but the person’s: %j', (text) => {
  for (const how of [history, live]) expect(sieve(`a${text}b`, how)).toBe('ab');
});

test('inside another string, as terminals in terminals have it, it gets through no more', () => {
  expect(sieve(`${ESC}Ptmux;${ESC}${ESC}]52;c;YQ==\u0007${ST}`, live)).not.toContain('52;');
});

test('a string without an end takes no line behind its own along', () => {
  expect(sieve(`${ESC}]52;c;YQ\nb\n`, live)).toBe('\nb\n');
  expect(sieve(`${ESC}]0;title\nb\n`, live)).toBe(`${ESC}]0;title\u0018\nb\n`);
});

const word = fc.constantFrom(
  ESC,
  '[',
  ']',
  '52;',
  ';',
  '?',
  '6n',
  'c',
  '\u0007',
  ST,
  '\n',
  'P$q',
  '\u009b',
  '\u009d',
  'é',
  'x',
);

test('in whatever pieces it comes, the same comes out', () => {
  fc.assert(
    fc.property(
      fc.array(word),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      (words, size, dropsQuestions) => {
        const bytes = encodeUtf8(words.join(''));
        const whole = new TerminalSieve().pass(bytes, { dropsQuestions });
        const inPieces = new TerminalSieve();
        const pieces: number[] = [];
        for (let at = 0; at < bytes.length; at += size)
          pieces.push(...inPieces.pass(bytes.subarray(at, at + size), { dropsQuestions }));
        expect(pieces).toEqual([...whole]);
      },
    ),
  );
});
