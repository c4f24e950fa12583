import { expect, test } from 'vitest';
import fc from 'fast-check';
import { groupFilter, matchesFilter, parseFilter, type Filtered } from './machine-filter.js';

const router: Filtered = { name: 'r-17', tags: ['Router', 'edge'], group: 'BGP course', state: 'running' };
const fresh: Filtered = { name: 'web-1', tags: [], group: null, state: 'defined' };
const finds = (text: string, vm: Filtered): boolean => matchesFilter(parseFilter(text), vm);

test.each([
  ['', true, true],
  ['17', true, false],
  ['ROUTER', true, false],
  ['bgp', true, false],
  ['running', true, false],
  ['stopped', false, true],
  ['never', false, true],
  ['tag:router', true, false],
  ['tag:outer', false, false],
  ['group:course', true, false],
  ['group:"bgp course" is:running', true, false],
  ['group:"bgp cou', true, false],
  ['is:running web', false, false],
  ['is:stopped', false, true],
  ['e', true, true],
  ['tag:', false, false],
])('%j', (text, inRouter, inFresh) => {
  expect([finds(text, router), finds(text, fresh)]).toEqual([inRouter, inFresh]);
});

test('the filter of a group finds its machines, whatever it is called', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[^"\s]([^"]{0,38}[^"\s])?$/), (group) => {
      expect(finds(groupFilter(group), { ...router, group })).toBe(true);
    }),
  );
});
