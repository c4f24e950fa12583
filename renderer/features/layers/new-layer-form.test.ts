import { expect, test } from 'vitest';
import { OTHER_BASE } from './base-choices.js';
import { countOf, layerFaults, machineNames, shownName, type LayerDraft } from './new-layer-form.js';

const draft = (more: Partial<LayerDraft> = {}): LayerDraft => ({
  base: 'debian',
  path: '',
  for: 'machines',
  vmName: null,
  count: '1',
  vmId: '',
  name: '',
  note: '',
  ...more,
});

test('several machines are numbered, past what is taken and within 40 letters', () => {
  expect(machineNames('web', 1, new Set(['web-1']))).toEqual(['web']);
  expect(machineNames('web', 3, new Set(['web-2']))).toEqual(['web-1', 'web-3', 'web-4']);
  const long = machineNames('x'.repeat(40), 12, new Set());
  expect(long.every((name) => name.length <= 40)).toBe(true);
  expect(new Set(long).size).toBe(12);
});

test('a count is a whole number from 1 to 20', () => {
  expect(['1', '20', ' 7 '].map(countOf)).toEqual([1, 20, 7]);
  expect(['', '0', '21', '-1', '1.5', 'many'].map(countOf)).toEqual([null, null, null, null, null, null]);
});

test('only the fields of what the layer is for can be wrong', () => {
  const taken = new Set(['web']);
  expect(layerFaults(draft(), 'web', taken).vmName).toMatch(/web-2 is free/);
  expect(layerFaults(draft({ count: '3' }), 'web', taken)).toEqual({});
  expect(layerFaults(draft({ for: 'disk' }), 'web', taken)).toEqual({ vmId: 'Choose a machine.' });
  expect(layerFaults(draft({ for: 'free' }), 'web', taken)).toHaveProperty('name');
  expect(
    layerFaults(draft({ for: 'free', name: 'x', base: OTHER_BASE, path: 'disk.img' }), 'web', taken),
  ).toHaveProperty('path');
});

test('the proposed name is free for one machine, and what the names of several begin with', () => {
  const taken = new Set(['tiny']);
  expect(shownName(draft(), 'tiny', taken)).toBe('tiny-2');
  expect(shownName(draft({ count: '3' }), 'tiny', taken)).toBe('tiny');
  expect(shownName(draft({ vmName: 'mine' }), 'tiny', taken)).toBe('mine');
});
