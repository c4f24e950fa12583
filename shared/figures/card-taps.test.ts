import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cardTaps } from './card-taps.js';

test('finds taps, each once, and nothing else', () => {
  expect(
    cardTaps([
      'linux',
      'mem=64M',
      'vec0:transport=tap,ifname=tap0,depth=128,gro=1',
      'vec1:ifname=pk-1,transport=tap',
      'vec2:transport=raw,ifname=eth0',
      'vec3:transport=bess,dst=/tmp/x',
      'eth0=tuntap,tap7,fe:fd:0:0:0:1',
      'eth1=tuntap,tap0',
      'eth2=tuntap,,,192.168.0.1',
      'eth3=daemon,,unix,/tmp/switch',
      'xeth4=tuntap,no',
    ]),
  ).toEqual([
    { unit: 0, tap: 'tap0' },
    { unit: 1, tap: 'pk-1' },
    { unit: 0, tap: 'tap7' },
  ]);
});

test('no name leads out of /sys/class/net', () => {
  const name = fc.oneof(fc.string(), fc.constantFrom('..', '.', '../../etc', 'a/b', '/', 'a name'));
  fc.assert(
    fc.property(name, fc.boolean(), (said, old) => {
      const found = cardTaps([old ? `eth0=tuntap,${said}` : `vec0:transport=tap,ifname=${said}`]);
      for (const { tap } of found) expect(tap).not.toMatch(/\/|^\.\.?$/);
    }),
  );
});
