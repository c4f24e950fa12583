import { expect, test } from 'vitest';
import { linkSchema } from './nic.js';
import { optionsOf, tunnelDraft } from './transport-options.js';
import { transportNames } from './transports/index.js';

test.each(transportNames)('%s: every option has its words, and its examples are taken', (transport) => {
  const options = optionsOf(transport);
  for (const { name, what, example } of options) expect([name, what, example]).not.toContain('');
  const all = Object.fromEntries(options.map(({ name, example }) => [name, example]));
  // Addresses of the examples are IPv4.
  delete all['v6'];
  expect(linkSchema.safeParse({ kind: 'transport', transport, options: all }).error?.issues).toBeUndefined();
  const required = Object.fromEntries(
    options.filter(({ isRequired }) => isRequired).map(({ name, example }) => [name, example]),
  );
  expect(linkSchema.safeParse({ kind: 'transport', transport, options: required }).success).toBe(true);
});

test('a tunnel lacks nothing but its two addresses', () => {
  const link = (addresses: object) => ({
    kind: 'transport',
    transport: tunnelDraft.transport,
    options: { ...tunnelDraft.options, ...addresses },
  });
  expect(linkSchema.safeParse(link({})).success).toBe(false);
  expect(linkSchema.safeParse(link({ src: '192.0.2.1', dst: '192.0.2.2' })).success).toBe(true);
});
