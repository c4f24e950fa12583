import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linkSchema } from '../nic.js';
import { deviceName, nicWord, transportNames, type TransportName } from './index.js';

const MAC = '02:50:44:00:00:01';
const address = { src: '127.0.0.1', dst: '127.0.0.2' };

// The command lines that ran (facts/networking, table 1).
const examples: Readonly<Record<TransportName, [Record<string, string>, string]>> = {
  tap: [{ ifname: 'tap0' }, `vec3:transport=tap,depth=128,gro=1,ifname=tap0,mac=${MAC}`],
  hybrid: [{ ifname: 'tap0' }, `vec3:transport=hybrid,depth=128,gro=1,ifname=tap0,mac=${MAC}`],
  raw: [{ ifname: 'veth1' }, `vec3:transport=raw,depth=128,gro=1,ifname=veth1,mac=${MAC}`],
  gre: [address, `vec3:transport=gre,depth=128,src=127.0.0.1,dst=127.0.0.2,mac=${MAC}`],
  l2tpv3: [
    { ...address, rx_session: '1', tx_session: '2' },
    `vec3:transport=l2tpv3,depth=128,src=127.0.0.1,dst=127.0.0.2,rx_session=1,tx_session=2,mac=${MAC}`,
  ],
  bess: [{ dst: '/run/s' }, `vec3:transport=bess,depth=128,gro=1,dst=/run/s,mac=${MAC}`],
  'vector-vde': [{ vnl: 'slirp://' }, `vec3:transport=vde,depth=128,vnl=slirp://,mac=${MAC}`],
  tuntap: [{ ifname: 'tap0' }, `eth3=tuntap,tap0,${MAC}`],
  daemon: [{ socket: '/run/s' }, `eth3=daemon,${MAC},unix,/run/s`],
  'legacy-vde': [{ vnl: 'slirp://' }, `eth3=vde,slirp://,${MAC}`],
  mcast: [{ group: '239.192.168.1', port: '1102' }, `eth3=mcast,${MAC},239.192.168.1,1102,1`],
  ucast: [{ address: '127.0.0.1', listen: '2201', remote: '2202' }, `eth3=ucast,${MAC},127.0.0.1,2201,2202`],
  slirp: [{ program: '/usr/bin/slirp-fullbolt' }, 'eth3=slirp,,/usr/bin/slirp-fullbolt'],
};

const allows = (transport: TransportName, options: Record<string, string>): boolean =>
  linkSchema.safeParse({ kind: 'transport', transport, options }).success;

test.each(transportNames)('%s: the argument that is known to work', (name) => {
  const [options, word] = examples[name];
  expect(allows(name, options)).toBe(true);
  expect(nicWord(name, 3, options, MAC)).toBe(word);
  expect(word.startsWith(deviceName(name, 3))).toBe(true);
});

test.each(transportNames)('%s: no value ends an argument or begins another', (name) => {
  const [options] = examples[name];
  const keys = Object.keys(options);
  fc.assert(
    fc.property(fc.constantFrom(...keys), fc.string({ maxLength: 20, unit: 'binary' }), (key, value) => {
      const tried = { ...options, [key]: value };
      if (!allows(name, tried)) return;
      const word = nicWord(name, 3, tried, MAC);
      expect(word).not.toMatch(/[\s"'\p{Cc}]/u);
      expect(word.split(',').length).toBe(nicWord(name, 3, options, MAC).split(',').length);
    }),
  );
});

test('what is known to panic a guest, or to be a trap, can’t be said', () => {
  const l2tpv3 = { ...address, rx_session: '1', tx_session: '2' };
  for (const bad of [
    { rx_session: '0xffffffff' },
    { rx_session: '4294967296' },
    { rx_cookie: '1' },
    { srcport: '0' },
    { srcport: '65536' },
  ])
    expect(allows('l2tpv3', { ...l2tpv3, ...bad })).toBe(false);
  expect(allows('tap', { ifname: 'a/b' })).toBe(false);
  expect(allows('tap', { ifname: 'sixteen-letters-x' })).toBe(false);
  expect(allows('mcast', { group: '10.0.0.1', port: '1102' })).toBe(false);
  expect(allows('bess', { dst: 'relative' })).toBe(false);
});
