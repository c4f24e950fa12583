#!/bin/sh
# Becomes a program that sees, and can change, nothing of this computer but what it is given. Run in a fresh user and
# mount namespace (unshare --user --map-root-user --mount), it makes a new root: programs and libraries read-only, a
# /dev of its own, a private /dev/shm, the machine's own folder of sockets, under /guest what the guest boots from, under
# /shares the folders that it is given, and its disks and sockets of networks, each under its own name.
# Then it gives up every privilege over that namespace, so that no mount can be made writable again, and becomes the
# program under the same process id. docs/decisions/0026, 0034.
#
# confine.sh disk|folder|computer SOURCE rw|ro OWN SHM_MIB LIBRARY OVERLAY HIDDEN... -- [rw|ro NAME FOLDER]... -- [rw|ro PATH]...
#   -- PROGRAM ARGUMENT...
set -eu
kind=$1 source=$2 mode=$3 own=$4 shm=$5 library=$6 overlay=$7
shift 7
new=/sys

refuse() {
  echo "paddock: this machine can't be kept from this computer's files: $1" >&2
  exit 125
}

# A path of the old root, in the new one under the same name.
show() {
  [ -e "$new$1" ] && return
  if [ -d "$1" ]; then
    mkdir -p "$new$1"
  else
    mkdir -p "$new${1%/*}"
    : >"$new$1"
  fi
  mount --bind "$1" "$new$1"
}

# All else of that folder is gone from sight.
cover() {
  [ -d "$1" ] || return 0
  mount -t tmpfs -o mode=755,size=1m paddock "$1"
}

mount -t tmpfs -o mode=755,size=4m paddock "$new"
mkdir "$new/old" "$new/guest" "$new/proc" "$new/dev" "$new/dev/shm" "$new/dev/pts" "$new/dev/own-pts" "$new/tmp"
for folder in /usr /bin /sbin /lib /lib32 /lib64 /libx32 /nix; do
  if [ -L "$folder" ]; then
    ln -s "$(readlink "$folder")" "$new$folder"
  elif [ -d "$folder" ]; then
    mkdir "$new$folder"
    mount --rbind "$folder" "$new$folder"
  fi
done
if [ -e /etc/ld.so.cache ]; then show /etc/ld.so.cache; fi
for device in null zero full random urandom tty; do show "/dev/$device"; done
mount --rbind /dev/pts "$new/dev/pts"
# Those of the host can be opened by name. New ones need an instance of its own: a bound ptmx finds no pts beside it.
mount -t devpts -o newinstance,ptmxmode=0666,mode=600 paddock "$new/dev/own-pts"
ln -s own-pts/ptmx "$new/dev/ptmx"
mount -t tmpfs -o "mode=1777,size=${shm}m" paddock "$new/dev/shm"
mount --rbind /proc "$new/proc"

if [ "$kind" != disk ]; then mount --rbind "$source" "$new/guest"; fi
if [ "$kind" = computer ]; then
  for folder in dev proc run sys tmp; do cover "$new/guest/$folder"; done
  # Put there before the start: what the guest runs first.
  cp "$own/init" "$new/guest/run/paddock-init"
  cp "$own/guest-tools" "$new/guest/run/paddock-guest-tools"
  # The files of other users look like nobody's, so that the set-user-id one would make its guest's root a nobody.
  cp "$(command -v mount)" "$new/guest/run/mount"
  chmod 755 "$new/guest/run/paddock-init" "$new/guest/run/mount"
  # Its kernel's module of overlayfs: that of the library lies where the guest may see nothing, or elsewhere than it looks.
  if [ -n "$overlay" ]; then
    : >"$new/guest/run/paddock-overlay.ko"
    mount --bind "$overlay" "$new/guest/run/paddock-overlay.ko"
  fi
  while [ "$1" != -- ]; do
    if [ -d "$new/guest$1" ]; then cover "$new/guest$1"; fi
    shift
  done
else
  while [ "$1" != -- ]; do shift; done
fi
shift

# What may be written: a line each, the mounts on and below it.
writable=$own
if [ "$mode" = rw ] && [ "$kind" != disk ]; then writable="$writable
/guest"; fi

mkdir "$new/shares"
while [ "$1" != -- ]; do
  mkdir "$new/shares/$2"
  mount --rbind "$3" "$new/shares/$2"
  if [ "$1" = rw ]; then writable="$writable
/shares/$2"; fi
  shift 3
done
shift
while [ "$1" != -- ]; do
  show "$2"
  if [ "$1" = rw ]; then writable="$writable
$2"; fi
  shift 2
done
shift
show "$own"
if [ -n "$library" ]; then show "$library"; fi
show "$1"

cd "$new"
pivot_root . old
cd /
umount -l /old

is_writable() {
  while read -r one; do
    case $1 in "$one" | "$one"/*) return 0 ;; esac
  done <<END
$writable
END
  return 1
}

while read -r _ _ _ _ point options _; do
  point=$(printf '%b' "$point")
  case $point in /dev/*) continue ;; esac
  if is_writable "$point"; then continue; fi
  case ,$options, in *,ro,*) continue ;; esac
  # What lies below something else is out of reach.
  [ -e "$point" ] || continue
  # The other options may be locked and must be said again.
  if ! mount -o "remount,bind,$options,ro" "$point" 2>/dev/null; then
    { cover "$point" && mount -o remount,bind,ro "$point"; } 2>/dev/null ||
      refuse "$point can't be made read-only"
  fi
done </proc/self/mountinfo

exec setpriv --no-new-privs --inh-caps=-all --ambient-caps=-all --bounding-set=-all -- "$@"
