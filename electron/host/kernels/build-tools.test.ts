import { describeError } from '@shared/errors/paddock-error.js';
import type { BuildNeed } from '@shared/kernels/build-plan.js';
import { expect, test } from 'vitest';
import { missingNeeds } from './build-tools.js';

const need = (what: string, state: BuildNeed['state'], name = what): BuildNeed => ({
  what,
  package: name,
  why: '',
  state,
});

test('what can’t be had is one refusal, with the packages; what is there, or fetched, is none', () => {
  expect(missingNeeds([need('make', 'there'), need('flex', 'fetched')])).toEqual([]);
  const [refusal, ...more] = missingNeeds([
    need('gcc', 'missing'),
    need('make', 'there'),
    need('ld', 'missing', 'binutils'),
    need('as', 'missing', 'binutils'),
  ]);
  expect(more).toEqual([]);
  expect(refusal?.error).toMatchObject({
    code: 'build-needs',
    params: { programs: 'gcc, ld, as', packages: 'gcc binutils' },
  });
  expect(refusal && describeError(refusal.error).fix).toContain('gcc binutils');
});
