import { describe, expect, test } from 'vitest';
import {
  fragmentText,
  kconfigBlocks,
  lostWishes,
  optionalNames,
  readFragment,
  whyLost,
} from './build-fragment.js';
import { buildOptionIds, buildOptions, optionConflicts, type BuildOption } from './build-options.js';
import { makeRuns, planSteps, shellWords, treeVersion } from './build-plan.js';

test('a fragment is read as kconfig does: the last line of a name wins', () => {
  const text = 'CONFIG_A=y\n# CONFIG_B is not set\n# a word\n\nCONFIG_A=m\nCONFIG_C="x y"\n';
  expect([...readFragment(text).wishes]).toEqual([
    ['A', 'm'],
    ['B', 'n'],
    ['C', '"x y"'],
  ]);
  expect(readFragment('CONFIG_A\nA=y').faults.map(({ line }) => line)).toEqual([1, 2]);
});

test('the own lines come behind those of the options, and are read as they were meant', () => {
  const text = fragmentText(['hostfs', 'fast'], '# CONFIG_HOSTFS is not set\n');
  expect(readFragment(text).faults).toEqual([]);
  expect(Object.fromEntries(readFragment(text).wishes)).toEqual({
    HOSTFS: 'n',
    CC_OPTIMIZE_FOR_PERFORMANCE: 'y',
    CC_OPTIMIZE_FOR_SIZE: 'n',
  });
});

test('each option that is offered is one sentence, with lines that are options', () => {
  for (const id of buildOptionIds) {
    const { about, needs = [], not = [] }: BuildOption = buildOptions[id];
    expect(about, id).toMatch(/^[A-Z].*\.$|^gdb.*\.$/);
    for (const other of [...needs, ...not]) expect(buildOptionIds, id).toContain(other);
    expect(readFragment(fragmentText([id], '')).faults, id).toEqual([]);
  }
});

test('what can’t be together is told once', () => {
  expect(optionConflicts(['gdb-scripts'], false)).toEqual([
    'gdb scripts is nothing without Debug information.',
  ]);
  expect(optionConflicts(['small', 'fast'], false)).toHaveLength(1);
  expect(optionConflicts(['vector-net', 'static'], false)).toHaveLength(1);
  expect(optionConflicts(['smp', 'time-travel'], false)).toHaveLength(1);
  expect(optionConflicts(['kasan'], true)).toHaveLength(1);
  expect(optionConflicts(['machine', 'hostfs'], true)).toEqual([]);
});

describe('why an option is not as it was wanted', () => {
  // Of linux-source-6.1: arch/um/drivers/Kconfig, lib/Kconfig.debug; `SIMPLE` stands for one without conditions.
  const kconfig = `config UML_NET_VECTOR
	bool "Vector I/O high performance network devices"
	depends on UML_NET
	select MAY_HAVE_RUNTIME_DEPS
	help
	  This User-Mode Linux network driver
	  depends on nothing, says this text.

config GDB_SCRIPTS
	bool "Provide GDB scripts for kernel debugging"
	depends on !(DEBUG_INFO_NONE || DEBUG_INFO_REDUCED) && KALLSYMS!=n

config SIMPLE
	bool
`;
  const config = 'CONFIG_DEBUG_INFO_NONE=y\nCONFIG_KALLSYMS=y\n';
  const why = (option: string, wanted = 'y', text = config): string =>
    whyLost({ option, wanted }, kconfigBlocks(kconfig, new Set([option])), text).why;

  test('by what the tree says of it', () => {
    expect(lostWishes(readFragment('CONFIG_SIMPLE=y\nCONFIG_KALLSYMS=y\nCONFIG_X=n').wishes, config)).toEqual(
      [{ option: 'SIMPLE', wanted: 'y' }],
    );
    expect(why('UML_NET_VECTOR')).toBe('It depends on UML_NET.');
    expect(why('GDB_SCRIPTS')).toContain('!(DEBUG_INFO_NONE || DEBUG_INFO_REDUCED)');
    expect(why('GDB_SCRIPTS', 'y', 'CONFIG_KALLSYMS=y\n')).toContain('Something around it');
    expect(why('SMP')).toBe('This tree has no such option.');
    expect(why('SIMPLE', 'm')).toBe('It can’t be a module without MODULES.');
    expect(why('KALLSYMS', 'n')).toBe('This tree has no such option.');
    expect(optionalNames(['vector-net'])).toEqual(new Set(['UML_NET']));
  });
});

test('the commands are whole, and can be pasted', () => {
  const runs = makeRuns({ defconfig: 'allnoconfig', jobs: 3 }, '/my tree', '/o', '/m', true);
  expect(shellWords(runs.base)).toBe(
    "nice -n 10 make -C '/my tree' O=/o ARCH=um SUBARCH=x86_64 KCONFIG_ALLCONFIG=/o/paddock.config allnoconfig",
  );
  expect(runs.compile.at(-1)).toBe('-j3');
  expect(shellWords(["it's"])).toBe("'it'\\''s'");
  const wish = {
    source: { kind: 'debian' as const, suite: 'bookworm', mirror: null, acceptStale: false },
    defconfig: 'defconfig',
    jobs: 2,
  };
  expect(planSteps(wish, null, '/o', []).map(({ title }) => title)).toEqual([
    'Get Debian’s sources of bookworm',
    'Make the configuration',
    'Compile',
    'Install its modules',
    'Put it into the library',
  ]);
});

test('the version is that of the Makefile', () => {
  const makefile =
    '# SPDX\nVERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 176\nEXTRAVERSION =\nNAME = Curry Ramen\n';
  expect(treeVersion(makefile)).toBe('6.1.176');
  expect(treeVersion(makefile.replace('EXTRAVERSION =', 'EXTRAVERSION = -rc3'))).toBe('6.1.176-rc3');
  expect(treeVersion('all:\n\tgcc x.c\n')).toBeNull();
});
