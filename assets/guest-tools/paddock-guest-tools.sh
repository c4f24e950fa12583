#!/bin/sh
# Paddock's guest tools: they tell the host that this guest is ready and what its addresses are, and do what the host
# asks: the size of a console, the time, a clean shutdown, a command. Nothing else depends on them.
#
# They need a POSIX shell (BusyBox's ash and Debian's dash are tried), stty, cat, tee and mkfifo, and use setsid, ip or
# ifconfig, date and poweroff where they are. What is said on the lines: docs/decisions/0016-guest-tools.md.
#
# ttyS63 control: lines of text    ttyS62, ttyS61: a command's output and errors
# ttyS60 a command's input, and each byte of it back once the command's pipe has it

PROTOCOL=1
VERSION=1.0

PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
HOME=${HOME:-/root}
export PATH HOME
# Nothing that comes over a line is a pattern.
set -f

# A guest that runs without these lines of Paddock's must not notice that it carries the tools: opening a line that
# leads nowhere would fill the console with complaints.
has_lines() {
  read -r words < /proc/cmdline || return 1
  case " $words " in
    *' ssl63=fd:'*) return 0 ;;
  esac
  return 1
}

say() {
  printf '%s\n' "$*" >&3
}

# All addresses but those that every machine has.
addresses() {
  found=
  if command -v ip > /dev/null; then
    list=$(ip -o addr show 2> /dev/null | while read -r _ _ family address _; do
      case $family in inet | inet6) echo "${address%%/*}" ;; esac
    done)
  else
    list=$(ifconfig 2> /dev/null | sed -n 's/^ *inet6\{0,1\} \(addr: *\)\{0,1\}\([0-9a-fA-F.:]*\).*/\2/p')
  fi
  for address in $list; do
    case $address in
      127.* | ::1 | fe80:*) ;;
      *) found="$found $address" ;;
    esac
  done
  [ "$found" = "$told" ] || say "addresses$found"
  told=$found
}

# device rows columns, as often as need be
sizes() {
  while [ $# -ge 3 ]; do
    case $1 in
      *[!a-zA-Z0-9]*) ;;
      tty[0-9]* | ttyS[0-9]*) stty -F "/dev/$1" rows "$2" cols "$3" 2> /dev/null ;;
    esac
    shift 3
  done
}

# The time of the host, in seconds. A clock that is off by no more than one is left alone.
set_time() {
  off=$(($(date +%s) - $1))
  if [ "$off" -ge -1 ] && [ "$off" -le 1 ]; then
    answer="ok $off"
  elif date -s "@$1" > /dev/null 2>&1; then
    answer="ok $off set"
  else
    answer="no the clock can't be set"
  fi
}

# job begin end input: runs the job's script, its output between two words that only host and tools know.
run_job() {
  at=$dir/$1
  mkfifo "$at.out" "$at.err"
  printf '%s' "$2" >&4
  printf '%s' "$2" >&5
  # The command writes into pipes, not on the lines: it takes them for no terminal, and what it leaves behind can't
  # write into the output of the next one.
  cat < "$at.out" >&4 3>&- 4>&- 5>&- 6>&- &
  out=$!
  cat < "$at.err" >&5 3>&- 4>&- 5>&- 6>&- &
  err=$!
  input=/dev/null
  feed=
  if [ "$4" = input ]; then
    input=$at.in
    mkfifo "$input"
    # A byte goes back to the host only when it is in the pipe: the host never has more under way than the line holds.
    tee /dev/ttyS60 <&6 > "$input" 2> /dev/null 3>&- 4>&- 5>&- 6>&- &
    feed=$!
    echo "$feed" > "$at.feed"
  fi
  # A session of its own, so that all of it can be ended together.
  $setsid sh "$at.sh" < "$input" > "$at.out" 2> "$at.err" 3>&- 4>&- 5>&- 6>&- &
  command=$!
  echo "$command" > "$at.pid"
  echo "$out $err" > "$at.cats"
  wait "$command"
  code=$?
  say "end $1 $code"
  [ -z "$feed" ] || kill "$feed" 2> /dev/null
  wait "$out" "$err"
  printf '%s' "$3" >&4
  printf '%s' "$3" >&5
  rm -f "$at.sh" "$at.out" "$at.err" "$at.in" "$at.pid" "$at.cats" "$at.feed"
}

# job name: the processes whose numbers the job noted down
processes() {
  [ -f "$dir/$1.$2" ] && cat "$dir/$1.$2"
}

# Ends a command with everything in its session.
end_job() {
  for process in $(processes "$1" pid); do
    if [ -n "$setsid" ]; then
      kill "-$2" "-$process" 2> /dev/null
    else
      kill "-$2" "$process" 2> /dev/null
    fi
  done
}

end_all() {
  kind=$1
  shift
  # shellcheck disable=SC2046 # words are meant
  for job in "$@"; do kill $(processes "$job" "$kind") 2> /dev/null; done
}

handle() {
  verb=$1
  shift
  answer=ok
  case $verb in
    ping) addresses ;;
    size) sizes "$@" ;;
    time) set_time "$1" ;;
    text) printf '%b' "$2" >> "$dir/$1.sh" ;;
    run) run_job "$@" < /dev/null & ;;
    signal) end_job "$1" "$2" ;;
    # No more input comes.
    eof) end_all feed "$1" ;;
    # What the command left behind holds its output open: it is not waited for.
    cut) end_all cats "$1" ;;
    # What a command didn't read of its input is nothing for the next one.
    drain)
      stty min 0 time 1 <&6
      cat <&6 > /dev/null
      stty min 1 time 0 <&6
      ;;
    poweroff)
      if command -v poweroff > /dev/null; then
        poweroff > /dev/null 2>&1 < /dev/null 3>&- 4>&- 5>&- 6>&- &
      else
        answer='no there is no poweroff'
      fi
      ;;
    *) answer="no $verb is not known" ;;
  esac
}

serve() {
  dir=
  for parent in /run /var/run /tmp; do
    dir=$parent/paddock-guest-tools
    rm -rf "$dir" 2> /dev/null
    mkdir -m 700 "$dir" 2> /dev/null && break
  done
  setsid=
  command -v setsid > /dev/null && setsid=setsid
  # Open as long as this runs: a line that is closed forgets what came, and its mode.
  exec 3<> /dev/ttyS63 4<> /dev/ttyS62 5<> /dev/ttyS61 6<> /dev/ttyS60
  stty raw -echo clocal <&3
  stty raw -echo clocal <&4
  stty raw -echo clocal <&5
  stty raw -echo clocal <&6
  session=
  read -r session < /proc/sys/kernel/random/uuid || session=$$-$(date +%s)
  cd "$HOME" 2> /dev/null || cd /
  told=
  last=
  answer=
  # Whatever was on the line before, it ends here.
  say
  say "hello $PROTOCOL $VERSION $session"
  while read -r to number words <&3; do
    # What was meant for an earlier run of the tools, or came garbled.
    [ "$to" = "$session" ] || continue
    # A request that is heard twice is done once: the host asks again when it hears no answer.
    if [ "$number" != "$last" ]; then
      last=$number
      # shellcheck disable=SC2086 # words are meant
      handle $words
    fi
    say "$number $answer"
  done
}

has_lines || {
  # An init that starts again whatever ends would do so for ever.
  while [ "$1" = --stay ]; do sleep 86400; done
  exit 0
}
while :; do
  # Not in this process: it may be the first of its session, and a line would become its controlling terminal.
  (serve)
  sleep 5
done
