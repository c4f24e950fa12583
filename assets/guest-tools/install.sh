#!/bin/sh
# Adds Paddock's guest tools to the Linux that this runs in, as root: a program and a line for its init. Doing it again
# only brings the program up to date.
set -e
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH

program=/usr/sbin/paddock-guest-tools
here=$(dirname "$0")

for need in stty cat tee mkfifo; do
  command -v "$need" > /dev/null || {
    echo "This guest has no $need, which the guest tools need." >&2
    exit 1
  }
done

mkdir -p "${program%/*}"
cp "$here/paddock-guest-tools.sh" "$program.new"
chmod 755 "$program.new"
mv -f "$program.new" "$program"

init=$(readlink -f /sbin/init 2> /dev/null || true)

with_systemd() {
  cat > /etc/systemd/system/paddock-guest-tools.service << 'UNIT'
[Unit]
Description=Paddock guest tools

[Service]
ExecStart=/usr/sbin/paddock-guest-tools
Restart=on-failure
RestartSec=2

[Install]
WantedBy=multi-user.target
UNIT
  mkdir -p /etc/systemd/system/multi-user.target.wants
  ln -sf ../paddock-guest-tools.service /etc/systemd/system/multi-user.target.wants/paddock-guest-tools.service
  echo 'Installed as a service of systemd.'
}

# $1: the line; --stay, because this kind of init starts again whatever ends.
with_inittab() {
  grep -q "$program" /etc/inittab || echo "$1" >> /etc/inittab
  echo 'Installed as a line in /etc/inittab.'
}

with_openrc() {
  cat > /etc/init.d/paddock-guest-tools << 'SERVICE'
#!/sbin/openrc-run
description="Paddock guest tools"
command=/usr/sbin/paddock-guest-tools
command_background=true
pidfile=/run/paddock-guest-tools.pid
SERVICE
  chmod 755 /etc/init.d/paddock-guest-tools
  mkdir -p /etc/runlevels/default
  ln -sf /etc/init.d/paddock-guest-tools /etc/runlevels/default/paddock-guest-tools
  echo 'Installed as a service of OpenRC.'
}

case $init in
  */systemd) with_systemd ;;
  */busybox) with_inittab "::respawn:$program --stay" ;;
  *)
    if [ -f /etc/inittab ]; then
      with_inittab "pgt:2345:respawn:$program --stay"
    elif [ -x /sbin/openrc-run ]; then
      with_openrc
    else
      echo "Paddock doesn't know how ${init:-this guest} starts services. The program is at $program: have it started." >&2
      exit 1
    fi
    ;;
esac
