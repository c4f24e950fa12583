/** What gdb is given. */
export interface GdbStart {
  pid: number;
  /** The file that the process was started from. */
  kernelPath: string;
  /** A file with the symbols of that kernel; null: what the kernel itself has. */
  symbolsPath: string | null;
  /** The file with `gdbCommands`. */
  commandsPath: string;
}

/**
 * Attaches gdb to a kernel's main process. A person's own ~/.gdbinit is read, nothing of any other folder: neither a
 * .gdbinit that lies about, nor a script that a symbol file names (`auto-load`), unless it was asked for; and nothing is
 * asked of the network (`debuginfod`). What stands after -iex comes after ~/.gdbinit, which can't undo it (gdb(1)).
 */
export function gdbArgv({ pid, kernelPath, symbolsPath, commandsPath }: GdbStart): [string, ...string[]] {
  const before = ['set auto-load off', 'set debuginfod enabled off', 'set pagination off'];
  return [
    'gdb',
    '-q',
    ...before.flatMap((command) => ['-iex', command]),
    `--exec=${kernelPath}`,
    `--symbols=${symbolsPath ?? kernelPath}`,
    `--pid=${pid}`,
    '-x',
    commandsPath,
  ];
}

/**
 * What gdb does once it is attached. User Mode Linux lives by signals: a page fault of its guest is a SIGSEGV, its clock
 * SIGALRM, its devices SIGIO; they all go through to it unseen, or it would stop at each. A kernel that is attached to
 * stands still until it is told to go on, which the UML HowTo advises to do by a script: so does this one, after it
 * has shown where it was. `scriptPath`: the kernel's own lx- commands.
 */
export function gdbCommands(scriptPath: string | null): string {
  return [
    'handle all nostop noprint pass',
    // A line for each vfork, of which 7.2 makes one for each program of its guest.
    'set print inferior-events off',
    ...(scriptPath === null ? [] : [`source ${scriptPath}`]),
    String.raw`echo \nAttached. The machine stood here:\n`,
    'backtrace 12',
    String.raw`echo \nIt goes on now. Ctrl+C stops it here, continue lets it go on, detach and closing this tab let go of it.\n\n`,
    'continue',
    '',
  ].join('\n');
}
