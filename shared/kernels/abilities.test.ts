import { expect, test } from 'vitest';
import { abilityIds, kernelAnswers, whyAnswer } from './abilities.js';
import { parseConfig } from './kernel-config.js';
import { isNommu } from './nommu.js';
import { plainRunMode, runModeLacks, runModeWords, whyNotExtra } from './run-mode.js';

/** The lines of a kernel of the nommu series that tell (facts/nommu 2). */
const nommu = {
  config: parseConfig(
    '# CONFIG_MMU is not set\nCONFIG_MMU_LAZY_TLB_REFCOUNT=y\nCONFIG_BINFMT_ELF_FDPIC=y\nCONFIG_HOSTFS=y\n',
  ),
  help: 'User Mode Linux v7.2.13\nseccomp=<on/auto/off>\n    Configure whether or not SECCOMP is used.\n',
};
const usual = {
  config: parseConfig('CONFIG_MMU=y\nCONFIG_EXT4_FS=m\nCONFIG_SMP=y\n'),
  help: 'seccomp=<on/auto/off>\nncpus=<number>\n',
};

test('a kernel without an MMU is told by its whole line, and has no seccomp whatever its help says', () => {
  const answers = kernelAnswers(nommu);
  expect(isNommu({ answers })).toBe(true);
  expect(answers).toMatchObject({ mmu: 'no', seccomp: 'no', hostfs: 'yes', smp: 'no' });
  expect(whyAnswer('seccomp', 'no', answers)).toMatch(/crashes/);
  expect(isNommu({ answers: kernelAnswers(usual) })).toBe(false);
});

test('what both config and help must say, modules, and silence', () => {
  expect(kernelAnswers(usual)).toMatchObject({ smp: 'yes', seccomp: 'yes', ext4: 'module', xfs: 'no' });
  expect(kernelAnswers({ ...usual, help: 'seccomp=<on/auto/off>\n' })).toMatchObject({ smp: 'no' });
  const silent = kernelAnswers({ config: null, help: null });
  expect(new Set(Object.values(silent))).toEqual(new Set(['unknown']));
  for (const id of abilityIds)
    for (const answer of ['module', 'no', 'unknown'] as const)
      expect(whyAnswer(id, answer, silent)).toMatch(/^[A-Z].*\.$/);
});

test('run modes: words, what a kernel lacks for them, and nothing for one that is not asked', () => {
  const mode = { seccomp: 'on', cpus: 4, timeTravel: 'inf-cpu', extra: ['quiet', 'loglevel=8'] } as const;
  const all = { ...mode, extra: [...mode.extra] };
  expect(runModeWords(all)).toEqual(['seccomp=on', 'ncpus=4', 'time-travel=inf-cpu', 'quiet', 'loglevel=8']);
  expect(runModeWords(plainRunMode)).toEqual([]);
  expect(runModeLacks(plainRunMode, kernelAnswers(nommu))).toBeNull();
  expect(runModeLacks({ ...plainRunMode, seccomp: 'auto' }, kernelAnswers(nommu))?.what).toBe('seccomp=auto');
  expect(runModeLacks({ ...plainRunMode, timeTravel: 'skip-idle' }, kernelAnswers(usual))?.why).toMatch(
    /CONFIG_UML_TIME_TRAVEL_SUPPORT/,
  );
  expect(runModeLacks(all, kernelAnswers({ config: null, help: null }))).toBeNull();
});

test('arguments that Paddock sets are not taken, by whatever number', () => {
  const refused =
    'umid=x uml_dir=/tmp mem=1G mconsole=notify:/x con=null con0=fd:0 ssl12=pty ubd0=/etc/shadow ubdar=/x udb0=x vec0:transport=tap eth0=tuntap root=/dev/x rootfstype=hostfs initrd=/x init=/bin/sh hostfs=/ seccomp=on ncpus=2 time-travel time-travel=inf-cpu paddock.hostname=x --help --showconfig';
  for (const word of refused.split(' '))
    expect([word, whyNotExtra(word)]).toEqual([word, expect.any(String)]);
  for (const word of ['two words', 'ünlesbar', '', 'new\nline', 'a'.repeat(401)])
    expect(whyNotExtra(word)).toMatch(/plain characters/);
  for (const word of [
    'quiet',
    'loglevel=8',
    'console=tty0',
    'systemd.unit=rescue.target',
    'kunit.enable=1',
    '--',
  ])
    expect(whyNotExtra(word)).toBeNull();
});
