import { rootFile, type TreePut } from '../tree-edits.js';

/** What an init is to be told. */
export interface InitWants {
  consoles: number;
  quickStart: boolean;
  hasNetwork: boolean;
  guestTools: boolean;
  hasAgetty: boolean;
}

export const TERMINAL = 'xterm-256color';
export const TOOLS = '/usr/sbin/paddock-guest-tools';

/**
 * Units that cost most of a systemd guest's start under UML and do nothing there (facts/images-and-cow A2 has the
 * blame): there is no hardware to be found, no hibernation, no second file system to scrub.
 */
export const slowUnits = [
  'systemd-udevd.service',
  'systemd-udevd-control.socket',
  'systemd-udevd-kernel.socket',
  'systemd-udev-trigger.service',
  'systemd-udev-settle.service',
  'systemd-hwdb-update.service',
  'systemd-journal-flush.service',
  'systemd-journal-catalog-update.service',
  'systemd-update-utmp.service',
  'systemd-update-utmp-runlevel.service',
  'systemd-update-done.service',
  'systemd-pstore.service',
  'systemd-binfmt.service',
  'systemd-modules-load.service',
  'systemd-machine-id-commit.service',
  'systemd-boot-system-token.service',
  'systemd-firstboot.service',
  'systemd-ask-password-console.path',
  'systemd-ask-password-wall.path',
  'kmod-static-nodes.service',
  'modprobe@.service',
  'dev-hugepages.mount',
  'dev-mqueue.mount',
  'sys-kernel-debug.mount',
  'sys-kernel-tracing.mount',
  'sys-fs-fuse-connections.mount',
  'sys-kernel-config.mount',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'dpkg-db-backup.timer',
  'fstrim.timer',
  'man-db.timer',
  'motd-news.timer',
] as const;

export const link = (path: string, target: string): TreePut => ({ kind: 'link', path, target });
const unit = (name: string): string => `etc/systemd/system/${name}`;

/** A systemd that offers a login on tty0 and so on, which by itself it does from tty1 on (facts/images-and-cow A2). */
export function systemdPuts(wants: InitWants): { puts: TreePut[]; remove: string[] } {
  const masked = [
    // Starts gettys on tty2 to tty6, whatever is there.
    'getty-static.service',
    ...(wants.quickStart ? slowUnits : []),
    ...(wants.quickStart && !wants.hasNetwork ? ['networking.service', 'ifup@.service'] : []),
  ];
  const puts = [
    link(unit('default.target'), '/lib/systemd/system/multi-user.target'),
    ...Array.from({ length: wants.consoles }, (_, n) =>
      link(unit(`getty.target.wants/getty@tty${n}.service`), '/lib/systemd/system/getty@.service'),
    ),
    rootFile(
      unit('getty@.service.d/paddock.conf'),
      // Idle waits up to five seconds for what else starts; clearing the screen would hide what the kernel said.
      [
        '[Service]',
        'Type=simple',
        'ExecStart=',
        `ExecStart=-/sbin/agetty -o '-p -- \\\\u' --noclear %I ${TERMINAL}`,
        'TTYReset=no',
        'TTYVHangup=no',
        'TTYVTDisallocate=no',
        '',
      ].join('\n'),
    ),
    ...masked.map((name) => link(unit(name), '/dev/null')),
    ...(wants.guestTools
      ? [
          rootFile(
            unit('paddock-guest-tools.service'),
            [
              '[Unit]',
              'Description=Paddock guest tools',
              '',
              '[Service]',
              `ExecStart=${TOOLS}`,
              'Restart=on-failure',
              'RestartSec=2',
              '',
              '[Install]',
              'WantedBy=multi-user.target',
              '',
            ].join('\n'),
          ),
          link(unit('multi-user.target.wants/paddock-guest-tools.service'), '../paddock-guest-tools.service'),
        ]
      : []),
  ];
  return { puts, remove: wants.consoles < 2 ? [unit('getty.target.wants/getty@tty1.service')] : [] };
}

/** An inittab of sysvinit with gettys on tty0 and so on in the place of its own. */
export function sysvinitPuts(inittab: string, wants: InitWants): TreePut[] {
  const kept = inittab
    .split('\n')
    .filter((line) => !/^[^#:]*:[^:]*:respawn:.*getty/.test(line) && !line.includes(TOOLS));
  const getty = wants.hasAgetty ? '/sbin/agetty --noclear' : '/sbin/getty 38400';
  const lines = [
    ...Array.from({ length: wants.consoles }, (_, n) => `c${n}:2345:respawn:${getty} tty${n} ${TERMINAL}`),
    ...(wants.guestTools ? [`pgt:2345:respawn:${TOOLS} --stay`] : []),
  ];
  return [rootFile('etc/inittab', `${kept.join('\n').trimEnd()}\n${lines.join('\n')}\n`)];
}

/** BusyBox's init, for a tree that has it or is given it: mounts, consoles and what else the script is to do. */
export function busyboxPuts(busybox: string, script: readonly string[], wants: InitWants): TreePut[] {
  const inittab = [
    '::sysinit:/etc/paddock-start',
    ...(wants.guestTools ? [`::respawn:${TOOLS} --stay`] : []),
    ...Array.from({ length: wants.consoles }, (_, n) =>
      wants.hasAgetty
        ? `tty${n}::respawn:/sbin/agetty --noclear tty${n} ${TERMINAL}`
        : `tty${n}::respawn:${busybox} getty -L 0 tty${n} ${TERMINAL}`,
    ),
    `::ctrlaltdel:${busybox} poweroff`,
    `::shutdown:${busybox} sync`,
    `::shutdown:${busybox} umount -a -r`,
    '',
  ].join('\n');
  const start = [
    '#!/bin/sh',
    'export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    `b=${busybox}`,
    '$b mount -t proc proc /proc',
    '$b mount -t sysfs sysfs /sys',
    '$b mount -t devtmpfs devtmpfs /dev 2>/dev/null',
    '$b mkdir -p /dev/pts /dev/shm',
    '$b mount -t devpts -o gid=5,mode=620 devpts /dev/pts',
    '$b mount -t tmpfs -o mode=1777 tmpfs /dev/shm',
    '$b mount -t tmpfs -o mode=755 tmpfs /run',
    '$b mount -o remount,rw /',
    '$b hostname -F /etc/hostname',
    '$b ip link set lo up 2>/dev/null || $b ifconfig lo up',
    ...script,
    '',
  ].join('\n');
  return [rootFile('etc/inittab', inittab), rootFile('etc/paddock-start', start, 0o755)];
}
