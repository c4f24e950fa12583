import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BuildTally, guessedMakeLines, inTree, readBuildLine, remarkText } from './build-output.js';

const TREE = '/home/ada/linux-source-6.1';

/** What make printed for linux-source-6.1 with a function that nobody uses, then with an error; only the folder is another. */
const broken = `  GEN     Makefile
  CALL    ${TREE}/scripts/checksyscalls.sh
  CC      lib/cmdline.o
${TREE}/lib/cmdline.c: In function ‘paddock_broken’:
${TREE}/lib/cmdline.c:277:35: error: ‘nowhere’ undeclared (first use in this function)
  277 | int paddock_broken(void) { return nowhere; }
      |                                   ^~~~~~~
${TREE}/lib/cmdline.c:277:35: note: each undeclared identifier is reported only once for each function it appears in
${TREE}/lib/cmdline.c:277:44: error: control reaches end of non-void function [-Werror=return-type]
  277 | int paddock_broken(void) { return nowhere; }
      |                                            ^
${TREE}/lib/cmdline.c: At top level:
${TREE}/lib/cmdline.c:23:12: warning: ‘paddock_unused’ defined but not used [-Wunused-function]
   23 | static int paddock_unused(void) { int x; return x; }
      |            ^~~~~~~~~~~~~~
cc1: some warnings being treated as errors
make[2]: *** [${TREE}/scripts/Makefile.build:255: lib/cmdline.o] Error 1
make[1]: *** [${TREE}/scripts/Makefile.build:508: lib] Error 2
make[1]: *** Waiting for unfinished jobs....
make: *** [${TREE}/Makefile:2050: .] Error 2`;

/** The same with a call of what is nowhere. */
const unlinked = `  CC      lib/cmdline.o
  AR      lib/lib.a
  LD      vmlinux.o
  OBJCOPY modules.builtin.modinfo
  GEN     modules.builtin
  MODPOST vmlinux.symvers
  UPD     include/generated/utsversion.h
  CC      init/version-timestamp.o
  LD      .tmp_vmlinux.kallsyms1
/usr/bin/ld: warning: arch/x86/um/vdso/vdso.o: missing .note.GNU-stack section implies executable stack
/usr/bin/ld: NOTE: This behaviour is deprecated and will be removed in a future version of the linker
/usr/bin/ld: warning: .tmp_vmlinux.kallsyms1 has a LOAD segment with RWX permissions
/usr/bin/ld: lib/cmdline.o: in function \`paddock_calls':
${TREE}/lib/cmdline.c:276: undefined reference to \`paddock_nowhere'
collect2: error: ld returned 1 exit status
make[1]: *** [${TREE}/scripts/Makefile.vmlinux:34: vmlinux] Error 1
make: *** [${TREE}/Makefile:1281: vmlinux] Error 2`;

/** What olddefconfig said of a fragment behind a configuration, and two lines of other builds. */
const settled = `  GEN     Makefile
.config:1388:warning: override: reassigning to symbol SLUB
.config:1388:warning: override: SLUB changes choice state
.config:1389:warning: override: reassigning to symbol HOSTFS
#
# configuration written to .config
#
  CC [M]  fs/autofs/autofs4.mod.o
  LINK linux`;

function tallyOf(output: string): BuildTally {
  const tally = new BuildTally(10, TREE);
  for (const line of output.split('\n')) tally.add(line);
  return tally;
}

test('the first error is told with its place, the warning is kept, consequences are not', () => {
  const { error, warnings, lines } = tallyOf(broken);
  expect(error && remarkText(error)).toBe(
    'lib/cmdline.c:277: ‘nowhere’ undeclared (first use in this function)',
  );
  expect(warnings.map(remarkText)).toEqual([
    'lib/cmdline.c:23: ‘paddock_unused’ defined but not used [-Wunused-function]',
  ]);
  expect(lines).toBe(3);
});

test('what the linker misses has its place, too', () => {
  const { error, warnings, detail } = tallyOf(unlinked);
  expect(error && remarkText(error)).toBe("lib/cmdline.c:276: undefined reference to `paddock_nowhere'");
  expect(warnings).toHaveLength(2);
  expect(detail).toBe('LD .tmp_vmlinux.kallsyms1, 9 of about 10 steps, 2 warnings');
});

test('that the lines of a fragment win is meant', () => {
  const { error, warnings, lines, now } = tallyOf(settled);
  expect([error, warnings, lines, now]).toEqual([null, [], 3, 'LINK linux']);
});

test('what make itself stops at', () => {
  const clean = "make[1]: *** No rule to make target 'lib/nothing.o', needed by 'lib/built-in.a'.  Stop.";
  expect(readBuildLine(clean)).toMatchObject({ kind: 'error', text: clean.slice(13) });
  expect(readBuildLine('ERROR: modpost: "foo" [drivers/bar.ko] undefined!')).toMatchObject({ kind: 'error' });
  expect(readBuildLine('WARNING: unmet direct dependencies detected for FOO')).toMatchObject({
    kind: 'warning',
  });
});

test('it is never quite done before make ends, and unknown when only what changed is built', () => {
  const tally = new BuildTally(2, '');
  for (const name of ['a', 'b', 'c']) tally.add(`  CC      ${name}.o`);
  expect(tally.fraction).toBe(0.99);
  expect(new BuildTally(null, '').fraction).toBeNull();
  // Measured: 1191 with 232 options, 1440 with 405.
  const set = (count: number): string => 'CONFIG_A=y\n'.repeat(count);
  expect(guessedMakeLines(set(232)) / 1191).toBeCloseTo(1, 1);
  expect(guessedMakeLines(set(405)) / 1440).toBeCloseTo(1, 1);
});

test('a warning of a header is told once; names are those of the tree', () => {
  const tally = new BuildTally(null, TREE);
  for (let n = 0; n < 3; n += 1) tally.add(`${TREE}/include/linux/a.h:4:1: warning: twice`);
  expect(tally.warnings).toHaveLength(1);
  expect(inTree('../linux-source-6.1/lib/a.c', TREE)).toBe('lib/a.c');
  expect(inTree('lib/a.c', TREE)).toBe('lib/a.c');
});

test('no line breaks it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (line) => {
      new BuildTally(1, '/x').add(line);
    }),
  );
});
