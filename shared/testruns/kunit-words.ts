import { HELPER_WORD } from '../kernels/helper-words.js';
import { flatten, isBad, type TestNode } from './test-node.js';
import type { KernelSpec, TreeSpec } from './test-run.js';

/** What the kunit.py of a tree can be told; older ones know less (`kunit.py run --help`). */
export interface KunitAbilities {
  /** `--raw_output=all`; before 5.14 it takes no word, and prints all. */
  rawAll: boolean;
  kconfigAdd: boolean;
}

/** More boots than this to run again what failed are no longer worth it: whole suites then. */
const GLOBS_MAX = 20;

/** What `kunit.py run --help` says it can do. */
export function readKunitHelp(said: string): KunitAbilities {
  return {
    rawAll: /--raw_output[= ]\[?\{?[\w,]*all/.test(said.replace(/\s+/g, ' ')),
    kconfigAdd: said.includes('--kconfig_add'),
  };
}

/** Arguments of kunit.py: builds and runs, or only runs what was built. */
export function kunitArguments(
  { kunitconfig, kconfigAdd, jobs, timeoutS }: TreeSpec,
  how: { verb: 'run' | 'exec'; buildDir: string; glob: string; can: KunitAbilities },
): string[] {
  const { verb, buildDir, glob, can } = how;
  return [
    verb,
    `--build_dir=${buildDir}`,
    ...(kunitconfig === null ? [] : [`--kunitconfig=${kunitconfig}`]),
    ...kconfigAdd.map((line) => `--kconfig_add=${line}`),
    ...(verb === 'run' && jobs !== null ? [`--jobs=${jobs}`] : []),
    `--timeout=${timeoutS}`,
    can.rawAll ? '--raw_output=all' : '--raw_output',
    // One that begins with - would be an option.
    ...(glob === '' ? [] : ['--', glob]),
  ];
}

/** The command line of a kernel that runs its tests and ends (lib/kunit/executor.c). */
export function kunitCommandLine(
  { kernelPath, memoryMiB, extra }: KernelSpec,
  place: { umid: string; umlDir: string; glob: string },
): [string, ...string[]] {
  return [
    kernelPath,
    `umid=${place.umid}`,
    `uml_dir=${place.umlDir}`,
    `mem=${memoryMiB}M`,
    // Not `con=null`: a kernel with KUnit's own configuration has no null channel, and would say nothing at all.
    'con0=fd:0,fd:1',
    'console=tty0',
    // One that was told not to run its tests by itself, as Debian's would be.
    'kunit.enable=1',
    'kunit_shutdown=halt',
    ...(place.glob === '' ? [] : [`kunit.filter_glob=${place.glob}`]),
    'panic=-1',
    HELPER_WORD,
    ...extra,
  ];
}

/** What Paddock says to the kernel itself, by the beginning of the word. */
const own =
  /^(umid|uml_dir|mem|mconsole|con\d*|console|kunit\.(enable|filter_glob)|kunit_shutdown|panic)=|^--?(help|version|showconfig)$/;

/** Why a word can't be among the more words of a kernel that tests itself; null when it can. */
export function whyNotKunitWord(word: string): string | null {
  return own.test(word) ? 'Paddock says that itself' : null;
}

/** Globs for what failed of a run: each case that did, or the whole suite where its name can't be told. */
export function failedGlobs(tests: readonly TestNode[]): string[] {
  const cases = tests.flatMap((suite) => {
    if (!isBadSomewhere(suite)) return [];
    const bad = suite.children.filter(isBadSomewhere);
    const named = bad.every(({ name, outcome }) => isGlobWord(name) && outcome !== 'crashed');
    if (bad.length === 0 || !named) return isGlobWord(suite.name) ? [suite.name] : [];
    return isGlobWord(suite.name) ? bad.map(({ name }) => `${suite.name}.${name}`) : [];
  });
  const globs = [...new Set(cases)];
  if (globs.length <= GLOBS_MAX) return globs;
  return [...new Set(globs.map((glob) => glob.split('.')[0] ?? glob))].slice(0, 200);
}

function isBadSomewhere(test: TestNode): boolean {
  return flatten([test]).some((one) => isBad(one.test.outcome));
}

/** A name that means itself as a glob. */
function isGlobWord(name: string): boolean {
  return /^[\w-]{1,90}$/.test(name);
}
