import { shellText } from '../vms/command-line.js';
import { RESOLVE_SCRIPT } from './resolve-script.js';

/** Changes to an image, as its helper gets them: what is of this computer stands below /host. */
export interface HelperChanges {
  /** The device with its root, and how that is mounted. */
  device: string;
  type: string;
  /** The root's password as it stands in /etc/shadow is in /job/root. */
  hasRoot: boolean;
  hostname: string | null;
  /** File number n is /host/file-n. */
  files: readonly { to: string; mode: number }[];
  remove: readonly string[];
  /** Version of the kernel whose modules are /host/modules; null: none. */
  modules: string | null;
  /** How many packages there are as /host/package-n. */
  packages: number;
  removePackages: readonly string[];
}

/** Without these, what runs in the image can mount nothing, load nothing and reach no device but its own. */
const DROPPED = [
  'sys_admin',
  'sys_module',
  'sys_rawio',
  'sys_ptrace',
  'sys_boot',
  'sys_time',
  'mknod',
  'net_admin',
  'mac_admin',
  'syslog',
];

/** The script of a helper that changes an image. */
export function customiseScript(changes: HelperChanges): string {
  return [
    'set -e',
    RESOLVE_SCRIPT,
    `mount -t ${changes.type} ${changes.device} /mnt || die 'its file system can’t be mounted'`,
    ...changes.remove.map(removeLines),
    ...changes.files.map(fileLines),
    ...(changes.hostname === null ? [] : [hostnameLines(changes.hostname)]),
    ...(changes.hasRoot ? [ROOT_LINES] : []),
    ...(changes.modules === null ? [] : [moduleLines(changes.modules)]),
    ...(changes.packages > 0 || changes.removePackages.length > 0 ? [packageLines(changes)] : []),
    'sync',
    'umount /mnt',
  ].join('\n');
}

function removeLines(path: string): string {
  const name = shellText([path]);
  return `walk ${name} last
[ -e "/mnt$r" ] || [ -L "/mnt$r" ] || die ${shellText([`there is no ${path} in it`])}
[ ! -d "/mnt$r" ] || [ -L "/mnt$r" ] || die ${shellText([`${path} is a folder, and only files are removed`])}
rm -f -- "/mnt$r"`;
}

function fileLines({ to, mode }: { to: string; mode: number }, n: number): string {
  return `place ${shellText([to])}
[ -n "$r" ] && [ ! -d "/mnt$r" ] || die ${shellText([`${to} is a folder in it, and a file can’t take its place`])}
cat /host/file-${n} > "/mnt$r.paddock"; chown 0:0 "/mnt$r.paddock"; chmod ${mode.toString(8)} "/mnt$r.paddock"
mv -f -- "/mnt$r.paddock" "/mnt$r"`;
}

function hostnameLines(hostname: string): string {
  return `place /etc/hostname; resolve "$r"; printf '%s\\n' ${hostname} > "/mnt$r"
resolve /etc/hosts
if [ -f "/mnt$r" ] && grep -q '^127\\.0\\.1\\.1[[:space:]]' "/mnt$r"; then
  sed 's/^127\\.0\\.1\\.1[[:space:]].*/127.0.1.1 ${hostname}/' "/mnt$r" > /tmp/hosts; cat /tmp/hosts > "/mnt$r"
fi`;
}

/** The hash stands in a file, so that no command line ever has it; what was there keeps its owner and its mode. */
const ROOT_LINES = `resolve /etc/passwd
[ -f "/mnt$r" ] && grep -q '^root:' "/mnt$r" || die 'it has no root in its /etc/passwd'
awk -F: -v OFS=: '$1 == "root" { $2 = "x" } 1' "/mnt$r" > /tmp/passwd; cat /tmp/passwd > "/mnt$r"
resolve /etc/shadow
[ -f "/mnt$r" ] || { : > "/mnt$r"; chown 0:0 "/mnt$r"; chmod 600 "/mnt$r"; }
umask 077
awk -F: -v OFS=: 'NR == FNR { hash = $0; next } $1 == "root" { $2 = hash; seen = 1 } 1
  END { if (!seen) print "root:" hash ":19000:0:99999:7:::" }' /job/root "/mnt$r" > /tmp/shadow
cat /tmp/shadow > "/mnt$r"; umask 022`;

function moduleLines(version: string): string {
  const name = shellText([version]);
  return `place /lib/modules/${name}/x; resolve /lib/modules; [ -d "/mnt$r" ] || die 'its /lib/modules is no folder'
rm -rf "/mnt$r/"${name}; cp -R /host/modules "/mnt$r/"${name}; chown -R 0:0 "/mnt$r/"${name}`;
}

/** By the image's own dpkg, without a network, without starting services and without the right to leave the image. */
function packageLines({ packages, removePackages }: HelperChanges): string {
  const files = Array.from({ length: packages }, (_, n) => `/run/paddock/package-${n}.deb`);
  return `[ -x /mnt/usr/bin/dpkg ] || die 'it has no dpkg, so packages can’t be changed'
for d in proc sys dev run tmp; do [ ! -L /mnt/$d ] || die "its /$d is a link"; mkdir -p /mnt/$d; done
mount -t proc none /mnt/proc; mount -t tmpfs -o mode=755 none /mnt/run; mount -t tmpfs -o mode=755 none /mnt/dev
mkdir /mnt/run/paddock /mnt/run/lock
for n in null:3 zero:5 full:7 random:8 urandom:9; do mknod -m 666 "/mnt/dev/\${n%:*}" c 1 "\${n#*:}"; done
mknod -m 666 /mnt/dev/tty c 5 0
n=0; while [ $n -lt ${packages} ]; do cp /host/package-$n /mnt/run/paddock/package-$n.deb; n=$((n + 1)); done
place /usr/sbin/policy-rc.d; policy=
if [ ! -e "/mnt$r" ] && [ ! -L "/mnt$r" ]; then policy=/mnt$r; printf '#!/bin/sh\\nexit 101\\n' > "$policy"; chmod 755 "$policy"; fi
inside() {
  setpriv --bounding-set=${DROPPED.map((name) => `-${name}`).join(',')} --inh-caps=-all \\
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \\
    chroot /mnt "$@"
}
${removePackages.length === 0 ? '' : `inside dpkg --remove -- ${shellText(removePackages)} || die 'dpkg can’t remove that'`}
${packages === 0 ? '' : `inside dpkg --force-confold --install ${files.join(' ')} || die 'dpkg can’t install that'`}
[ -z "$policy" ] || rm -f "$policy"
umount -l /mnt/run /mnt/dev /mnt/proc`;
}
