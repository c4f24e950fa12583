import { expect, test } from 'vitest';
import { meantByKey, withTrueKeys, type Action } from './action.js';
import { chordKeys, chords } from './chords.js';

/** Of these one can be done, or is there, at a time: a machine is paused or not, a console in its own window or not. */
const takeTurns = [
  ['pause', 'resume'],
  ['console-pop-out', 'console-bring-back'],
];

test('each key means one thing', () => {
  const owners = new Map<string, string[]>();
  for (const [id, { code, also = [] }] of Object.entries(chords))
    for (const key of [code, ...also]) owners.set(key, [...(owners.get(key) ?? []), id]);
  expect([...owners.values()].filter((ids) => ids.length > 1)).toEqual(takeTurns);
});

test('no key is shown beside what it doesn’t do now', () => {
  const action = (id: string, reason: string | null): Action => ({
    id,
    scope: 'machine',
    icon: null,
    title: id,
    detail: '',
    note: '',
    words: '',
    keys: chordKeys(id),
    reason,
    run: () => {},
  });
  const actions = [action('pause', 'It is paused already.'), action('resume', null), action('start', null)];
  expect(withTrueKeys(actions).map(({ keys }) => keys.join('+'))).toEqual([
    '',
    'Ctrl+Shift+P',
    'Ctrl+Shift+S',
  ]);
  expect(meantByKey(actions.slice(0, 2))?.id).toBe('resume');
  expect(meantByKey(actions.slice(0, 1))?.id).toBe('pause');
});
