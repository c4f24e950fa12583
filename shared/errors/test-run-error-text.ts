import type { ErrorText } from './error-words.js';

/** The parameters of the errors about runs of tests. */
export interface TestRunErrorParams {
  'test-run-unknown': { id: string };
  'test-run-no-tree': { path: string; why: string };
  'test-run-old-tree': { path: string; option: string };
  'test-run-no-kunit': { version: string; why: string };
  'test-run-busy': { path: string };
  'test-run-goes-on': { title: string };
  'test-run-nothing-failed': { title: string };
  'test-run-no-globs': { title: string };
  'test-run-empty': { title: string; what: string };
  'test-run-kernel-ended': { exitCode: string };
}

/** What they say. */
export const testRunErrorTexts: {
  readonly [C in keyof TestRunErrorParams]: (params: TestRunErrorParams[C]) => ErrorText;
} = {
  'test-run-unknown': (p) => ({
    sentence: `There is no run of tests ${p.id}.`,
    fix: '“paddock testrun list” shows those there are.',
  }),
  'test-run-no-tree': (p) => ({
    sentence: `${p.path} is not the source tree of a kernel with KUnit: ${p.why}.`,
    fix: 'Give the folder in which tools/testing/kunit/kunit.py is (Linux 5.5 or newer).',
  }),
  'test-run-old-tree': (p) => ({
    sentence: `The kunit.py of ${p.path} doesn’t know ${p.option}.`,
    fix: 'Write the options into a .kunitconfig and give that, or take a newer tree.',
  }),
  'test-run-no-kunit': (p) => ({
    sentence: `The kernel ${p.version} can’t test itself: ${p.why}.`,
    fix: 'Choose a kernel with CONFIG_KUNIT=y, or run kunit.py of a source tree, which builds one.',
  }),
  'test-run-busy': (p) => ({
    sentence: `Tests of ${p.path} are being run already.`,
    fix: 'Wait until they are done, or cancel them.',
  }),
  'test-run-goes-on': (p) => ({
    sentence: `${p.title} goes on.`,
    fix: 'Wait until it is done, or cancel it.',
  }),
  'test-run-nothing-failed': (p) => ({
    sentence: `Nothing failed in ${p.title}.`,
    fix: 'Run all of it again.',
  }),
  'test-run-no-globs': (p) => ({
    sentence: `What failed in ${p.title} can’t be named to the kernel.`,
    fix: 'Run all of it again.',
  }),
  'test-run-kernel-ended': (p) => ({
    sentence:
      p.exitCode === 'no answer in time'
        ? 'The kernel was not done with its tests in time.'
        : `The kernel fell over (${p.exitCode}).`,
    fix: 'Its output says where; what failed can be run again without the rest.',
  }),
  'test-run-empty': (p) => ({
    sentence: `${p.title} printed no results of tests: ${p.what}.`,
    fix: 'Look at its output; KTAP, TAP and what LTP prints are understood.',
  }),
};
