import fc from 'fast-check';
import { expect, test } from 'vitest';
import { freeSubnet, gatewayOf, strangerRange, withAddresses } from './addresses.js';
import { ipv4Number, isInSubnet, overlap, parseSubnet, subnetText, type Subnet } from './ipv4.js';

const subnets: fc.Arbitrary<Subnet> = fc
  .tuple(fc.nat(2 ** 32 - 1), fc.integer({ min: 16, max: 28 }))
  .map(([at, prefix]) => ({ first: at - (at % 2 ** (32 - prefix)), prefix }));
const macs = fc.uniqueArray(
  fc.integer({ min: 0, max: 0xffffff }).map((n) => `02:50:44:${n.toString(16).padStart(6, '0')}`),
  { maxLength: 40 },
);

test('every card gets an address of its own, in the subnet, and neither the gateway’s nor a stranger’s', () => {
  fc.assert(
    fc.property(subnets, macs, (subnet, cards) => {
      const words = subnetText(subnet);
      const given = withAddresses({ subnet: words, addresses: {} }, cards);
      if (given === null) {
        expect(2 ** (32 - subnet.prefix)).toBeLessThan(64);
        return;
      }
      const addresses = cards.map((mac) => given[mac] ?? '');
      expect(new Set(addresses).size).toBe(cards.length);
      const strangers = strangerRange(words);
      for (const address of addresses) {
        expect(isInSubnet(subnet, address)).toBe(true);
        expect(address).not.toBe(gatewayOf(words));
        expect(ipv4Number(address)).toBeLessThan(ipv4Number(strangers.from));
      }
    }),
  );
});

test('an address that was given stays, whoever comes after; one of another subnet is given anew', () => {
  const first = withAddresses({ subnet: '10.77.1.0/24', addresses: {} }, ['a', 'b']) ?? {};
  expect(first).toEqual({ a: '10.77.1.10', b: '10.77.1.11' });
  expect(withAddresses({ subnet: '10.77.1.0/24', addresses: first }, ['c', 'b', 'a'])).toEqual({
    ...first,
    c: '10.77.1.12',
  });
  expect(withAddresses({ subnet: '10.78.0.0/16', addresses: first }, ['b'])).toEqual({ b: '10.78.0.10' });
});

test('a subnet that is full says so', () => {
  const cards = Array.from({ length: 40 }, (_, n) => `card ${n}`);
  expect(withAddresses({ subnet: '10.0.0.0/28', addresses: {} }, cards)).toBeNull();
  expect(withAddresses({ subnet: '10.0.0.0/28', addresses: {} }, cards.slice(0, 3))).not.toBeNull();
});

test('the first range that nobody has is taken', () => {
  expect(freeSubnet(() => false)).toBe('10.77.1.0/24');
  const here = parseSubnet('10.77.0.0/22');
  expect(
    freeSubnet((words) => {
      const subnet = parseSubnet(words);
      return here !== null && subnet !== null && overlap(here, subnet);
    }),
  ).toBe('10.77.4.0/24');
});
