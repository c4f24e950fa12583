import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recipeSchema, type GuestNetwork, type RecipeInput } from '../recipe.js';
import type { TreePut } from '../tree-edits.js';
import { withAccount, withMember, withPassword } from './accounts.js';
import {
  askedPaths,
  initKind,
  readTexts,
  type AskedPath,
  type GuestFacts,
  type ReadText,
} from './guest-facts.js';
import { guestSetup } from './guest-setup.js';

const facts = (
  texts: Partial<Record<ReadText, string>> = {},
  real: Partial<Record<AskedPath, string>> = {},
): GuestFacts => ({
  texts: Object.fromEntries(readTexts.map((path) => [path, texts[path] ?? null])) as GuestFacts['texts'],
  real: Object.fromEntries(askedPaths.map((path) => [path, real[path] ?? null])) as GuestFacts['real'],
  hasZone: false,
});
const recipe = (more: Partial<RecipeInput> = {}) =>
  recipeSchema.parse({
    version: 1,
    name: 'lab',
    title: 'Lab',
    source: { kind: 'tree', path: '/x.tar' },
    ...more,
  });
const textOf = (put: readonly TreePut[], path: string): string => {
  const found = put.findLast((one) => one.path === path);
  return found?.kind === 'file' ? found.text : '';
};
const targetOf = (put: readonly TreePut[], path: string): string | undefined => {
  const found = put.find((one) => one.path === path);
  return found?.kind === 'link' ? found.target : undefined;
};

const systemd = facts(
  {
    'etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
    'etc/shadow': 'root:*:19700:0:99999:7:::\n',
    'etc/group': 'root:x:0:\nsudo:x:27:\n',
  },
  {
    'sbin/init': 'usr/lib/systemd/systemd',
    'bin/bash': 'usr/bin/bash',
    'usr/bin/stty': 'usr/bin/stty',
    'sbin/agetty': 'usr/sbin/agetty',
    'bin/login': 'usr/bin/login',
    'bin/sh': 'usr/bin/dash',
  },
);

test('which init a tree has', () => {
  expect(initKind(systemd)).toBe('systemd');
  expect(initKind(facts({ 'etc/inittab': '' }, { 'sbin/init': 'sbin/init' }))).toBe('sysvinit');
  expect(initKind(facts({}, { 'sbin/init': 'bin/busybox' }))).toBe('busybox');
  expect(initKind(facts({}, { 'sbin/init': 'bin/busybox', 'sbin/openrc': 'sbin/openrc' }))).toBe('openrc');
  expect(initKind(facts())).toBe('none');
});

test('a systemd guest: logins from tty0 on, what is slow left out, no check of the root file system', () => {
  const { put } = guestSetup(systemd, recipe({ contents: { consoles: 2 } }), 'web', {});
  expect(targetOf(put, 'etc/systemd/system/getty.target.wants/getty@tty0.service')).toBe(
    '/lib/systemd/system/getty@.service',
  );
  expect(targetOf(put, 'etc/systemd/system/systemd-udev-trigger.service')).toBe('/dev/null');
  expect(textOf(put, 'etc/fstab')).toBe('/dev/ubda / ext4 defaults,noatime,discard 0 0\n');
  expect(textOf(put, 'etc/hostname')).toBe('web\n');
  expect(textOf(put, 'etc/shadow')).toBe('root::19700:0:99999:7:::\n');
  const slow = guestSetup(systemd, recipe({ contents: { quickStart: false } }), 'web', {});
  expect(targetOf(slow.put, 'etc/systemd/system/systemd-udev-trigger.service')).toBeUndefined();
});

test('passwords, users and keys', () => {
  const { put, notes } = guestSetup(
    systemd,
    recipe({
      access: {
        root: { kind: 'password' },
        users: [
          { name: 'ada', password: { kind: 'password' }, admin: true },
          { name: 'bob', password: { kind: 'locked' } },
        ],
        sshKeys: ['ssh-ed25519 AAAA ada'],
      },
    }),
    'web',
    { root: '$6$r', ada: '$6$a' },
  );
  expect(textOf(put, 'etc/shadow')).toBe(
    'root:$6$r:19700:0:99999:7:::\nada:$6$a:19000:0:99999:7:::\nbob:!:19000:0:99999:7:::\n',
  );
  expect(textOf(put, 'etc/passwd')).toContain('ada:x:1000:1000:ada:/home/ada:/bin/bash\nbob:x:1001:1001:');
  expect(textOf(put, 'etc/group')).toContain('sudo:x:27:ada');
  expect(textOf(put, 'root/.ssh/authorized_keys')).toBe('ssh-ed25519 AAAA ada\n');
  expect(notes.join()).toContain('no SSH server');
});

test('a tree without init is given one, and it is said', () => {
  const { put, notes, needsBusybox } = guestSetup(facts({}, { 'bin/sh': 'bin/sh' }), recipe(), 'web', {});
  expect(needsBusybox).toBe(true);
  expect(notes.join(' ')).toMatch(/no init.*no account called root/);
  expect(targetOf(put, 'sbin/init')).toBe('/usr/lib/paddock/busybox');
  expect(textOf(put, 'etc/inittab')).toContain('tty0::respawn:/usr/lib/paddock/busybox getty');
});

test('the network in the form the guest expects', () => {
  const fixed: GuestNetwork = {
    device: 'vec0',
    ipv4: { kind: 'fixed', address: '10.0.0.2', prefix: 24, gateway: '10.0.0.1', dns: ['10.0.0.1'] },
  };
  const ifupdown = { ...systemd, real: { ...systemd.real, 'sbin/ifup': 'usr/sbin/ifup' } };
  expect(
    textOf(
      guestSetup(ifupdown, recipe({ contents: { network: fixed } }), 'w', {}).put,
      'etc/network/interfaces',
    ),
  ).toContain('auto vec0\niface vec0 inet static\n    address 10.0.0.2/24\n    gateway 10.0.0.1\n');
  const networkd = {
    ...systemd,
    real: { ...systemd.real, 'lib/systemd/systemd-networkd': 'usr/lib/systemd/systemd-networkd' },
  };
  const { put } = guestSetup(
    networkd,
    recipe({ contents: { network: { device: 'vec0', ipv4: { kind: 'dhcp' } } } }),
    'w',
    {},
  );
  expect(textOf(put, 'etc/systemd/network/10-paddock.network')).toContain('Name=vec0\n\n[Network]\nDHCP=yes');
  expect(guestSetup(systemd, recipe({ contents: { network: fixed } }), 'w', {}).notes.join()).toContain(
    'neither ifupdown',
  );
});

test('whatever is in a file of accounts, other lines stay', () => {
  const name = fc.constantFrom('root', 'ada', 'daemon');
  const line = fc.string().map((text) => text.replaceAll('\n', ''));
  fc.assert(
    fc.property(fc.array(line), name, (lines, user) => {
      const text = lines.join('\n');
      const others = text.split('\n').filter((one) => one !== '' && !one.startsWith(`${user}:`));
      const after = withPassword(text, user, 'X').split('\n');
      expect(others.every((one) => after.includes(one))).toBe(true);
      expect(after.some((one) => one.startsWith(`${user}:X:`))).toBe(true);
      withMember(text, 'sudo', user);
      expect(withAccount(text, user, `${user}:new`)).toContain(`${user}:new\n`);
    }),
  );
});

test('OpenRC starts what is there, with the init that is there; an inittab that it has keeps its own lines', () => {
  const services = { 'etc/init.d/hostname': 'x', 'etc/init.d/networking': 'x', 'sbin/openrc': 'sbin/openrc' };
  const network: GuestNetwork = { device: 'vec0', ipv4: { kind: 'dhcp' } };
  const made = (init: string, inittab: string | null, more: Partial<Record<AskedPath, string>> = {}) =>
    guestSetup(
      facts(inittab === null ? {} : { 'etc/inittab': inittab }, { 'sbin/init': init, ...services, ...more }),
      recipe({ contents: { network, consoles: 1 } }),
      'img',
      {},
    );
  const alpine = made(
    'bin/busybox',
    '::sysinit:/sbin/openrc sysinit\ntty1::respawn:/sbin/getty 38400 tty1\n# a getty\n',
    {
      'sbin/getty': 'bin/busybox',
    },
  );
  expect(textOf(alpine.put, 'etc/inittab')).toBe(
    '::sysinit:/sbin/openrc sysinit\n# a getty\ntty0::respawn:/sbin/getty 38400 tty0 xterm-256color\n',
  );
  expect(targetOf(alpine.put, 'etc/runlevels/boot/networking')).toBe('/etc/init.d/networking');
  expect(targetOf(alpine.put, 'etc/runlevels/boot/hostname')).toBe('/etc/init.d/hostname');
  expect(targetOf(alpine.put, 'etc/runlevels/boot/root')).toBeUndefined();
  expect(textOf(made('bin/busybox', null).put, 'etc/inittab')).toMatch(
    /^::sysinit:\/sbin\/openrc sysinit\n[^]*openrc shutdown\ntty0::respawn:\/bin\/busybox getty /,
  );
  const own = made('sbin/openrc-init', null, { 'etc/init.d/agetty': 'x' });
  expect(own.init).toBe('openrc-init');
  expect(targetOf(own.put, 'etc/runlevels/default/agetty.tty0')).toBe('/etc/init.d/agetty.tty0');
  expect(textOf(own.put, 'etc/inittab')).toBe('');
  expect(made('sbin/openrc-init', null).notes.join()).toContain('no login');
});
