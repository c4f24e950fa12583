import type { ErrorText } from './error-words.js';

/** The parameters of the errors about machines that are given files of this computer, to boot from or as shared folders. */
export interface RootErrorParams {
  'root-folder': { path: string; why: string };
  'root-folder-in-use': { path: string; other: string };
  'root-kernel': { path: string };
  'root-confinement': { why: string };
  'root-no-disks': { name: string };
  'root-line': { line: string; channel: string };
  'root-memory-folder': { name: string };
  'share-folder': { path: string; why: string };
  'share-kernel': { path: string };
  'share-taken': { name: string };
}

/** What they say. */
export const rootErrorTexts: {
  readonly [C in keyof RootErrorParams]: (params: RootErrorParams[C]) => ErrorText;
} = {
  'root-folder': (p) => ({
    sentence: `No machine can boot from the folder ${p.path}: ${p.why}.`,
    fix: 'Choose a folder that holds a whole Linux, as mmdebstrap or docker export make it.',
  }),
  'root-folder-in-use': (p) => ({
    sentence: `${p.other} runs from the folder ${p.path}, and two that write it would undo each other’s work.`,
    fix: `Shut ${p.other} down first.`,
  }),
  'root-kernel': (p) => ({
    sentence: `The kernel ${p.path} has no hostfs (CONFIG_HOSTFS), so that it can’t boot from files of this computer.`,
    fix: 'Choose another kernel.',
  }),
  'root-confinement': (p) => ({
    sentence: `The machine can’t be kept away from this computer’s files: ${p.why}.`,
    fix: 'It needs user namespaces and the programs unshare, mount, pivot_root and setpriv (package util-linux). Without them it is not started.',
  }),
  'root-no-disks': (p) => ({
    sentence: `${p.name} boots from files of this computer and is kept away from all others, so that it can have no disks.`,
    fix: 'Make a machine on an image for that.',
  }),
  'root-line': (p) => ({
    sentence: `${p.line} can’t be ${p.channel}: a machine that is given files of this computer is kept away from everything else here.`,
    fix: 'Make it a tab.',
  }),
  'root-memory-folder': (p) => ({
    sentence: `${p.name} keeps its memory in a /dev/shm of its own and can’t be given another folder.`,
    fix: 'Leave its memory folder as it is.',
  }),
  'share-folder': (p) => ({
    sentence: `The folder ${p.path} can’t be shared: ${p.why}.`,
    fix: 'Choose another folder, best one that holds nothing else.',
  }),
  'share-kernel': (p) => ({
    sentence: `The kernel ${p.path} has no hostfs (CONFIG_HOSTFS), so that its guest can’t be given folders of this computer.`,
    fix: 'Choose another kernel, or take the shared folders away.',
  }),
  'share-taken': (p) => ({
    sentence: `${p.name} was started outside Paddock and keeps its own command line, so that it can’t be given folders.`,
    fix: 'Make a machine of Paddock’s for that.',
  }),
};
