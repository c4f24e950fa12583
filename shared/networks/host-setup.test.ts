import { expect, test } from 'vitest';
import {
  hostPlan,
  hostScript,
  hostSetupSchema,
  isPlain,
  newInterfaces,
  rangeOf,
  type HostSetup,
} from './host-setup.js';
import { subnetText } from './ipv4.js';

const owner = { uid: 1000, copyPath: '/home/a/kernels/raw' };
const text = (setup: HostSetup): { make: string; undo: string } => {
  const { make, undo } = hostPlan(setup, owner);
  return { make: hostScript(make), undo: hostScript(undo) };
};

test('a tap belongs to its user, and one command takes it away', () => {
  expect(text({ kind: 'tap', name: 'uml0', address: '192.168.77.1/24' })).toEqual({
    make: [
      'ip tuntap add dev uml0 mode tap user 1000',
      'ip address add 192.168.77.1/24 dev uml0',
      'ip link set dev uml0 up',
    ].join('\n'),
    undo: 'ip link delete dev uml0',
  });
  expect(text({ kind: 'tap', name: 'uml0', address: null }).make).not.toContain('address');
});

test('a bridge is made only where it is not there, and only then taken away', () => {
  const fresh = text({ kind: 'bridge', name: 'uml0', bridge: 'br0', uplink: 'eth1' });
  expect(fresh.make.split('\n')).toEqual([
    'ip link add name br0 type bridge forward_delay 0',
    'ip link set dev eth1 master br0',
    'ip link set dev eth1 up',
    'ip link set dev br0 up',
    'ip tuntap add dev uml0 mode tap user 1000',
    'ip link set dev uml0 master br0',
    'ip link set dev uml0 up',
  ]);
  expect(fresh.undo).toBe('ip link delete dev uml0\nip link delete dev br0');
  const there = text({ kind: 'bridge', name: 'uml0', bridge: 'br0', uplink: null });
  expect(there.make).not.toContain('type bridge');
  expect(there.undo).toBe('ip link delete dev uml0');
});

test('a wire and the copy of a kernel', () => {
  expect(text({ kind: 'veth', name: 'v0', peer: 'v1', address: null })).toEqual({
    make: 'ip link add name v0 type veth peer name v1\nip link set dev v0 up\nip link set dev v1 up',
    undo: 'ip link delete dev v0',
  });
  expect(text({ kind: 'kernel', name: 'raw', kernelPath: '/usr/bin/linux.uml' })).toEqual({
    make: 'setcap cap_net_admin,cap_net_raw+ep /home/a/kernels/raw',
    undo: 'setcap -r /home/a/kernels/raw',
  });
});

test('each command has its sentence', () => {
  const all: HostSetup[] = [
    { kind: 'tap', name: 'a', address: '10.0.0.1/8' },
    { kind: 'bridge', name: 'a', bridge: 'b', uplink: 'c' },
    { kind: 'veth', name: 'a', peer: 'b', address: '10.0.0.1/30' },
    { kind: 'kernel', name: 'a', kernelPath: '/k' },
  ];
  for (const setup of all) {
    const { make, undo } = hostPlan(setup, owner);
    for (const { why } of [...make, ...undo]) expect(why).toMatch(/^[A-Z].*\.$/);
  }
});

test.each(['-x', 'a b', 'a;b', 'a$b', "a'b", 'a\nb', '', '.', '..', 'a'.repeat(16), 'a/b', 'ä', '`id`'])(
  'what is no plain name of an interface is refused: %j',
  (name) => {
    for (const setup of [
      { kind: 'tap', name, address: null },
      { kind: 'bridge', name: 'a', bridge: name, uplink: null },
      { kind: 'bridge', name: 'a', bridge: 'b', uplink: name },
      { kind: 'veth', name: 'a', peer: name, address: null },
    ])
      expect(hostSetupSchema.safeParse(setup).success).toBe(false);
  },
);

test.each([
  '10.0.0.1',
  '10.0.0.1/31',
  '10.0.0.1/7',
  '10.0.0.1/024',
  '10.0.0.01/24',
  '10.0.0.1/24 dev lo',
  '::1/64',
])('what is no address with its range is refused: %j', (address) =>
  expect(hostSetupSchema.safeParse({ kind: 'tap', name: 'a', address }).success).toBe(false),
);

test('a path that a shell would take apart never gets into a list', () => {
  const { make } = hostPlan(
    { kind: 'kernel', name: 'a', kernelPath: '/k' },
    { uid: 1, copyPath: '/a b/$(id)' },
  );
  expect(isPlain(make)).toBe(false);
  expect(() => hostScript(make)).toThrow('not plain');
});

test('what is made, and the range of an address', () => {
  expect(newInterfaces({ kind: 'bridge', name: 'a', bridge: 'b', uplink: 'c' })).toEqual(['a', 'b']);
  expect(newInterfaces({ kind: 'bridge', name: 'a', bridge: 'b', uplink: null })).toEqual(['a']);
  expect(subnetText(rangeOf('192.168.77.1/24'))).toBe('192.168.77.0/24');
  expect(subnetText(rangeOf('10.200.3.9/8'))).toBe('10.0.0.0/8');
  expect(subnetText(rangeOf('192.168.77.5/30'))).toBe('192.168.77.4/30');
});
