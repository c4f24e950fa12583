import { z } from 'zod';
import { paddockErrorSchema } from '../errors/paddock-error.js';
import { buildWishSchema, SMALLEST, type BuildWish } from './build-wish.js';

/** What building needs of this computer. */
export const buildNeedSchema = z.strictObject({
  /** The program, or what else it is. */
  what: z.string(),
  /** Debian's package that has it. */
  package: z.string(),
  why: z.string(),
  /** `fetched`: Paddock gets Debian's package for itself, without root. */
  state: z.enum(['there', 'fetched', 'missing']),
});
export type BuildNeed = z.infer<typeof buildNeedSchema>;

/** What carrying out a wish would do, before anything is done. */
export const kernelPlanSchema = z.strictObject({
  steps: z.array(
    z.strictObject({
      /** As the job's step is called. */
      title: z.string(),
      /** The commands that it runs, as they could be pasted into a shell; none when Paddock does it itself. */
      commands: z.array(z.string()),
    }),
  ),
  /** The lines that are put over the base: those of the options, then a person's own. */
  fragment: z.string(),
  needs: z.array(buildNeedSchema),
  /** Of the tree; null when it isn't here yet, or can't be read. */
  version: z.string().nullable(),
  /** The files of arch/um/configs, for x86_64; empty when the tree isn't here yet. */
  defconfigs: z.array(z.string()),
  /** Bytes it takes, a guess; what is free; and what is kept of an earlier build of it. */
  spaceBytes: z.int().nonnegative(),
  freeBytes: z.int().nonnegative(),
  keptBytes: z.int().nonnegative(),
  /** What one should know. */
  notes: z.array(z.string()),
  warnings: z.array(z.string()),
  /** What keeps it from being done. */
  problems: z.array(paddockErrorSchema),
});
export type KernelPlan = z.infer<typeof kernelPlanSchema>;

/** Debian's sources of a suite that are unpacked here. */
export const keptSourceSchema = z.strictObject({
  suite: z.string(),
  /** Such as linux-source-6.1. */
  packageName: z.string(),
  packageVersion: z.string(),
  tree: z.string(),
  bytes: z.number(),
});
export type KeptSource = z.infer<typeof keptSourceSchema>;

/** A wish to plan: what is not said yet may be empty. */
export const planWishSchema = buildWishSchema.extend({ title: z.string().max(120) });

/** What a tree that isn't Debian's can do. */
export const FOREIGN_TREE =
  'Building runs the Makefiles and programs of this tree as you, with all that you may do. Build only trees that you trust.';

/** The arguments of each of make's runs. */
export interface MakeRuns {
  base: [string, ...string[]];
  settle: [string, ...string[]];
  compile: [string, ...string[]];
  modules: [string, ...string[]];
}

/** How hard the compilers push others aside: not at all. */
const NICE = ['nice', '-n', '10'] as const;

/** What make is run with: out of the tree, so that nothing is written into it. */
export function makeRuns(
  { defconfig, jobs }: Pick<BuildWish, 'defconfig' | 'jobs'>,
  tree: string,
  work: string,
  modulesInto: string,
  stripModules: boolean,
): MakeRuns {
  const make = [...NICE, 'make', '-C', tree, `O=${work}`, 'ARCH=um', 'SUBARCH=x86_64'] as [
    string,
    ...string[],
  ];
  return {
    // All that isn't in the fragment is off: olddefconfig would turn the defaults of what becomes visible on.
    base: [...make, ...(defconfig === SMALLEST ? [`KCONFIG_ALLCONFIG=${work}/${FRAGMENT}`] : []), defconfig],
    settle: [...make, 'olddefconfig'],
    compile: [...make, `-j${jobs}`],
    modules: [
      ...make,
      `INSTALL_MOD_PATH=${modulesInto}`,
      ...(stripModules ? ['INSTALL_MOD_STRIP=1'] : []),
      'modules_install',
    ],
  };
}

/** The fragment's file in the folder that is built in. */
export const FRAGMENT = 'paddock.config';

/** A command as it could be pasted into a shell. */
export function shellWords(argv: readonly string[]): string {
  return argv
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}

/** The version that a tree's Makefile begins with (VERSION, PATCHLEVEL, SUBLEVEL, EXTRAVERSION); null for another file. */
export function treeVersion(makefile: string): string | null {
  const of = (name: string): string =>
    new RegExp(`^${name}[ \\t]*=[ \\t]*(\\S*)[ \\t]*$`, 'm').exec(makefile)?.[1] ?? '';
  const [version, patch, sub, extra] = ['VERSION', 'PATCHLEVEL', 'SUBLEVEL', 'EXTRAVERSION'].map(of);
  if (!/^\d{1,4}$/.test(version ?? '') || !/^\d{1,4}$/.test(patch ?? '')) return null;
  return `${version}.${patch}${sub === '' ? '' : `.${sub}`}${extra ?? ''}`.slice(0, 100);
}

/** What a build is made of. */
export type BuildStepId = 'source' | 'tools' | 'configure' | 'compile' | 'modules' | 'keep' | 'boot';

/** The steps of a build, as its job shows them. `machine`: the one that is started with it. */
export function buildSteps(
  { source }: Pick<BuildWish, 'source'>,
  needs: readonly BuildNeed[],
  machine: string | null,
): { id: BuildStepId; title: string }[] {
  const fetched = needs.filter(({ state }) => state === 'fetched').map(({ what }) => what);
  return [
    ...(source.kind === 'debian'
      ? [{ id: 'source' as const, title: `Get Debian’s sources of ${source.suite}` }]
      : []),
    ...(fetched.length > 0 ? [{ id: 'tools' as const, title: `Get ${fetched.join(', ')} from Debian` }] : []),
    { id: 'configure', title: 'Make the configuration' },
    { id: 'compile', title: 'Compile' },
    { id: 'modules', title: 'Install its modules' },
    { id: 'keep', title: 'Put it into the library' },
    ...(machine === null ? [] : [{ id: 'boot' as const, title: `Start ${machine} with it` }]),
  ];
}

/** The steps of a plan with their commands; a tree that isn't here yet is named by what it will be. */
export function planSteps(
  wish: Pick<BuildWish, 'source' | 'defconfig' | 'jobs'>,
  tree: string | null,
  objects: string,
  needs: readonly BuildNeed[],
): KernelPlan['steps'] {
  const runs = makeRuns(wish, tree ?? 'linux-source-VERSION', objects, 'LIBRARY', false);
  const commands: Readonly<Partial<Record<BuildStepId, string[]>>> = {
    source:
      tree === null ? ['apt-get download linux-source-VERSION', 'tar -xJf linux-source-VERSION.tar.xz'] : [],
    configure: [
      shellWords(runs.base),
      ...(wish.defconfig === SMALLEST
        ? []
        : [`${shellWords(['cat', `${objects}/${FRAGMENT}`])} >> ${shellWords([`${objects}/.config`])}`]),
      ...(wish.defconfig === SMALLEST ? [] : [shellWords(runs.settle)]),
    ],
    compile: [shellWords(runs.compile)],
    modules: [shellWords(runs.modules)],
  };
  return buildSteps(wish, needs, null).map(({ id, title }) => ({ title, commands: commands[id] ?? [] }));
}
