import { MCONSOLE_COMMAND_MAX } from './mconsole-protocol.js';
import { encodeUtf8 } from '../text-codec.js';

/** The words that UML's management console knows (arch/um/drivers/mconsole_user.c), less `int`, which ends the machine. */
export const mconsoleWords = [
  'version',
  'help',
  'config',
  'remove',
  'proc',
  'stack',
  'sysrq',
  'log',
  'stop',
  'go',
  'cad',
  'reboot',
  'halt',
] as const;
export type MconsoleWord = (typeof mconsoleWords)[number];

/** A command in words, for buttons, help and completion. */
export interface MconsoleCommand {
  word: MconsoleWord;
  /** The deed: "Ask for its version". */
  title: string;
  /** What goes behind the word; null: nothing. */
  argument: { label: string; example: string; required: boolean } | null;
  /** What a person should know before. */
  note: string;
  /** Whether it only asks, changes something, or ends or interrupts the guest. */
  effect: 'asks' | 'changes' | 'interrupts';
}

/** Every command that is offered, in the order of a page: what asks, what changes, what interrupts. */
export const mconsoleCommands: readonly MconsoleCommand[] = [
  {
    word: 'version',
    title: 'Kernel version',
    argument: null,
    note: 'The kernel’s own name, version and build.',
    effect: 'asks',
  },
  {
    word: 'help',
    title: 'Its own help',
    argument: null,
    note: 'What this kernel’s console says it can do.',
    effect: 'asks',
  },
  {
    word: 'proc',
    title: 'Read a file of /proc',
    argument: { label: 'File', example: 'meminfo', required: true },
    note: 'Simple files only: the kernel can’t read those of processes, of networks and some others from here.',
    effect: 'asks',
  },
  {
    word: 'stack',
    title: 'Stack of a process',
    argument: { label: 'Process in the guest', example: '1', required: true },
    note: 'Where in the kernel a process of the guest is. It goes to con0, too.',
    effect: 'asks',
  },
  {
    word: 'config',
    title: 'Ask or set a device',
    argument: { label: 'Device, or device=setting', example: 'con1', required: true },
    note: 'con1, ssl0, ubd0 or mem ask; ubd1=/path or mem=-16M set. The kernel’s yes doesn’t prove that a path exists.',
    effect: 'changes',
  },
  {
    word: 'remove',
    title: 'Remove a device',
    argument: { label: 'Device', example: 'ubd1', required: true },
    note: 'One that the guest has open is refused.',
    effect: 'changes',
  },
  {
    word: 'log',
    title: 'Write to the kernel log',
    argument: { label: 'Text', example: 'hello', required: true },
    note: 'Shows in dmesg and on con0.',
    effect: 'changes',
  },
  {
    word: 'sysrq',
    title: 'SysRq',
    argument: { label: 'Key', example: 'm', required: true },
    note: 'The kernel’s emergency keys. Its answer goes to con0, too.',
    effect: 'changes',
  },
  {
    word: 'cad',
    title: 'Ctrl+Alt+Del',
    argument: null,
    note: 'The guest’s init decides what it does: most shut down or restart.',
    effect: 'interrupts',
  },
  {
    word: 'stop',
    title: 'Pause',
    argument: null,
    note: 'Nothing in the guest runs until it goes on.',
    effect: 'interrupts',
  },
  { word: 'go', title: 'Go on', argument: null, note: 'After a pause.', effect: 'interrupts' },
  {
    word: 'reboot',
    title: 'Reboot',
    argument: null,
    note: 'The kernel starts again in place, at once: the guest has no chance to shut down.',
    effect: 'interrupts',
  },
  {
    word: 'halt',
    title: 'Halt',
    argument: null,
    note: 'The kernel ends at once: the guest has no chance to shut down.',
    effect: 'interrupts',
  },
];

/** SysRq keys that do under UML what they say; what `b`, `c` and `o` do is not undone. */
export const sysrqKeys: Readonly<Record<string, string>> = {
  h: 'List the keys',
  m: 'Memory',
  p: 'Registers and the present task',
  w: 'Blocked tasks',
  q: 'Timers',
  s: 'Sync all disks',
  u: 'Remount all disks read-only',
  e: 'Ask all processes to end, but init',
  f: 'Let the out-of-memory killer end one process',
  i: 'Kill all processes, but init',
  j: 'Thaw frozen file systems',
  n: 'Make real-time processes ordinary',
  c: 'Crash the kernel',
  o: 'Power off at once',
  b: 'Reset at once',
  ...Object.fromEntries(Array.from('0123456789', (digit) => [digit, `Console log level ${digit}`])),
};

/** Keys that are not offered, and why. */
export const sysrqRefused: Readonly<Record<string, string>> = {
  t: 'It kills User Mode Linux: the list of tasks makes the kernel crash (signal 6). Use “stack PID” for one task.',
};

/** Files of /proc that are known to answer. */
export const procFiles = [
  'meminfo',
  'uptime',
  'loadavg',
  'mounts',
  'interrupts',
  'cpuinfo',
  'version',
  'cmdline',
  'filesystems',
  'partitions',
  'diskstats',
  'stat',
  'vmstat',
  'devices',
  'modules',
] as const;

/** Files that the kernel refuses here, with a line of noise on con0: it can't read them without a process (facts/consoles-and-lifecycle 4). */
const procRefused = /^(?:\d+\/|self\/|thread-self\/|net\/|kallsyms$)/;

/** A command line that may be sent, taken apart; or the sentence that says why it may not. */
export type MconsoleRequest =
  { ok: true; word: MconsoleWord; argument: string; text: string } | { ok: false; reason: string };

/**
 * Reads a command line. The kernel compares only the beginning of it and takes what follows as it comes (`sysrqt`
 * is `sysrq t` to it), so what is sent is built anew from a known word and a checked argument.
 */
export function readMconsoleCommand(line: string): MconsoleRequest {
  const no = (reason: string): MconsoleRequest => ({ ok: false, reason });
  const [, first = '', argument = ''] = /^\s*(\S*)\s*([\s\S]*?)\s*$/.exec(line) ?? [];
  const command = mconsoleCommands.find(({ word }) => word === first);
  if (first === '') return no('There is no command in it.');
  if (first === 'int') return no('“int” ends the machine without a word. Use halt.');
  if (!command) return no(`There is no command ${first}. There are: ${mconsoleWords.join(', ')}.`);
  if (command.argument === null && argument !== '') return no(`“${first}” takes nothing behind it.`);
  if (command.argument?.required && argument === '')
    return no(
      `“${first}” needs more: ${command.argument.label.toLowerCase()}, such as ${command.argument.example}.`,
    );
  if (/\p{Cc}/u.test(argument)) return no('A command is one line without control characters.');
  const refused = refusedArgument(command.word, argument);
  if (refused !== null) return no(refused);
  const text = argument === '' ? command.word : `${command.word} ${argument}`;
  if (encodeUtf8(text).length > MCONSOLE_COMMAND_MAX)
    return no(`A command has at most ${MCONSOLE_COMMAND_MAX} bytes.`);
  return { ok: true, word: command.word, argument, text };
}

function refusedArgument(word: MconsoleWord, argument: string): string | null {
  if (word === 'sysrq') {
    if (Object.hasOwn(sysrqRefused, argument))
      return `SysRq ${argument} is not sent. ${sysrqRefused[argument] ?? ''}`;
    if (!Object.hasOwn(sysrqKeys, argument))
      return `There is no SysRq ${argument}. There are: ${Object.keys(sysrqKeys).sort().join(' ')}.`;
  }
  if (word === 'proc' && procRefused.test(argument))
    return `The kernel can’t read /proc/${argument} from here. Read it in the guest.`;
  if (word === 'stack' && !/^\d{1,7}$/.test(argument))
    return 'A stack is asked for by the number of a process.';
  return null;
}
