import type { ErrorText } from './error-words.js';

/** The parameters of the errors about benchmarks. */
export interface BenchmarkErrorParams {
  'benchmark-unknown': { id: string };
  'benchmark-running': Record<string, never>;
  'benchmark-goes-on': Record<string, never>;
  'benchmark-program-missing': Record<string, never>;
  'benchmark-nothing': { why: string };
}

/** What they say. */
export const benchmarkErrorTexts: {
  readonly [C in keyof BenchmarkErrorParams]: (params: BenchmarkErrorParams[C]) => ErrorText;
} = {
  'benchmark-unknown': (p) => ({
    sentence: `There is no benchmark ${p.id}.`,
    fix: 'It may have been removed. “paddock kernel bench list” shows those there are.',
  }),
  'benchmark-running': () => ({
    sentence: 'A benchmark goes on already, and two would measure each other.',
    fix: 'Wait for its end, or cancel it.',
  }),
  'benchmark-goes-on': () => ({
    sentence: 'That benchmark goes on.',
    fix: 'Cancel it first.',
  }),
  'benchmark-program-missing': () => ({
    sentence: 'The program that measures was not built: there was no gcc or clang for it.',
    fix: 'Install one (apt install gcc), then run Paddock’s set-up again.',
  }),
  'benchmark-nothing': (p) => ({
    sentence: `Nothing could be measured: ${p.why}.`,
    fix: 'Choose other targets.',
  }),
};
