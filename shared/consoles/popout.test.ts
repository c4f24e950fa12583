import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allConsoles } from './console-name.js';
import { popoutHash, popoutOfHash, popoutSchema } from './popout.js';

test('the address of a window says what it is for, and nothing else is taken for one', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z0-9]{12}$/),
      fc.constantFrom(...allConsoles),
      fc.nat(1e9),
      (vmId, console, viewId) => {
        const popout = popoutSchema.parse({ vmId, console, viewId });
        expect(popoutOfHash(popoutHash(popout))).toEqual(popout);
      },
    ),
  );
  for (const hash of [
    '',
    '#',
    '#popout=',
    '#popout=abcdefghijkl/con0',
    '#popout=abcdefghijkl/con0/1/2',
    '#popout=abcdefghijkl/con99/1',
    '#popout=abcdefghijkl/con0/-1',
    '#popout=../../etc/con0/1',
  ])
    expect(popoutOfHash(hash), hash).toBeNull();
});
