import { expect, test } from 'vitest';
import fc from 'fast-check';
import { fuzzyMatch, SURE } from './fuzzy-match.js';

const score = (query: string, text: string): number => fuzzyMatch(query, text)?.score ?? -1;
const hits = (query: string, text: string): string =>
  (fuzzyMatch(query, text)?.marks ?? []).map((m) => (m.isHit ? `[${m.text}]` : m.text)).join('');

test('start before word start before inside before scattered', () => {
  const ranked = ['Stop it', 'Show stopped machines', 'unstoppable', 'Set the option'];
  const scores = ranked.map((text) => score('stop', text));
  expect([...scores].sort((a, b) => b - a)).toEqual(scores);
  expect(scores.map((s) => s >= SURE)).toEqual([true, true, true, false]);
});

test('the found letters are marked', () => {
  expect(hits('stop', 'Show stopped machines')).toBe('Show [stop]ped machines');
  expect(hits('web st', 'Start web-3')).toBe('[St]art [web]-3');
  expect(hits('nm', 'New machine')).toBe('[N]ew [m]achine');
  expect(hits('w17', 'web-17')).toBe('[w]eb-[17]');
  expect(hits('', 'anything')).toBe('anything');
});

test('what is not there is not found, and noise is not taken for a match', () => {
  expect(fuzzyMatch('xyz', 'Start')).toBeNull();
  expect(fuzzyMatch('web 9', 'web-17')).toBeNull();
  expect(fuzzyMatch('art', 'quarter')?.score).toBeGreaterThanOrEqual(SURE);
  expect(fuzzyMatch('tp', 'Shut up')).toBeNull();
});

test('the marks are the text again, and any piece of a text is found in it for sure', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9 :-]{1,40}$/), fc.nat(), fc.nat(10), (text, from, length) => {
      const at = from % text.length;
      const match = fuzzyMatch(text.slice(at, at + length + 1), text);
      expect(match?.marks.map((mark) => mark.text).join('')).toBe(text);
      if (text.slice(at, at + length + 1).trim() !== '') expect(match?.score).toBeGreaterThanOrEqual(SURE);
    }),
  );
});
