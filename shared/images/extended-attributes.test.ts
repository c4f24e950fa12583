import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keptAttributes, paxAttributes, paxRecords } from './extended-attributes.js';

const bytes = (...of: number[]): Uint8Array => Uint8Array.from(of);
const text = (of: string): Uint8Array => new TextEncoder().encode(of);

test('what is written is what is read, whatever the values are', () => {
  const name = fc.stringMatching(/^user\.[a-z]{1,120}$/);
  fc.assert(
    fc.property(fc.dictionary(name, fc.uint8Array({ maxLength: 1100 })), (all) => {
      const attributes = new Map(Object.entries(all));
      expect(paxAttributes(paxRecords(attributes))).toEqual(attributes);
    }),
  );
});

test('other records are passed over; what is no record ends them, and nothing is made up', () => {
  const good = text('11 path=ab\n28 SCHILY.xattr.user.a=b=\nc\n');
  expect(paxAttributes(good)).toEqual(new Map([['user.a', text('b=\nc')]]));
  for (const bad of [
    '9999999 a=b\n',
    '0 a=b\n',
    '-5 a=b\n',
    '1e3 a=b\n',
    'x',
    '12345678901 a=b\n',
    '6 abcd\n',
    '',
  ]) {
    expect(paxAttributes(text(bad)), bad).toEqual(new Map());
    expect(paxAttributes(new Uint8Array([...good, ...text(bad)])).size, bad).toBe(1);
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (any) => void paxAttributes(any)));
});

test('kept are capabilities that are some, on files, and users’ own; the rest is told', () => {
  const capability = new Uint8Array(20);
  capability[3] = 2;
  const all = new Map([
    ['security.capability', capability],
    ['user.note', text('x')],
    ['user.a "b"', text('x')],
    ['user.large', new Uint8Array(3000)],
    ['security.selinux', text('x')],
    ['trusted.overlay.opaque', text('y')],
  ]);
  const { kept, left } = keptAttributes('file', all);
  expect([...(kept?.keys() ?? [])]).toEqual(['security.capability', 'user.note']);
  expect(left).toEqual(['user.a "b"', 'user.large', 'security.selinux', 'trusted.overlay.opaque']);
  expect([...(keptAttributes('folder', all).kept?.keys() ?? [])]).toEqual(['user.note']);
  expect(keptAttributes('link', all).kept).toBeUndefined();
  for (const bad of [bytes(), bytes(0, 0, 0, 2), new Uint8Array(20), new Uint8Array(24)])
    expect(keptAttributes('file', new Map([['security.capability', bad]])).kept).toBeUndefined();
});
