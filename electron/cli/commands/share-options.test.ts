import { expect, test } from 'vitest';
import { changedShares } from './share-options.js';

test('shares are added, changed by their name and taken away', () => {
  const a = { name: 'a', path: '/a', readOnly: true };
  expect(changedShares({}, [a])).toBeNull();
  expect(changedShares({ share: ['/x/my work:rw', '/b,name=c'] }, [a])).toEqual([
    a,
    { name: 'my-work', path: '/x/my work', readOnly: false },
    { name: 'c', path: '/b', readOnly: true },
  ]);
  expect(changedShares({ share: ['/a:rw'] }, [a])).toEqual([{ ...a, readOnly: false }]);
  expect(changedShares({ 'no-share': ['a'] }, [a])).toEqual([]);
  expect(() => changedShares({ 'no-share': ['b'] }, [a])).toThrow('no shared folder');
  expect(() => changedShares({ share: ['/a,name=x y'] }, [a])).toThrow('a name is made of');
  expect(() => changedShares({ share: [':rw'] }, [a])).toThrow('a folder comes first');
});
