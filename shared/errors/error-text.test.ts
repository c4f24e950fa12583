import { expect, test } from 'vitest';
import { errorCodes, errorText } from './error-text.js';
import { describeError, failure, paddockErrorSchema } from './paddock-error.js';

test('every code has a sentence that ends, and a fix or nothing', () => {
  // Whatever is asked for is there: the texts must not need more than their parameters.
  const params = new Proxy({}, { get: (_, key) => (typeof key === 'string' ? '7' : undefined) });
  for (const code of errorCodes) {
    const { sentence, fix } = errorText(code, params as never);
    expect(sentence).toMatch(/^[A-Z“/7].*[.)]$/s);
    expect(fix).not.toMatch(/undefined/);
  }
});

test('an error survives the wire', () => {
  const { error } = failure('vm-unknown', { name: 'x' });
  expect(paddockErrorSchema.parse(JSON.parse(JSON.stringify(error)))).toEqual(error);
  expect(describeError(error).sentence).toBe('There is no machine called x.');
});
