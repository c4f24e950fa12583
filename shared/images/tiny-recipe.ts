/**
 * What the tiny image holds: BusyBox and the few files that make it a Linux with a login prompt.
 * Raise the version with every change, so that machines on the old image keep theirs.
 */
export const TINY_RECIPE_VERSION = 7;

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
  'etc/udhcpc',
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
::respawn:/usr/sbin/paddock-guest-tools --stay
tty0::respawn:/sbin/getty -L 0 tty0 xterm-256color
::ctrlaltdel:/sbin/poweroff
::shutdown:/bin/sync
::shutdown:/bin/umount -a -r
`;

// Hostname and the lines that get a login come with the kernel's command line, so that one base serves machines of every
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
# Started by somebody else it offers a login on the second console, too.
consoles=tty1
[ -e /etc/hostname.keep ] && hostname -F /etc/hostname
late=
swaps=
for word in $(cat /proc/cmdline); do
  case $word in
    paddock.hostname=*) [ -e /etc/hostname.keep ] || hostname "\${word#paddock.hostname=}" ;;
    paddock.consoles=*) consoles=\${word#paddock.consoles=} ;;
    paddock.late=*) late=\${word#paddock.late=} ;;
    paddock.swap=*) swaps=\${word#paddock.swap=} ;;
  esac
done
mkfifo /run/open
# Open both ways: a console that is late with closing it must not be taken for the end of the next one's word.
exec 3<>/run/open
IFS=,
for line in $consoles; do
  # inittab has that one.
  [ "$line" = tty0 ] && continue
  setsid /etc/console "$line" &
  read -r _ <&3
done
for line in $late; do
  [ "$line" = tty0 ] && continue
  setsid /etc/late-console "$line" 3>&- &
done
for disk in $swaps; do
  swapon "/dev/$disk"
done
unset IFS
exec 3>&-
rm /run/open
ip link set lo up 2>/dev/null
if [ -e /etc/network.sh ]; then
  . /etc/network.sh
else
  # Whatever its kernel calls them: vec0, eth0.
  for card in /sys/class/net/*; do
    card=\${card##*/}
    [ "$card" = lo ] || setsid /etc/dhcp "$card" </dev/null >/dev/null 2>&1 &
  done
fi
`;

// It opens its line before it lets rcS go on, and keeps it open: what the kernel says of a pts line then stands before
// the first prompt, not behind it.
const consoleScript = `#!/bin/sh
exec 3<>"/dev/$1"
echo > /run/open
while :; do /sbin/getty -L 0 "$1" xterm-256color; done
`;

// A line that opens when somebody comes: nothing waits for it, and one that can't be opened is tried again in peace.
const lateConsoleScript = `#!/bin/sh
while :; do /sbin/getty -L 0 "$1" xterm-256color; sleep 1; done
`;

// In the background, for as long as it takes: a boot doesn't wait for an address.
const dhcpScript = `#!/bin/sh
ip link set "$1" up
exec udhcpc -f -i "$1" -x "hostname:$(hostname)" -s /etc/udhcpc/default.script
`;

// What udhcpc calls with each lease; where Debian's BusyBox looks for it.
const leaseScript = `#!/bin/sh
case $1 in
  deconfig) ip addr flush dev "$interface" ;;
  bound|renew)
    ip addr flush dev "$interface"
    ip addr add "$ip/\${mask:-24}" dev "$interface"
    [ -n "$router" ] && ip route replace default via "\${router%% *}" dev "$interface"
    [ -n "$dns" ] || exit 0
    {
      [ -n "$domain" ] && echo "search $domain"
      for server in $dns; do echo "nameserver $server"; done
    } > /etc/resolv.conf
    ;;
esac
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
  { path: 'etc/late-console', mode: 0o755, text: lateConsoleScript },
  { path: 'etc/dhcp', mode: 0o755, text: dhcpScript },
  { path: 'etc/udhcpc/default.script', mode: 0o755, text: leaseScript },
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
