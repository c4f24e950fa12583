/**
 * What the tiny image holds: BusyBox and the few files that make it a Linux with a login prompt.
 * Raise the version with every change, so that machines on the old image keep theirs.
 */
export const TINY_RECIPE_VERSION = 1;

/** Apparent size of the image. Sparse: some 3 MB of it are used. */
export const TINY_IMAGE_SIZE = '16M';

/** A file of the image: path, text and mode. */
export interface RecipeFile {
  path: string;
  mode: number;
  text: string;
}

/** Folders that must exist before the files: mount points, and homes of links. */
export const tinyFolders = [
  'bin',
  'sbin',
  'etc',
  'dev',
  'proc',
  'sys',
  'run',
  'tmp',
  'root',
  'mnt',
  'var',
  'usr/bin',
  'usr/sbin',
] as const;

/** Applets that programs and scripts expect in /sbin; all others are linked in /bin. */
export const tinySbinApplets: ReadonlySet<string> = new Set([
  'getty',
  'halt',
  'ifconfig',
  'init',
  'ip',
  'mkswap',
  'modprobe',
  'poweroff',
  'reboot',
  'route',
  'swapoff',
  'swapon',
  'sysctl',
  'udhcpc',
]);

const inittab = `::sysinit:/etc/rcS
tty0::respawn:/sbin/getty -L 0 tty0 xterm-256color
::ctrlaltdel:/sbin/poweroff
::shutdown:/bin/sync
::shutdown:/bin/umount -a -r
`;

// Hostname and number of consoles come with the kernel's command line, so that one base serves machines of every
// kind. A getty on a console that isn't there would fill con0 with complaints; so only tty0's is in inittab.
const rcS = `#!/bin/sh
export PATH=/sbin:/bin:/usr/sbin:/usr/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev 2>/dev/null
mkdir -p /dev/pts /dev/shm
mount -t devpts -o gid=5,mode=620 devpts /dev/pts
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=1777 tmpfs /tmp
consoles=2
for word in $(cat /proc/cmdline); do
  case $word in
    paddock.hostname=*) hostname "\${word#paddock.hostname=}" ;;
    paddock.consoles=*) consoles=\${word#paddock.consoles=} ;;
  esac
done
n=1
while [ "$n" -lt "$consoles" ]; do
  setsid /etc/console "$n" &
  n=$((n + 1))
done
ip link set lo up 2>/dev/null
`;

const consoleScript = `#!/bin/sh
while :; do /sbin/getty -L 0 "tty$1" xterm-256color; done
`;

const profile = `export PATH=/sbin:/bin:/usr/sbin:/usr/bin
export PS1='\\w \\$ '
export TERM="\${TERM:-xterm-256color}"
alias ll='ls -l'
`;

const issue = `
Welcome to \\n. Log in as root, there is no password.

`;

const motd = `This is a tiny Linux: BusyBox on User Mode Linux.
You are root and there is no password: it is a machine to play with.
poweroff ends it; what you changed is kept in its layer.

`;

/** Every text file of the image. */
export const tinyFiles: readonly RecipeFile[] = [
  { path: 'etc/inittab', mode: 0o644, text: inittab },
  { path: 'etc/rcS', mode: 0o755, text: rcS },
  { path: 'etc/console', mode: 0o755, text: consoleScript },
  { path: 'etc/profile', mode: 0o644, text: profile },
  { path: 'etc/issue', mode: 0o644, text: issue },
  { path: 'etc/motd', mode: 0o644, text: motd },
  { path: 'etc/passwd', mode: 0o644, text: 'root:x:0:0:root:/root:/bin/sh\n' },
  { path: 'etc/shadow', mode: 0o640, text: 'root::19000:0:99999:7:::\n' },
  { path: 'etc/group', mode: 0o644, text: 'root:x:0:\ntty:x:5:\n' },
  { path: 'etc/hostname', mode: 0o644, text: 'tiny\n' },
  { path: 'etc/hosts', mode: 0o644, text: '127.0.0.1 localhost\n::1 localhost\n' },
  { path: 'etc/fstab', mode: 0o644, text: '/dev/ubda / ext4 defaults,noatime 0 0\n' },
  { path: 'etc/shells', mode: 0o644, text: '/bin/sh\n' },
];
