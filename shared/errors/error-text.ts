import { benchmarkErrorTexts, type BenchmarkErrorParams } from './benchmark-error-text.js';
import { debugErrorTexts, type DebugErrorParams } from './debug-error-text.js';
import type { ErrorText } from './error-words.js';
import { imageErrorTexts, type ImageErrorParams } from './image-error-text.js';
import { kernelErrorTexts, type KernelErrorParams } from './kernel-error-text.js';
import { labErrorTexts, type LabErrorParams } from './lab-error-text.js';
import { layerErrorTexts, type LayerErrorParams } from './layer-error-text.js';
import { networkErrorTexts, type NetworkErrorParams } from './network-error-text.js';
import { rootErrorTexts, type RootErrorParams } from './root-error-text.js';
import { testRunErrorTexts, type TestRunErrorParams } from './test-run-error-text.js';

/** The parameters of every error code. The one place that lists the codes. */
export interface ErrorParams
  extends
    BenchmarkErrorParams,
    DebugErrorParams,
    ImageErrorParams,
    KernelErrorParams,
    LabErrorParams,
    LayerErrorParams,
    NetworkErrorParams,
    RootErrorParams,
    TestRunErrorParams {
  'argument-invalid': { what: string; why: string };
  'vm-unknown': { name: string };
  'vm-name-invalid': { name: string; nearest: string };
  'vm-name-taken': { name: string };
  'vm-action-refused': { name: string; action: string; reason: string };
  'memory-too-small': { memoryMiB: number; minMiB: number };
  'memory-above-host': { memoryMiB: number; hostMiB: number };
  'memory-take': { name: string; why: string };
  'memory-folder-full': { folder: string; freeMiB: number; memoryMiB: number };
  'memory-folder-noexec': { folder: string };
  'memory-folder-missing': { folder: string };
  'image-unknown': { image: string };
  'image-missing': { path: string };
  'image-is-layer': { path: string };
  'image-small-blocks': { path: string; what: string; blockSize: number };
  'image-size-odd': { path: string; size: number };
  'image-in-use': { path: string; pid: number };
  'path-unsafe': { path: string };
  'path-too-long': { path: string; limit: number };
  'tool-missing': { tool: string; package: string };
  'tool-failed': { tool: string; exitCode: number | string };
  'start-failed': { name: string; why: string };
  'delete-failed': { name: string; why: string };
  'console-unknown': { name: string; console: string };
  'console-closed': { name: string };
  'channel-kernel': { line: string; channel: string; option: string; path: string };
  'channel-path': { line: string; path: string; why: string; fix: string };
  'channel-port': { line: string; port: number; why: string };
  'channel-display': { line: string };
  'console-in-use': { name: string; line: string; why: string };
  'console-not-plugged': { name: string; line: string };
  'mconsole-failed': { name: string; command: string; why: string };
  'mconsole-refused': { command: string; why: string };
  'start-circle': { names: string };
  'start-dependency': { name: string; other: string; why: string };
  'umid-in-use': { umid: string; pid: number };
  'pin-unknown': { cpu: number; allowed: string };
  'guest-tools-absent': { name: string };
  'guest-tools-lost': { name: string };
  'guest-busy': { name: string; waiting: number };
  'guest-refused': { name: string; why: string };
  'guest-garbled': Record<string, never>;
  'guest-argument': { why: string };
  'guest-file': { name: string; path: string; why: string };
  'copy-exists': { path: string };
  'copy-failed': { path: string; why: string };
  'copy-differs': { path: string };
  'tools-install-refused': { name: string; why: string };
  'tools-install-failed': { name: string; why: string };
  'run-unknown': { name: string; run: number };
  'run-not-ended': { name: string; run: number };
  'export-exists': { path: string };
  'export-failed': { path: string; why: string };
  'search-invalid': { pattern: string; why: string };
  'search-too-slow': { pattern: string };
  'foreign-unknown': { id: string };
  'foreign-failed': { umid: string; why: string };
  'fix-unknown': { check: string; fix: string };
  'fix-failed': { what: string; why: string };
  'job-unknown': { id: string };
  'job-goes-on': { title: string; id: string };
  'job-not-cancellable': { id: string; why: string };
  'host-running': { pid: number };
  'host-elsewhere': { pid: number; folder: string };
  'host-socket-blocked': { path: string };
  'host-folder-unsafe': { path: string; why: string };
  'host-not-answering': Record<string, never>;
  'host-other-version': { theirs: number; ours: number };
  'host-start-failed': { why: string };
  'connection-lost': Record<string, never>;
  'no-space': { path: string };
  'expect-timeout': { seconds: number; pattern: string };
  cancelled: Record<string, never>;
  internal: { message: string };
}

/** An error that a user can meet. */
export type ErrorCode = keyof ErrorParams;

const mib = (n: number): string => `${n} MB`;

const texts: { readonly [C in ErrorCode]: (params: ErrorParams[C]) => ErrorText } = {
  ...debugErrorTexts,
  ...imageErrorTexts,
  ...kernelErrorTexts,
  ...benchmarkErrorTexts,
  ...labErrorTexts,
  ...layerErrorTexts,
  ...networkErrorTexts,
  ...rootErrorTexts,
  ...testRunErrorTexts,
  'argument-invalid': (p) => ({ sentence: `${p.what}: ${p.why}.`, fix: 'Correct it and try again.' }),
  'vm-unknown': (p) => ({
    sentence: `There is no machine called ${p.name}.`,
    fix: '“paddock vm list” shows the machines there are.',
  }),
  'vm-name-invalid': (p) => ({
    sentence: `“${p.name}” can’t be a machine’s name: 1 to 40 of a to z, 0 to 9 and -, not starting with -.`,
    fix: p.nearest === '' ? 'Choose a name such as web-1.' : `Use ${p.nearest} instead.`,
  }),
  'vm-name-taken': (p) => ({
    sentence: `There is a machine called ${p.name} already.`,
    fix: 'Choose another name, or delete that machine first.',
  }),
  'vm-action-refused': (p) => ({ sentence: `${p.name} can’t ${p.action} now.`, fix: p.reason }),
  'memory-too-small': (p) => ({
    sentence: `${mib(p.memoryMiB)} of memory is too little for a kernel to boot; it needs at least ${mib(p.minMiB)}.`,
    fix: 'Give it 64 MB or more.',
  }),
  'memory-above-host': (p) => ({
    sentence: `${mib(p.memoryMiB)} is more than this computer’s memory of ${mib(p.hostMiB)}.`,
    fix: `Give it less than ${mib(p.hostMiB)}.`,
  }),
  'memory-folder-full': (p) => ({
    sentence: `The machine keeps its ${mib(p.memoryMiB)} of memory in ${p.folder}, which has ${mib(p.freeMiB)} free.`,
    fix: `Free space in ${p.folder}, make it larger, or give the machine less memory.`,
  }),
  'memory-folder-noexec': (p) => ({
    sentence: `${p.folder} is mounted noexec, and UML runs code from the memory file it keeps there.`,
    fix: `Run as root: mount -o remount,exec ${p.folder}`,
  }),
  'memory-take': (p) => ({
    sentence: `No such amount of memory can be taken from ${p.name}: ${p.why}.`,
    fix: 'Take less, or shut it down and give it less from the start.',
  }),
  'memory-folder-missing': (p) => ({
    sentence: `${p.folder}, where machines keep their memory, is not there or not writable.`,
    fix: `Mount a tmpfs there, or set PADDOCK_MEMORY_DIR to a folder that may execute.`,
  }),
  'image-unknown': (p) => ({
    sentence: `There is no image called ${p.image}.`,
    fix: '“paddock image list” shows the images there are; a path must start with /.',
  }),
  'image-missing': (p) => ({
    sentence: `The image ${p.path} is not there.`,
    fix: 'Put it back, or choose another image.',
  }),
  'image-is-layer': (p) => ({
    sentence: `${p.path} is itself a copy-on-write layer, and layers can’t be stacked.`,
    fix: 'Merge it into an image first, then use that.',
  }),
  'image-small-blocks': (p) => ({
    sentence: `${p.path} ${p.what}; UML reads wrong data from a layer on it.`,
    fix: 'Use a full copy of it, or build it again with 4096 bytes (mke2fs -b 4096, mkfs.xfs -s size=4096).',
  }),
  'image-size-odd': (p) => ({
    sentence: `${p.path} is ${p.size} bytes long, which is not a multiple of 512: its tail would be lost.`,
    fix: 'Pad it to a multiple of 4096 bytes with truncate.',
  }),
  'image-in-use': (p) => ({
    sentence: `${p.path} is being written by process ${p.pid}.`,
    fix: 'End that process first.',
  }),
  'path-unsafe': (p) => ({
    sentence: `UML can’t open ${p.path}: its path has a comma, colon, quote or space in it.`,
    fix: 'Move it to a path without them.',
  }),
  'path-too-long': (p) => ({
    sentence: `The path ${p.path} is longer than the ${p.limit} characters that fit into a socket address.`,
    fix: 'Set XDG_RUNTIME_DIR to a shorter folder.',
  }),
  'tool-missing': (p) => ({
    sentence: `The program ${p.tool} is not installed.`,
    fix: `Install it: apt install ${p.package}`,
  }),
  'tool-failed': (p) => ({
    sentence: `${p.tool} failed (${p.exitCode}).`,
    fix: 'Its last lines say why.',
  }),
  'start-failed': (p) => ({
    sentence: `${p.name} could not be started: ${p.why}.`,
    fix: 'Correct that and start it again.',
  }),
  'delete-failed': (p) => ({
    sentence: `Not all of ${p.name} could be deleted: ${p.why}.`,
    fix: 'Make its folder writable for you, then delete it again.',
  }),
  'console-unknown': (p) => ({
    sentence: `${p.name} has no console ${p.console}.`,
    fix: 'Its consoles are con0, con1 and so on, as many as it was made with.',
  }),
  'console-closed': (p) => ({
    sentence: `${p.name} is not running, so nothing can be typed into it.`,
    fix: 'Start it first.',
  }),
  'channel-kernel': (p) => ({
    sentence: `${p.path} was built without ${p.option}, so ${p.line} can’t lead to ${p.channel}.`,
    fix: 'Choose another channel, or a kernel that has it.',
  }),
  'channel-path': (p) => ({ sentence: `${p.line} can’t use ${p.path}: ${p.why}.`, fix: p.fix }),
  'channel-port': (p) => ({
    sentence: `${p.line} can’t listen on port ${p.port}: ${p.why}.`,
    fix: 'Choose another port.',
  }),
  'channel-display': (p) => ({
    sentence: `${p.line} opens a window, and the Paddock host knows no desktop (DISPLAY is not set).`,
    fix: 'End it with “paddock host quit” and open Paddock from the desktop.',
  }),
  'console-in-use': (p) => ({
    sentence: `${p.line} of ${p.name} is in use: ${p.why}.`,
    fix: 'End what has it open in the guest, such as its login, or choose another line.',
  }),
  'console-not-plugged': (p) => ({
    sentence: `${p.line} of ${p.name} leads nowhere in this run, so there is nothing to take away.`,
    fix: 'The settings say which lines it has from the next start on.',
  }),
  'mconsole-failed': (p) => ({
    sentence: `${p.name} refused “${p.command}”: ${p.why}.`,
    fix: 'Force it off if it answers nothing.',
  }),
  'mconsole-refused': (p) => ({
    sentence: `“${p.command}” was not sent. ${p.why}`.replace(/\.$/, '') + '.',
    fix: '',
  }),
  'start-circle': (p) => ({
    sentence: `Nobody in this circle could ever start: ${p.names}.`,
    fix: 'Let one of them start after nobody.',
  }),
  'start-dependency': (p) => ({
    sentence: `${p.name} was not started, because it starts after ${p.other}: ${p.why}.`,
    fix: `Start ${p.other} first, or change the start order in the settings.`,
  }),
  'umid-in-use': (p) => ({
    sentence: `A machine called ${p.umid} that Paddock didn’t start runs in its place already (process ${p.pid}).`,
    fix: 'End that one, or adopt it.',
  }),
  'pin-unknown': (p) => ({
    sentence: `There is no CPU ${p.cpu} that Paddock may use; it may use ${p.allowed}.`,
    fix: 'Choose one of those, or let Paddock choose.',
  }),
  'guest-tools-absent': (p) => ({
    sentence: `No guest tools answer in ${p.name}.`,
    fix: 'They answer a moment after its login prompt. For a guest without them: paddock tools install NAME',
  }),
  'guest-tools-lost': (p) => ({
    sentence: `The guest tools of ${p.name} stopped answering.`,
    fix: 'They start again by themselves within seconds, unless the guest is stuck.',
  }),
  'guest-busy': (p) => ({
    sentence: `${p.waiting} commands wait for their turn in ${p.name} already.`,
    fix: 'Wait until some of them are done.',
  }),
  'guest-refused': (p) => ({ sentence: `The guest tools of ${p.name} refused it: ${p.why}.`, fix: '' }),
  'guest-garbled': () => ({
    sentence: 'The guest didn’t say what its tools should, so the command was given up.',
    fix: 'Try again. If it stays so, restart the machine.',
  }),
  'guest-argument': (p) => ({ sentence: `That can’t be given to a guest: ${p.why}.`, fix: '' }),
  'guest-file': (p) => ({
    sentence: `${p.path} in ${p.name}: ${p.why}.`,
    fix: 'Correct that and try again.',
  }),
  'copy-exists': (p) => ({
    sentence: `${p.path} exists already.`,
    fix: 'Choose another name, or say --force to replace it.',
  }),
  'copy-failed': (p) => ({ sentence: `${p.path}: ${p.why}.`, fix: 'Correct that and try again.' }),
  'copy-differs': (p) => ({
    sentence: `${p.path} arrived with another content than it was sent with, and was not kept.`,
    fix: 'Perhaps it was changed meanwhile. Copy it again.',
  }),
  'tools-install-refused': (p) => ({
    sentence: `Guest tools can’t be added to ${p.name}: ${p.why}.`,
    fix: '',
  }),
  'tools-install-failed': (p) => ({
    sentence: `Guest tools were not added to ${p.name}: ${p.why}.`,
    fix: 'What it said is below. The machine is as it was, but for what the file system may have mended.',
  }),
  'run-unknown': (p) => ({
    sentence: `${p.name} has no run ${p.run}.`,
    fix: '“paddock run list NAME” shows the kept ones; the oldest go when there are too many.',
  }),
  'run-not-ended': (p) => ({
    sentence: `Run ${p.run} of ${p.name} goes on.`,
    fix: 'Stop the machine first.',
  }),
  'export-exists': (p) => ({
    sentence: `${p.path} exists already, and an export overwrites nothing.`,
    fix: 'Choose another name.',
  }),
  'export-failed': (p) => ({
    sentence: `${p.path} could not be written: ${p.why}.`,
    fix: 'Choose a folder that is there and yours, given as an absolute path.',
  }),
  'search-invalid': (p) => ({
    sentence: `“${p.pattern}” is no regular expression: ${p.why}.`,
    fix: 'Correct it, or search for it as plain text.',
  }),
  'search-too-slow': (p) => ({
    sentence: `The search for “${p.pattern}” was ended, because it would go on for ever.`,
    fix: 'Repeats inside of repeats, such as (a+)+, are what takes so long: write it without.',
  }),
  'foreign-unknown': (p) => ({
    sentence: `There is no machine running in ${p.id} any more.`,
    fix: 'Look again: it may have ended.',
  }),
  'foreign-failed': (p) => ({ sentence: `That can’t be done to ${p.umid}: ${p.why}.`, fix: '' }),
  'fix-unknown': (p) => ({
    sentence: `There is nothing left to mend by “${p.fix}” (${p.check}).`,
    fix: 'Check again.',
  }),
  'fix-failed': (p) => ({ sentence: `${p.what} failed: ${p.why}.`, fix: 'Mend that and try again.' }),
  'job-unknown': (p) => ({ sentence: `There is no job ${p.id}.`, fix: 'It may have been cleared already.' }),
  'job-goes-on': (p) => ({
    sentence: `“${p.title}” goes on.`,
    fix: `Wait for its end, or cancel it first: paddock job cancel ${p.id}.`,
  }),
  'job-not-cancellable': (p) => ({ sentence: 'That job can’t be cancelled.', fix: p.why }),
  'host-running': (p) => ({
    sentence: `A Paddock host runs already for this user (process ${p.pid}).`,
    fix: 'Use that one; there is one host per user.',
  }),
  'host-elsewhere': (p) => ({
    sentence: `Another Paddock host (process ${p.pid}) has these machines; it listens in ${p.folder}.`,
    fix: `Set XDG_RUNTIME_DIR to the folder around that one, or end that host first.`,
  }),
  'host-socket-blocked': (p) => ({
    sentence: `${p.path} is in the way: it is not a socket of Paddock’s.`,
    fix: 'Move it away.',
  }),
  'host-folder-unsafe': (p) => ({
    sentence: `The folder ${p.path} can’t be used: ${p.why}.`,
    fix: 'Make it yours alone (chmod 700), or set XDG_RUNTIME_DIR to a folder that is.',
  }),
  'host-not-answering': () => ({
    sentence: 'Something listens on Paddock’s socket but doesn’t answer as its host.',
    fix: 'End that process, or set XDG_RUNTIME_DIR to another folder.',
  }),
  'host-other-version': (p) => ({
    sentence: `The running host speaks version ${p.theirs} of Paddock’s contract and this program version ${p.ours}.`,
    fix: 'Stop its machines, then run: paddock host quit',
  }),
  'host-start-failed': (p) => ({
    sentence: `The Paddock host didn’t start: ${p.why}.`,
    fix: 'Its log says more.',
  }),
  'connection-lost': () => ({
    sentence: 'The connection to the Paddock host was lost.',
    fix: 'Machines go on running; it connects again by itself.',
  }),
  'no-space': (p) => ({
    sentence: `There is no space left for ${p.path}.`,
    fix: 'Free some space, then try again.',
  }),
  'expect-timeout': (p) => ({
    sentence: `${p.pattern} did not appear within ${p.seconds} s.`,
    fix: 'What was read is printed above.',
  }),
  cancelled: () => ({ sentence: 'It was cancelled. Nothing is left of it.', fix: '' }),
  internal: (p) => ({
    sentence: `Something went wrong inside Paddock: ${p.message}.`,
    fix: 'The host’s log has the details. Please report it.',
  }),
};

/** All codes, for the schema and for tests. */
export const errorCodes = Object.keys(texts) as [ErrorCode, ...ErrorCode[]];

/** The words for an error of a known code. */
export function errorText<C extends ErrorCode>(code: C, params: ErrorParams[C]): ErrorText {
  return texts[code](params);
}
