import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { operationIds } from './operation.js';
import { BenchReader, benchWords } from './output.js';

const ask = { token: 'tok', operations: ['getpid', 'stat'] as const, rounds: 2 };
const whole = [
  'tok begin',
  'tok round 0 getpid 1000 15000000',
  'tok round 1 getpid 1000 16000000',
  'tok lacks stat 2',
  'tok end',
];

function read(lines: readonly string[]): ReturnType<BenchReader['end']> {
  const reader = new BenchReader(ask);
  for (const line of lines) reader.add(line);
  return reader.end();
}

test('asks as the program takes it, and reads what it says', () => {
  expect(benchWords(ask, 20)).toEqual(['tok', '2', '20', 'getpid,stat']);
  const chatty = ['Linux version 6.1', ...whole.map((line) => `${line}\r`), 'reboot: System halted'];
  expect(read(chatty)).toEqual({
    output: { rounds: { getpid: [15_000, 16_000] }, lacks: { stat: 2 }, vforks: [], claimedNs: 31e6 },
  });
});

describe('takes nothing that the program doesn’t say', () => {
  const before = whole.slice(0, -1);
  test.each([
    ['nothing', []],
    ['an end in the middle', before],
    ['a round left out', whole.filter((line) => !line.includes('round 1'))],
    ['an operation left out', whole.filter((line) => !line.includes('stat'))],
    ['a round twice', [...before, 'tok round 1 getpid 1 1', 'tok end']],
    ['one round more', [...before, 'tok round 2 getpid 1 1', 'tok end']],
    ['an operation that was not asked for', [...before, 'tok round 0 read 1 1', 'tok end']],
    ['figures of what it lacks', [...before, 'tok round 0 stat 1 1', 'tok end']],
    ['no times', ['tok begin', 'tok round 0 getpid 0 5', 'tok end']],
    ['no time', ['tok begin', 'tok round 0 getpid 5 0', 'tok end']],
    ['a number below nothing', ['tok begin', 'tok round 0 getpid 5 -5', 'tok end']],
    ['no number', ['tok begin', 'tok round 0 getpid 1e3 NaN', 'tok end']],
    ['a number beyond all', ['tok begin', `tok round 0 getpid 1 ${'9'.repeat(15)}`, 'tok end']],
    ['a word more', ['tok begin', 'tok round 0 getpid 1 1 1', 'tok end']],
    ['two beginnings', ['tok begin', ...whole]],
    ['something after its end', [...whole, 'tok round 0 getpid 1 1']],
    ['something before it begins', ['tok round 0 getpid 1 1', ...whole]],
  ])('%s', (_, lines) => {
    expect(read(lines)).toHaveProperty('why');
  });
});

test('whatever a guest prints, figures are finite, of what was asked, and as many as asked', () => {
  const word = fc.oneof(
    fc.constantFrom('begin', 'end', 'round', 'lacks', 'vforks', ...operationIds, '__proto__', 'constructor'),
    fc.integer({ min: -3, max: 5000 }).map(String),
    fc.string({ maxLength: 12 }),
  );
  const line = fc.oneof(
    fc.array(word, { maxLength: 6 }).map((words) => `tok ${words.join(' ')}`),
    fc.constantFrom(...whole),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      const reader = new BenchReader(ask);
      for (const one of lines) reader.add(one);
      expect(reader.around.length).toBeLessThanOrEqual(40);
      const said = reader.end();
      if ('why' in said) return;
      for (const [id, rounds] of Object.entries(said.output.rounds)) {
        expect(ask.operations).toContain(id);
        expect(rounds).toHaveLength(ask.rounds);
        for (const ns of rounds) expect(Number.isFinite(ns) && ns > 0).toBe(true);
      }
    }),
  );
});
