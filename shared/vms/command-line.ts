import type { VmSpec } from './vm-spec.js';

/** First file descriptor that carries a console: 0 to 2 are the usual three. */
export const FIRST_CONSOLE_FD = 3;

/** Where the files that a start needs are, as absolute paths. */
export interface CommandLinePaths {
  /** UML makes `<umlDir>/<umid>/{pid,mconsole}` here. */
  umlDir: string;
  layer: string;
  base: string;
  /** The datagram socket that the kernel tells about its boot and its panics. */
  notifySocket: string;
}

/**
 * The exact argv that starts a machine.
 *
 * Every console is `fd:N,fd:N` on the slave end of a pty of the host's: of the channels tried only these and
 * xterm take a live resize (facts/consoles-and-lifecycle 1). All other lines lead nowhere (`null`): the default,
 * pty, spams con0 with "no usable host pty devices", and `none` prints a line for each. The general `con=` and `ssl=` go first, because a later
 * general setting would undo the particular ones.
 */
export function commandLine(spec: VmSpec, paths: CommandLinePaths): string[] {
  const consoles = Array.from({ length: spec.consoles }, (_, n) => {
    const fd = FIRST_CONSOLE_FD + n;
    return `con${n}=fd:${fd},fd:${fd}`;
  });
  return [
    spec.kernelPath,
    `umid=${spec.name}`,
    `uml_dir=${paths.umlDir}`,
    `mem=${spec.memoryMiB}M`,
    `ubd0=${paths.layer},${paths.base}`,
    'root=/dev/ubda',
    'rw',
    'con=null',
    'ssl=null',
    ...consoles,
    `mconsole=notify:${paths.notifySocket}`,
    // Not the kernel's: the tiny image's rcS reads them from /proc/cmdline.
    `paddock.hostname=${spec.name}`,
    `paddock.consoles=${spec.consoles}`,
  ];
}

/** `argv` as it could be pasted into a shell; only what needs quotes gets them. */
export function shellText(argv: readonly string[]): string {
  return argv
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}
