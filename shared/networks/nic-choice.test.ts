import { expect, test } from 'vitest';
import { chooseCarrier, whyNotCarrier } from './carrier-choice.js';
import type { NetworkFacts } from './network-facts.js';
import { chooseTransport, linkText } from './nic-choice.js';
import { kernelTransports } from './transports/index.js';

const debian61 = {
  version: '6.1.176',
  transports: kernelTransports(
    '6.1.176',
    new Set(['VECTOR', 'TUNTAP', 'DAEMON', 'VDE', 'MCAST', 'SLIRP'].map((name) => `CONFIG_UML_NET_${name}`)),
  ),
};
const debian72 = {
  version: '7.2.7',
  transports: kernelTransports('7.2.7', new Set(['CONFIG_UML_NET_VECTOR'])),
};
const old = { version: '5.10.0', transports: kernelTransports('5.10.0', new Set(['CONFIG_UML_NET_MCAST'])) };

test('each kernel does what it can, the quickest way, and says why', () => {
  const by = (effect: Parameters<typeof chooseTransport>[0], kernel: typeof debian61): string => {
    const choice = chooseTransport(effect, kernel);
    return choice.ok ? choice.transport : choice.why;
  };
  expect(by('internet', debian61)).toBe('legacy-vde');
  expect(by('internet', debian72)).toBe('vector-vde');
  expect(by('namespace', debian61)).toBe('tap');
  expect(by('cable', debian72)).toBe('l2tpv3');
  expect(by('cable', old)).toBe('ucast');
  expect(by('tap', old)).toMatch(/^kernel 5\.10\.0 has neither Tap .* nor TUN\/TAP/);
  expect(chooseTransport('internet', debian61)).toMatchObject({
    why: expect.stringContaining('has no VDE') as string,
  });
});

test('a kernel that doesn’t say what it has is believed to have the vector transports', () => {
  expect(chooseTransport('namespace', { version: '6.5', transports: null })).toMatchObject({
    transport: 'tap',
  });
});

const all: NetworkFacts = { namespaces: null, tun: null, missing: {} };

test('the namespace is taken where it can be had, else the switch, and the reason is told', () => {
  expect(chooseCarrier(all, { wanted: null, internet: true })).toMatchObject({ carrier: 'namespace' });
  const noTun = { ...all, tun: 'you may not open /dev/net/tun' };
  expect(chooseCarrier(noTun, { wanted: null, internet: true })).toMatchObject({
    carrier: 'vde',
    why: expect.stringContaining('you may not open /dev/net/tun') as string,
  });
  expect(chooseCarrier(noTun, { wanted: 'namespace', internet: false })).toEqual({
    ok: false,
    reasons: [{ carrier: 'namespace', why: 'you may not open /dev/net/tun' }],
  });
  // nft and slirp4netns are needed for the internet only.
  const noNft = { ...all, missing: { nft: 'nftables' } };
  expect(whyNotCarrier(noNft, 'namespace', false)).toBeNull();
  expect(whyNotCarrier(noNft, 'namespace', true)).toBe('nft is not installed (package nftables)');
});

test('what a card is led to, in words', () => {
  const forward = { protocol: 'tcp', hostAddress: '127.0.0.1', hostPort: 8080, guestPort: 80 } as const;
  const name = (): string => 'lab';
  expect(linkText({ kind: 'network', networkId: 'aaaaaaaa', forwards: [forward] }, name)).toBe(
    'lab, 8080:80',
  );
  expect(linkText({ kind: 'tap', ifname: 'tap0' }, name)).toBe('tap tap0');
  expect(linkText({ kind: 'none' }, name)).toBe('unplugged');
});
