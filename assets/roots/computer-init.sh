#!/bin/sh
# First program of a machine that boots this computer's own files (docs/decisions/0026). They are read-only for it,
# whatever it does; over them it lays a file system in memory, so that inside everything can be changed and nothing
# lasts. It needs what every distribution has: a shell, util-linux and coreutils, or BusyBox instead.

PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
# Not the one of this computer: see confine.sh.
mount() { /run/mount "$@"; }
here=/run/paddock

bind() {
  mount --bind "$1" "/tmp/root$1"
  mount -o remount,bind,nosuid,ro "/tmp/root$1"
}

lay_over() {
  mount -t proc proc /proc
  mount -t tmpfs -o mode=755 tmpfs /tmp
  mkdir /tmp/upper /tmp/work /tmp/root
  if ! grep -qw overlay /proc/filesystems; then
    # That of this kernel, wherever it lies: see confine.sh.
    module=/run/paddock-overlay.ko
    insmod $module 2>/dev/null || busybox insmod $module 2>/dev/null
  fi
  mount -t overlay -o nosuid,lowerdir=/,upperdir=/tmp/upper,workdir=/tmp/work overlay /tmp/root 2>/dev/null && return
  echo 'paddock: without overlayfs only /etc, /root, /run, /tmp and /var can be written.'
  mount -t tmpfs -o mode=755,nosuid tmpfs /tmp/root
  for path in /* /.[!.]*; do
    case $path in
      /proc | /sys | /dev | /run | /tmp | '/*' | '/.[!.]*') continue ;;
    esac
    if [ -L "$path" ]; then
      cp -P "$path" /tmp/root/
    elif [ "$path" = /etc ]; then
      cp -a /etc /tmp/root/ 2>/dev/null
    elif [ -d "$path" ]; then
      mkdir "/tmp/root$path"
      case $path in
        /root) ;;
        /var)
          for part in /var/*; do
            if [ -L "$part" ]; then cp -P "$part" /tmp/root/var/; else mkdir "/tmp/root$part"; fi
          done
          for part in lib cache; do bind "/var/$part"; done
          ;;
        *) bind "$path" ;;
      esac
    fi
  done
  mount -t tmpfs -o mode=755 tmpfs /tmp/root/usr/local/sbin
}

if [ "$1" != second ]; then
  lay_over
  cd /tmp/root
  mkdir -p proc sys dev run tmp old
  mount -t proc proc proc
  mount -t sysfs sysfs sys
  mount -t devtmpfs devtmpfs dev
  mkdir -p dev/pts dev/shm
  mount -t devpts -o gid=5,mode=620 devpts dev/pts
  mount -t tmpfs -o mode=1777 tmpfs dev/shm
  mount -t tmpfs -o mode=755 tmpfs run
  mount -t tmpfs -o mode=1777 tmpfs tmp
  mkdir "run/paddock"
  cp /run/paddock-init run/paddock/init
  cp /run/paddock-guest-tools run/paddock/guest-tools
  cp /run/mount run/mount
  pivot_root . old && exec /run/paddock/init second
  exec chroot . /run/paddock/init second
fi

cd /
umount -l /old 2>/dev/null && rmdir /old

consoles=tty0
late=
read -r words </proc/cmdline
for word in $words; do
  case $word in
    paddock.hostname=*) name=${word#*=} ;;
    paddock.consoles=*) consoles=${word#*=} ;;
    paddock.late=*) late=${word#*=} ;;
  esac
done
echo "$name" >/proc/sys/kernel/hostname
# Ctrl+Alt+Del comes here as a signal.
echo 0 >/proc/sys/kernel/ctrl-alt-del
ip link set lo up 2>/dev/null
# A home that belongs to somebody else can't be read.
ls -A /root >/dev/null 2>&1 || mount -t tmpfs -o mode=700 tmpfs /root

# This computer's own would ask an init that isn't there.
for word in poweroff halt shutdown reboot; do
  cat >$here/$word <<'END'
#!/bin/sh
case ${0##*/}:" $* " in
  reboot:* | *' -r '*) kill -HUP 1 ;;
  *) kill -TERM 1 ;;
esac
END
  chmod 755 $here/$word
  for folder in /usr/local/sbin /sbin; do
    # A link to a program of many names: the link is replaced, not the program.
    { rm -f "$folder/$word" && cp "$here/$word" "$folder/$word"; } 2>/dev/null
  done
done

cat >$here/login <<'END'
#!/bin/sh
stty sane 2>/dev/null
while :; do
  printf '\n%s login: ' "$(cat /proc/sys/kernel/hostname)"
  read -r who || exit
  case $who in
    root) break ;;
    ?*) echo 'Log in as root, there is no password.' ;;
  esac
done
cat <<'MOTD'
These are this computer's own files, as they are now. Change what you like:
nothing outside changes, and nothing is kept. poweroff ends it.

MOTD
HOME=/root USER=root LOGNAME=root TERM=xterm-256color
export HOME USER LOGNAME TERM
cd
if command -v bash >/dev/null; then exec bash -l; fi
exec sh -l
END

console() {
  while :; do
    # A line that can't be opened, or not yet, is tried again in peace.
    setsid -c sh $here/login <"/dev/$1" >"/dev/$1" 2>&1 || sleep 1
  done
}

finish() {
  trap '' HUP INT TERM
  kill -TERM -1 2>/dev/null
  sync
  echo "$1" >/proc/sysrq-trigger
  while :; do sleep 1; done
}
trap 'finish o' INT TERM
trap 'finish b' HUP

IFS=,
for line in $consoles $late; do console "$line" & done
unset IFS
while :; do
  sh $here/guest-tools --stay
  sleep 1
done &
while :; do wait; done
