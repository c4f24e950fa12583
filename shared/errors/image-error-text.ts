import type { ErrorText } from './error-words.js';

/** The parameters of the errors about images and recipes. */
export interface ImageErrorParams {
  'image-busy': { name: string; why: string };
  'image-name-taken': { name: string };
  'image-name-making': { name: string };
  'image-name-invalid': { name: string; nearest: string };
  'image-no-space': { neededMiB: number; freeMiB: number; folder: string };
  'image-source': { path: string; why: string };
  'image-build-failed': { name: string; why: string };
  'image-file': { path: string; why: string };
  'image-damaged': { name: string; why: string };
  'image-unfit': { name: string; why: string };
  'helper-kernel': { what: string; why: string };
  'recipe-invalid': { path: string; why: string };
  'recipe-unknown': { name: string };
  'recipe-shipped': { name: string };
  'recipe-needs': { what: string; why: string };
  'password-missing': { user: string };
  'namespaces-missing': { what: string };
  'mirror-unreachable': { mirror: string };
  'suite-unknown': { suite: string; mirror: string };
  'packages-unknown': { packages: string };
  'tree-unsafe': { path: string; entry: string; why: string };
  'tree-too-large': { path: string; limitMiB: number };
  'job-not-retryable': { title: string };
}

/** What they say. */
export const imageErrorTexts: {
  readonly [C in keyof ImageErrorParams]: (params: ImageErrorParams[C]) => ErrorText;
} = {
  'image-busy': (p) => ({
    sentence: `${p.name} can’t be changed now: ${p.why}.`,
    fix: 'Make a layer on it and change that, or free it first.',
  }),
  'image-name-making': (p) => ({
    sentence: `An image called ${p.name} is being built, or its build failed and can go on.`,
    fix: 'Choose another name, or end that build or clear it away first.',
  }),
  'image-name-taken': (p) => ({
    sentence: `There is an image called ${p.name} already.`,
    fix: 'Choose another name, or put that image into the trash first.',
  }),
  'image-name-invalid': (p) => ({
    sentence: `“${p.name}” can’t be an image’s name: 1 to 40 of a to z, 0 to 9 and -, not starting with -.`,
    fix: p.nearest === '' ? 'Choose a name such as debian-12.' : `Use ${p.nearest} instead.`,
  }),
  'image-no-space': (p) => ({
    sentence: `This needs about ${p.neededMiB} MB in ${p.folder}, and ${p.freeMiB} MB are free.`,
    fix: 'Free some space, then try again. Nothing was left behind.',
  }),
  'image-source': (p) => ({
    sentence: `No image can be made of ${p.path}: ${p.why}.`,
    fix: 'Choose a root file system as a tar, an OCI layout, a disk or an initramfs.',
  }),
  'image-build-failed': (p) => ({
    sentence: `${p.name} could not be made: ${p.why}.`,
    fix: 'Its log says more. Nothing was left behind.',
  }),
  'image-file': (p) => ({ sentence: `${p.path}: ${p.why}.`, fix: 'Correct the path and try again.' }),
  'image-damaged': (p) => ({
    sentence: `${p.name} is damaged: ${p.why}.`,
    fix: 'Check it with repair, or make it anew.',
  }),
  'image-unfit': (p) => ({ sentence: `That can’t be done with ${p.name}: ${p.why}.`, fix: '' }),
  'helper-kernel': (p) => ({
    sentence: `No kernel of this computer can be used for ${p.what}: ${p.why}.`,
    fix: 'Install Debian’s: apt install user-mode-linux',
  }),
  'recipe-invalid': (p) => ({
    sentence: `${p.path} is no recipe of Paddock’s: ${p.why}.`,
    fix: 'A recipe is a JSON file as “paddock image recipe” prints one.',
  }),
  'recipe-unknown': (p) => ({
    sentence: `There is no recipe called ${p.name}.`,
    fix: '“paddock image recipes” shows those there are; a file needs a / in its path.',
  }),
  'recipe-shipped': (p) => ({
    sentence: `The recipe ${p.name} comes with Paddock and stays as it is.`,
    fix: 'Save yours under another name.',
  }),
  'recipe-needs': (p) => ({
    sentence: `${p.what} can’t be done: ${p.why}.`,
    fix: 'Change that part of the recipe.',
  }),
  'password-missing': (p) => ({
    sentence: `The recipe asks for a password for ${p.user}, and none was given.`,
    fix: 'Give one, or choose to have none.',
  }),
  'namespaces-missing': (p) => ({
    sentence: `${p.what} needs user namespaces, which this computer doesn’t allow you, or fakeroot and fakechroot, which aren’t both installed.`,
    fix: 'Install them: apt install fakeroot fakechroot',
  }),
  'mirror-unreachable': (p) => ({
    sentence: `The mirror ${p.mirror} can’t be reached.`,
    fix: 'Check the network and the address, then retry.',
  }),
  'suite-unknown': (p) => ({
    sentence: `${p.mirror} has no suite ${p.suite}.`,
    fix: 'Choose another suite, such as bookworm or trixie.',
  }),
  'packages-unknown': (p) => ({
    sentence: `These packages are not in that suite: ${p.packages}.`,
    fix: 'Correct their names, or leave them out.',
  }),
  'tree-unsafe': (p) => ({
    sentence: `${p.path} is not taken: its entry ${p.entry} ${p.why}.`,
    fix: 'Nothing of it was written. Get the archive from somebody you trust.',
  }),
  'tree-too-large': (p) => ({
    sentence: `${p.path} unpacks to more than ${p.limitMiB} MB.`,
    fix: 'If that is right, give the image that size and try again.',
  }),
  'job-not-retryable': (p) => ({
    sentence: `“${p.title}” can’t go on where it failed.`,
    fix: 'Start it anew.',
  }),
};
