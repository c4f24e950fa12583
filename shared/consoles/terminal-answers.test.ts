import { expect, test } from 'vitest';
import { isTerminalAnswer, isTerminalReport, TerminalParts } from './terminal-answers.js';

const ESC = '\u001b';
const typed = (text: string) => ({ isSaid: false, text });
const said = (text: string) => ({ isSaid: true, text });

test.each([
  `${ESC}[24;80R`,
  `${ESC}[?1;2c`,
  `${ESC}[0n`,
  `${ESC}[?2026;2$y`,
  `${ESC}]11;rgb:0000/0000/0000${ESC}\\`,
  `${ESC}]4;1;rgb:ff/00/00\u0007`,
  `${ESC}P1$r0m${ESC}\\`,
  `${ESC}P>|XTerm(379)${ESC}\\`,
])('%j is an answer, and comes apart from what is typed around it', (answer) => {
  expect(isTerminalAnswer(answer)).toBe(true);
  expect(new TerminalParts().take(`ro${answer}ot\r`)).toEqual([typed('ro'), said(answer), typed('ot\r')]);
});

test.each([
  '\r',
  'a',
  ESC,
  `${ESC}[`,
  `${ESC}[A`,
  `${ESC}OP`,
  `${ESC}[15~`,
  `${ESC}[1;5C`,
  `${ESC}b`,
  `${ESC}]`,
])('the key %j is typed, at once', (key) => {
  const parts = new TerminalParts();
  expect(parts.take(key)).toEqual([typed(key)]);
  expect(isTerminalAnswer(key)).toBe(false);
});

test('an answer in two pieces is one; what only began like one is typed', () => {
  const parts = new TerminalParts();
  expect(parts.take(`x${ESC}[24;`)).toEqual([typed('x')]);
  expect(parts.take('80R')).toEqual([said(`${ESC}[24;80R`)]);
  expect(parts.take(`${ESC}[15`)).toEqual([]);
  expect(parts.take('~')).toEqual([typed(`${ESC}[15~`)]);
  expect(parts.take(`${ESC}]11;rgb:00/00/00${ESC}`)).toEqual([]);
  expect(parts.take('\\')).toEqual([said(`${ESC}]11;rgb:00/00/00${ESC}\\`)]);
});

test('mouse and focus, and strings that are no answers, are not typed either', () => {
  expect(isTerminalReport(`${ESC}[I${ESC}[<0;10;12M`)).toBe(true);
  const clipboard = `${ESC}]52;c;c2VjcmV0${ESC}\\`;
  expect(isTerminalAnswer(clipboard)).toBe(false);
  expect(new TerminalParts().take(`a${clipboard}${ESC}[<0;1;1M`)).toEqual([
    typed('a'),
    said(clipboard),
    said(`${ESC}[<0;1;1M`),
  ]);
});

test('of many that come in one piece each is a part of its own', () => {
  const all = [`${ESC}[I`, `${ESC}[?62;22c`, `${ESC}]10;rgb:0000/0000/0000${ESC}\\`, `${ESC}[?2026;2$y`];
  expect(new TerminalParts().take(all.join(''))).toEqual(all.map(said));
});

test('what never ends is not kept for ever', () => {
  const long = `${ESC}]11;${'x'.repeat(300)}`;
  expect(new TerminalParts().take(long)).toEqual([typed(long)]);
});
