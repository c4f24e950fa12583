import type { ErrorText } from './error-words.js';

/** The parameters of the errors about kernels. */
export interface KernelErrorParams {
  'kernel-missing': { path: string };
  'kernel-none': Record<string, never>;
  'kernel-not-runnable': { path: string; why: string };
  'kernel-lacks': { what: string; version: string; why: string };
  'kernel-argument': { word: string; why: string };
  'address-zero': { name: string; least: number };
  'nommu-init': { name: string; path: string; why: string };
  'kernel-in-use': { title: string; machines: string };
  'kernel-not-ours': { path: string };
  'kernel-getting': { title: string };
  'keyring-missing': { path: string };
  'mirror-stale': { suite: string; mirror: string; since: string };
  'mirror-unsigned': { suite: string; mirror: string };
  'mirror-broken': { suite: string; mirror: string };
  'suite-without-kernel': { suite: string; mirror: string };
  'suite-without-source': { suite: string; mirror: string };
  'build-tree': { path: string; why: string; fix: string };
  'build-needs': { programs: string; packages: string };
  'build-room': { path: string; needs: string; free: string };
  'build-options': { why: string };
  'build-fragment': { line: number; text: string };
  'build-failed': { what: string };
  'build-busy': { title: string };
  'kernel-not-built': { path: string };
}

/** What they say. */
export const kernelErrorTexts: {
  readonly [C in keyof KernelErrorParams]: (params: KernelErrorParams[C]) => ErrorText;
} = {
  'kernel-missing': (p) => ({
    sentence: `There is no kernel at ${p.path}.`,
    fix: 'Choose one that is there, or install Debian’s: apt install user-mode-linux',
  }),
  'kernel-none': () => ({
    sentence: 'No User Mode Linux kernel was found on this computer.',
    fix: 'Install Debian’s: apt install user-mode-linux',
  }),
  'kernel-not-runnable': (p) => ({
    sentence: `${p.path} is not a User Mode Linux kernel that runs here: ${p.why}.`,
    fix: 'Choose another kernel.',
  }),
  'kernel-lacks': (p) => ({
    sentence: `The kernel ${p.version} can’t do this: ${p.what}.`,
    fix: `${p.why} Switch it off, or choose another kernel.`,
  }),
  'kernel-argument': (p) => ({
    sentence: `“${p.word}” can’t be among the kernel’s arguments: ${p.why}.`,
    fix: 'Leave it out, and use the setting for it.',
  }),
  'address-zero': (p) => ({
    sentence: `The kernel of ${p.name} catches system calls at address 0 (zpoline), and this computer gives programs none below ${p.least}.`,
    fix: 'Root could allow it with sysctl vm.mmap_min_addr=0, which takes a protection of the whole computer away; Paddock never does that. A kernel of the series that uses seccomp for it needs nothing.',
  }),
  'nommu-init': (p) => ({
    sentence: `The machine ${p.name} can’t boot on a kernel without an MMU: its ${p.path} ${p.why}.`,
    fix: 'Choose a kernel with an MMU, or an image made for it (a static or musl BusyBox as a PIE).',
  }),
  'kernel-in-use': (p) => ({
    sentence: `The kernel ${p.title} is that of ${p.machines}.`,
    fix: 'Give them another kernel first, or delete them.',
  }),
  'kernel-not-ours': (p) => ({
    sentence: `The kernel ${p.path} is not of Paddock’s library.`,
    fix: 'Whoever put it there can remove it.',
  }),
  'kernel-getting': (p) => ({
    sentence: `The kernel of ${p.title} is being fetched already.`,
    fix: 'Wait for its job.',
  }),
  'keyring-missing': (p) => ({
    sentence: `Debian’s keys are not on this computer (${p.path}), so that nobody can tell whether a package is Debian’s.`,
    fix: 'Install the package debian-archive-keyring.',
  }),
  'mirror-stale': (p) => ({
    sentence: `What ${p.mirror} says of ${p.suite} is out of date since ${p.since.trim()}.`,
    fix: 'Choose another mirror, or take the old lists all the same: they are signed by Debian, but newer packages may be missing.',
  }),
  'mirror-unsigned': (p) => ({
    sentence: `What ${p.mirror} says of ${p.suite} is not signed by Debian, so that nothing of it is used.`,
    fix: 'Choose another mirror. For a suite that is newer than Debian’s keys here, update debian-archive-keyring.',
  }),
  'mirror-broken': (p) => ({
    sentence: `A package of ${p.suite} from ${p.mirror} is not the one that Debian signed.`,
    fix: 'Try again later, or choose another mirror.',
  }),
  'suite-without-kernel': (p) => ({
    sentence: `There is no user-mode-linux for this kind of computer in ${p.suite} at ${p.mirror}.`,
    fix: 'Choose another suite, such as bookworm or trixie.',
  }),
  'suite-without-source': (p) => ({
    sentence: `There is no linux-source in ${p.suite} at ${p.mirror}.`,
    fix: 'Choose another suite, such as bookworm or trixie.',
  }),
  'build-tree': (p) => ({ sentence: `${p.path} can’t be built: ${p.why}.`, fix: p.fix }),
  'build-needs': (p) => ({
    sentence: `To build a kernel, this computer lacks ${p.programs}.`,
    fix: `Install them: sudo apt install ${p.packages}`,
  }),
  'build-room': (p) => ({
    sentence: `Building takes about ${p.needs} in ${p.path}, where ${p.free} are free.`,
    fix: 'Make room, or build without debug information.',
  }),
  'build-options': (p) => ({ sentence: `${p.why}.`, fix: 'Choose other options.' }),
  'build-fragment': (p) => ({
    sentence: `Line ${p.line} of the fragment, “${p.text}”, is no option of a kernel.`,
    fix: 'Write CONFIG_NAME=y, CONFIG_NAME=m, CONFIG_NAME="text", or # CONFIG_NAME is not set.',
  }),
  'build-failed': (p) => ({
    sentence: `The kernel could not be built: ${p.what}.`,
    fix: 'The log has the whole of it. When the source is put right, a retry goes on where it stopped.',
  }),
  'build-busy': (p) => ({ sentence: `${p.title} is being built.`, fix: 'Wait for its job, or cancel it.' }),
  'kernel-not-built': (p) => ({
    sentence: `The kernel ${p.path} was not built by Paddock, so that it can’t be built again.`,
    fix: 'Build one from its source.',
  }),
};
