import type { ErrorText } from './error-words.js';

/** The parameters of the errors about labs. */
export interface LabErrorParams {
  'lab-unknown': { name: string };
  'lab-invalid': { why: string };
  'lab-exists': { name: string };
  'lab-busy': { name: string };
  'lab-name-taken': { lab: string; what: string; name: string };
  'lab-image': { name: string };
  'lab-setup': { name: string; why: string };
  'lab-read': { path: string; why: string };
}

/** What they say. */
export const labErrorTexts: {
  readonly [C in keyof LabErrorParams]: (params: LabErrorParams[C]) => ErrorText;
} = {
  'lab-unknown': (p) => ({
    sentence: `There is no lab called ${p.name}.`,
    fix: '“paddock lab list” shows the labs there are.',
  }),
  'lab-invalid': (p) => ({
    sentence: `This is no lab that Paddock can make: ${p.why}.`,
    fix: 'Correct the file; docs/labs.md says what can stand in it.',
  }),
  'lab-exists': (p) => ({
    sentence: `There is a lab called ${p.name} already, made of another file.`,
    fix: 'Delete that one first, or give this one another name.',
  }),
  'lab-busy': (p) => ({
    sentence: `Something is being done with the lab ${p.name}.`,
    fix: 'Wait until it is done, or cancel it.',
  }),
  'lab-name-taken': (p) => ({
    sentence: `The lab ${p.lab} wants a ${p.what} called ${p.name}, and there is one already.`,
    fix: 'Rename or delete that one, or rename it in the lab’s file.',
  }),
  'lab-image': (p) => ({
    sentence: `There is neither an image nor a recipe called ${p.name}.`,
    fix: 'Make or import that image, or name another one in the lab’s file.',
  }),
  'lab-setup': (p) => ({
    sentence: `${p.name} runs, and was not set up as its lab says: ${p.why}.`,
    fix: 'Look into its console; its lines run again at its next start.',
  }),
  'lab-read': (p) => ({
    sentence: `${p.path} can’t be read as a lab: ${p.why}.`,
    fix: 'Give the path of a lab file, or of a folder with a lab.conf.',
  }),
};
