/** A line of a log that somebody looks for: the kernel's panic, or the first sign of trouble. */
export type TroubleKind = 'panic' | 'error';

/** The kernel's last words (kernel/panic.c). */
const PANIC = 'Kernel panic - not syncing';

/**
 * What a kernel, an init or UML itself says when something is wrong, by where it is said; none of them is said in the
 * boot of a machine that is well.
 */
const errors = [
  // The kernel: lib/bug.c, kernel/panic.c, arch/*/mm/fault.c, mm/oom_kill.c, kernel/hung_task.c, lib/dump_stack.c.
  String.raw`\bOops\b(?:: |\[| -)`,
  String.raw`\b(?:BUG|WARNING): `,
  String.raw`kernel BUG at `,
  String.raw`Unable to handle kernel `,
  String.raw`general protection fault`,
  String.raw`Call Trace:`,
  String.raw`Out of memory: `,
  String.raw`blocked for more than \d+ seconds`,
  String.raw`\bsegfault at `,
  String.raw`Attempted to kill init`,
  String.raw`Unable to mount root fs`,
  String.raw`No working init found`,
  // File systems and disks: fs/ext4/super.c, block/blk-core.c.
  String.raw`\b(?:EXT4|EXT3|EXT2|XFS|BTRFS)-fs (?:error\b|\([^)]*\): error)`,
  String.raw`\bI/O error\b`,
  // UML: arch/um.
  String.raw`Failed to (?:initialize|lock|open) `,
  String.raw`already locked by pid \d+`,
  String.raw`Too few physical memory`,
  // An init and what it starts: systemd, sysvinit, busybox.
  String.raw`\[\s*FAILED\s*\]`,
  String.raw`\bFailed to (?:start|mount|load|listen) `,
  String.raw`can't run '`,
  // Anything else that calls itself an error at the beginning of what it says.
  String.raw`^(?:\[ *\d+\.\d+\] )?(?:[\w./-]+(?:\[\d+\])?: )?(?:[Ee]rror|ERROR|[Ff]atal|FATAL)(?: error)?: `,
];
const trouble = new RegExp([PANIC, ...errors].join('|'));

/** Each of the patterns has one of these in it. Words that begin with a letter each are found many times quicker. */
const words =
  /Kernel panic|Oops|BUG|WARNING: |Unable to |general prot|Call Trace|Out of mem|blocked for|segfault|Attempted to|No working|-fs |I\/O err|Failed to|already lock|Too few|FAILED|can't run|[Ee]rror|ERROR|[Ff]atal|FATAL/;

/** True when a text of several lines may have trouble in it: cheap, to pass over the many that have none. */
export function mayHaveTrouble(text: string): boolean {
  return words.test(text);
}

/** What kind of trouble a line of plain text tells of; null for none. */
export function troubleIn(line: string): TroubleKind | null {
  if (line.includes(PANIC)) return 'panic';
  return trouble.test(line) ? 'error' : null;
}
