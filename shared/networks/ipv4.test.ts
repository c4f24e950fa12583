import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addressAt,
  ipv4Number,
  ipv4Text,
  isInSubnet,
  overlap,
  parseSubnet,
  subnetOf,
  subnetSize,
  subnetText,
} from './ipv4.js';

const bits = fc.nat(2 ** 32 - 1);
const subnets = fc.tuple(bits, fc.integer({ min: 0, max: 32 })).map(([at, prefix]) => {
  const size = 2 ** (32 - prefix);
  return { first: at - (at % size), prefix };
});

test('an address is its 32 bits and back', () => {
  fc.assert(fc.property(bits, (n) => ipv4Number(ipv4Text(n)) === n));
  expect(ipv4Text(ipv4Number('10.77.255.1'))).toBe('10.77.255.1');
});

test('a subnet is its text and back; what is none, or not at its start, is refused', () => {
  fc.assert(
    fc.property(subnets, (subnet) => {
      expect(parseSubnet(subnetText(subnet))).toEqual(subnet);
    }),
  );
  for (const text of ['', '10.0.0.0', '10.0.0.0/33', '10.0.0.1/24', '10.0.0/24', '10.0.0.0/24 ', '::/0'])
    expect(parseSubnet(text)).toBeNull();
});

test('two subnets overlap exactly when the start of one is in the other', () => {
  fc.assert(
    fc.property(subnets, subnets, (a, b) => {
      expect(overlap(a, b)).toBe(isInSubnet(a, ipv4Text(b.first)) || isInSubnet(b, ipv4Text(a.first)));
    }),
  );
});

test('an interface’s subnet holds its address', () => {
  expect(subnetText(subnetOf('192.168.7.9', '255.255.255.0'))).toBe('192.168.7.0/24');
  expect(subnetText(subnetOf('172.16.0.1', '255.255.255.252'))).toBe('172.16.0.0/30');
  expect(addressAt({ first: ipv4Number('10.0.0.0'), prefix: 24 }, 255)).toBe('10.0.0.255');
  expect(subnetSize({ first: 0, prefix: 0 })).toBe(2 ** 32);
});
