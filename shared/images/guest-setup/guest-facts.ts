/** How a guest starts its services. */
export type InitKind = 'systemd' | 'sysvinit' | 'openrc' | 'openrc-init' | 'busybox' | 'other' | 'none';

/** Texts of a tree that the set-up of a guest reads. */
export const readTexts = [
  'etc/passwd',
  'etc/shadow',
  'etc/group',
  'etc/inittab',
  'etc/hosts',
  'etc/os-release',
  'etc/rc.conf',
] as const;
export type ReadText = (typeof readTexts)[number];

/** Services of OpenRC that a guest needs, by the runlevel they are started in; a tree of a container has them in none. */
export const openrcServices = {
  sysinit: ['devfs', 'sysfs'],
  boot: ['procfs', 'root', 'localmount', 'hostname', 'bootmisc'],
  shutdown: ['killprocs', 'mount-ro'],
} as const;
type OpenrcService = (typeof openrcServices)[keyof typeof openrcServices][number] | 'networking' | 'agetty';
/** Where the script of a service is. */
export const servicePath = <S extends OpenrcService>(name: S): `etc/init.d/${S}` => `etc/init.d/${name}`;

/** Paths of a tree that the set-up of a guest asks for. */
export const askedPaths = [
  ...Object.values(openrcServices).flat().map(servicePath),
  servicePath('networking'),
  servicePath('agetty'),
  'sbin/init',
  'lib/systemd/systemd',
  'sbin/telinit',
  'sbin/openrc',
  'bin/busybox',
  'sbin/agetty',
  'sbin/getty',
  'bin/login',
  'bin/sh',
  'init',
  'usr/share/zoneinfo',
  'usr/sbin/sshd',
  'sbin/ifup',
  'lib/systemd/systemd-networkd',
  'usr/bin/stty',
  'bin/stty',
  'bin/bash',
] as const;
export type AskedPath = (typeof askedPaths)[number];

/** What is known of a tree: enough to decide what it lacks. */
export interface GuestFacts {
  texts: Readonly<Record<ReadText, string | null>>;
  /** Where each asked path leads when it is there, links followed within the tree; else null. */
  real: Readonly<Record<AskedPath, string | null>>;
  hasZone: boolean;
}

/** By which init a tree starts. */
export function initKind({ real, texts }: GuestFacts): InitKind {
  const init = real['sbin/init'];
  if (init === null) return 'none';
  if (/(^|\/)systemd$/.test(init)) return 'systemd';
  if (/(^|\/)busybox/.test(init)) return real['sbin/openrc'] !== null ? 'openrc' : 'busybox';
  if (init.endsWith('openrc-init')) return 'openrc-init';
  return texts['etc/inittab'] !== null || real['sbin/telinit'] !== null ? 'sysvinit' : 'other';
}
