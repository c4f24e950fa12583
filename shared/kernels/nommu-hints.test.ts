import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nommuHint } from './nommu-hints.js';

test.each([
  ['nommu: Allocation of length 419430400 from process 41 (big) failed', /in one piece/],
  [
    '/bin/bash: error while loading shared libraries: libtinfo.so.6: failed to map segment from shared object',
    /glibc/,
  ],
  ['sh: /bin/busybox.static: Exec format error', /position-independent/],
  ["hush: can't fork: Invalid argument", /vfork/],
  ['fork: Invalid argument', /vfork/],
  ['mmap(MAP_FIXED): Invalid argument', /MAP_FIXED/],
  ['Segmentation fault', /segmentation fault/],
])('%s', (line, means) => {
  expect(nommuHint(line)).toMatch(means);
});

test('what means nothing, and nothing that a guest prints takes long', () => {
  for (const line of ['', 'Welcome to nommu', 'ls: x: No such file or directory', 'sh: a: Invalid argument'])
    expect(nommuHint(line)).toBeNull();
  fc.assert(fc.property(fc.string({ maxLength: 5000 }), (line) => void nommuHint(line)));
  expect(nommuHint('fork '.repeat(100_000))).toBeNull();
});
