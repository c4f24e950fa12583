import { expect, test } from 'vitest';
import { kernelAnswers } from '../kernels/abilities.js';
import { applyPatch, emptyState, type Snapshot } from './state.js';

const kernel = {
  path: '/usr/bin/linux.uml',
  version: '6.1.176',
  lineOptions: null,
  hostfs: null,
  transports: null,
  terminal: 'xterm',
  answers: kernelAnswers({ config: null, help: null }),
  needsAddress0: false,
  glibc: null,
  hasSymbols: false,
  hasDebugInfo: false,
  library: null,
};
const start: Snapshot = { seq: 4, state: emptyState() };
const set = { collection: 'kernels', id: kernel.path, value: kernel } as const;

test('a patch in order is applied; collections it doesn’t touch stay the same objects', () => {
  const next = applyPatch(start, { seq: 5, changes: [set] });
  expect(next).toMatchObject({ seq: 5, state: { kernels: { [kernel.path]: kernel } } });
  expect(next?.state.vms).toBe(start.state.vms);
  expect(start.state.kernels).toEqual({});
  const gone = next && applyPatch(next, { seq: 6, changes: [{ ...set, value: null }] });
  expect(gone?.state).toEqual(emptyState());
});

test('a gap, a repeat or a patch from the past asks for a new snapshot', () => {
  for (const seq of [3, 4, 6]) expect(applyPatch(start, { seq, changes: [set] })).toBeNull();
});
