import { expect, test } from 'vitest';
import { TerminalParts } from '@shared/consoles/terminal-answers.js';
import { AnswerGate } from './answer-gate.js';

const CPR = Buffer.from('\x1b[24;80R');
const one = {};
const other = {};

function gate(): { gate: AnswerGate; pass: (ms: number) => void } {
  let now = 1000;
  const answers = new AnswerGate(() => now);
  answers.output(Buffer.from('\x1b[6n'));
  return { gate: answers, pass: (ms) => (now += ms) };
}

test.each([
  ['~ # \x1b[6n', true],
  ['', true],
  ['\x1b[32766;32766H\x1b[6n', true],
  ['\r\nroot@debian:~# ', true],
  ['Last login: Mon Nov 23 on tty0\r\n~ # \x1b[6n', true],
  ['\r\ntiny login: ', false],
  ['\r\ntiny login: ro', false],
  ['\x1b[6n\r\n\r\ndebian login: ', false],
  ['debian login: root\r\nPassword: ', false],
  ['[sudo] password for anna: ', false],
  ['debian login: root\r\nPassword: \r\nLogin incorrect\r\n', true],
])('after %j an answer goes through: %s', (output, expected) => {
  const { gate: answers } = gate();
  answers.output(Buffer.from(output));
  expect(answers.allows(one, CPR)).toBe(expected);
});

test('an answer that comes late is none any more; the mouse is moved at any time', () => {
  const { gate: answers, pass } = gate();
  pass(5000);
  expect(answers.allows(one, CPR)).toBe(false);
  expect(answers.allows(one, Buffer.from('\x1b[<0;10;12M'))).toBe(true);
  answers.output(Buffer.from('\x1b[6n'));
  expect(answers.allows(one, CPR)).toBe(true);
});

test('a prompt in pieces is a prompt, and a new run knows nothing of it', () => {
  const { gate: answers } = gate();
  for (const piece of ['ti', 'ny lo', 'gin', ': ']) answers.output(Buffer.from(piece));
  expect(answers.allows(one, CPR)).toBe(false);
  answers.reset();
  expect(answers.allows(one, CPR)).toBe(true);
});

test('an answer just before a prompt may be in the name: the line is wiped once, unless a person typed since', () => {
  const prompt = Buffer.from('\r\ntiny login: ');
  const { gate: answers, pass } = gate();
  expect(answers.output(prompt)).toBe(false);
  answers.output(Buffer.from('\r\n~ # \x1b[6n'));
  answers.allows(one, CPR);
  expect(answers.output(Buffer.from('\r\n'))).toBe(false);
  expect(answers.output(prompt)).toBe(true);
  expect(answers.output(prompt)).toBe(false);
  answers.output(Buffer.from('\r\n~ # \x1b[6n'));
  answers.allows(one, CPR);
  answers.typed();
  expect(answers.output(prompt)).toBe(false);
  answers.output(Buffer.from('\r\n~ # \x1b[6n'));
  answers.allows(one, CPR);
  pass(1500);
  expect(answers.output(prompt)).toBe(false);
});

test('who asks and asks behind a prompt, or in the middle of it, gets no answer into the name', () => {
  const { gate: answers, pass } = gate();
  for (const piece of ['\r\ntiny lo', '\x1b[6n\x1b[c', 'gin', '\x1b', '[6n', ': '])
    answers.output(Buffer.from(piece));
  for (let n = 0; n < 200; n += 1) {
    expect(answers.allows(one, CPR)).toBe(false);
    pass(50);
    answers.output(Buffer.from('\x1b[6n\x1b[c'));
  }
  answers.output(Buffer.from('\x1b[6n'.repeat(500)));
  expect(answers.allows(one, CPR)).toBe(false);
  answers.output(Buffer.from('root\r\n~ # '));
  expect(answers.allows(one, CPR)).toBe(true);
});

test('what an editor asks at its start gets all its answers, also when they come in one piece', () => {
  const { gate: answers } = gate();
  const ESC = '\u001b';
  const all = [
    `${ESC}[?62;22c`,
    `${ESC}[>0;276;0c`,
    ...[10, 11].map((n) => `${ESC}]${n};rgb:1e1e/2020/2424${ESC}\\`),
    ...[69, 2004, 2026, 2027, 2031, 2048].map((mode) => `${ESC}[?${mode};2$y`),
    `${ESC}P>|XTerm(379)${ESC}\\`,
  ].join('');
  const parts = new TerminalParts().take(all);
  expect(parts.filter(({ text }) => answers.allows(one, Buffer.from(text, 'latin1')))).toHaveLength(11);
});

test('of two terminals that show a console, one answers', () => {
  const { gate: answers, pass } = gate();
  expect(answers.allows(one, CPR)).toBe(true);
  expect(answers.allows(other, CPR)).toBe(false);
  pass(900);
  expect(answers.allows(one, CPR)).toBe(true);
  pass(1100);
  answers.output(Buffer.from('\x1b[6n'));
  expect(answers.allows(other, CPR)).toBe(true);
});

test('a guest that asks for ever gets no more than its line buffer can hold, until a person types', () => {
  const { gate: answers, pass } = gate();
  const flood = (): number => {
    let bytes = 0;
    for (let n = 0; n < 100_000; n += 1) {
      if (answers.allows(one, CPR)) bytes += CPR.length;
      if (n % 100 === 0) pass(10);
      answers.output(CPR);
    }
    return bytes;
  };
  expect(flood()).toBe(1024);
  expect(flood()).toBe(0);
  answers.typed();
  expect(flood()).toBe(1024);
});

test('many questions of a program that is typed into get some of their answers', () => {
  const { gate: answers, pass } = gate();
  let bytes = 0;
  for (let n = 0; n < 100_000; n += 1) {
    if (answers.allows(one, CPR)) bytes += CPR.length;
    if (n % 100 === 0) pass(1);
    answers.typed();
    answers.output(CPR);
  }
  expect(bytes).toBeLessThanOrEqual(2048 + 1024 + CPR.length);
  expect(bytes).toBeGreaterThan(2048);
});

test.each([
  ['\x1b[?1;2c', true],
  ['\x1b[>0;276;0c', true],
  ['\x1b[?2026;2$y', true],
  ['\x1b]11;rgb:1e1e/2020/2424\x1b\\', true],
  ['\x1b]4;1;rgb:ff00/0000/0000\x1b\\', true],
  ['\x1bP1$r0m\x1b\\', true],
  ['\x1b[8;24;80t', true],
  ['\x1b[I', true],
  ['\x1b[<0;10;12M\x1b[<0;10;12m', true],
  ['rm -rf /\r', false],
  ['\x1b[24;80R\n', false],
  ['\x1b]l;title\x1b\\', false],
  [`\x1bP1$r${'m'.repeat(200)}\x1b\\`, false],
])('%j is an answer: %s', (text, expected) => {
  expect(gate().gate.allows(one, Buffer.from(text))).toBe(expected);
});
