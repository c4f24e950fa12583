/**
 * Shell functions that find a path inside what is mounted at /mnt, by hand: a link in it leads nowhere else, as it would
 * not for a guest that boots from it. `die` says why and ends; `resolve PATH` sets r to the place of PATH below /mnt,
 * its last link followed, too; `place PATH` follows only those before the last name, and makes missing folders.
 */
export const RESOLVE_SCRIPT = `die() { printf '@why %s\\n' "$1"; exit 80; }
walk() {
  rest=$1; r=; hops=0
  while [ -n "$rest" ]; do
    case "$rest" in
      */*) part=\${rest%%/*}; rest=\${rest#*/} ;;
      *) part=$rest; rest= ;;
    esac
    case "$part" in
      '' | .) continue ;;
      ..) r=\${r%/*}; continue ;;
    esac
    if [ -L "/mnt$r/$part" ] && { [ "$2" = all ] || [ -n "$rest" ]; }; then
      hops=$((hops + 1)); [ $hops -le 40 ] || die "$1 is a link that goes round in circles"
      to=$(readlink "/mnt$r/$part"; echo x); to=\${to%x}; to=\${to%?}
      case "$to" in /*) r= ;; esac
      rest=$to/$rest
    else
      r=$r/$part
      if [ "$2" = make ] && [ -n "$rest" ] && [ ! -e "/mnt$r" ]; then mkdir "/mnt$r" && chmod 755 "/mnt$r"; fi
    fi
  done
}
resolve() { walk "$1" all; }
place() { walk "$1" make; }
`;

/** Why such a script ended, in its own words; null when it was something else. */
export function whyOfScript(lines: readonly string[]): string | null {
  return lines.findLast((line) => line.startsWith('@why '))?.slice('@why '.length) ?? null;
}
