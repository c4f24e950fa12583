import { z } from 'zod';
import { whyAnswer, type AbilityId, type Answers } from './abilities.js';

/** More processors than any kernel tried offers (CONFIG_NR_CPUS of arch/um). */
export const CPUS_MAX = 64;

/** A word for the kernel's command line: of printable ASCII, without a space. */
const wordSchema = z
  .string()
  .max(400)
  .regex(/^[!-~]+$/);

/** How a kernel runs its guest. */
export const runModeSchema = z.strictObject({
  /** `seccomp=`; null: as the kernel does by itself. */
  seccomp: z.enum(['on', 'auto', 'off']).nullable(),
  /** `ncpus=` */
  cpus: z.int().min(1).max(CPUS_MAX),
  /** The guest's clock: this computer's, one that skips idle time, one in which computing takes no time either. */
  timeTravel: z.enum(['off', 'skip-idle', 'inf-cpu']),
  /** More arguments, for the kernel and for the guest's init, in this order. */
  extra: z.array(wordSchema).max(32),
});
export type RunMode = z.infer<typeof runModeSchema>;

/** One as it is asked for: what is wrong with its words is told by the host (`whyNotExtra`). */
export const wantedRunModeSchema = runModeSchema.extend({ extra: z.array(z.string().max(4096)).max(32) });

/** What a machine has that nobody chose another for. */
export const plainRunMode: RunMode = { seccomp: null, cpus: 1, timeTravel: 'off', extra: [] };

/** Its arguments. */
export function runModeWords({ seccomp, cpus, timeTravel, extra }: RunMode): string[] {
  return [
    ...(seccomp === null ? [] : [`seccomp=${seccomp}`]),
    ...(cpus === 1 ? [] : [`ncpus=${cpus}`]),
    ...(timeTravel === 'off' ? [] : [timeTravel === 'inf-cpu' ? 'time-travel=inf-cpu' : 'time-travel']),
    ...extra,
  ];
}

/** What of it a kernel lacks: what was chosen, and why it can't be. One that says nothing may have it. */
export function runModeLacks(mode: RunMode, answers: Answers): { what: string; why: string } | null {
  const needs: [AbilityId, string | null][] = [
    // Off is what a kernel without it does anyway; auto is its own word for "if it can be" (arch/um/os-Linux/start_up.c).
    ['seccomp', mode.seccomp === null ? null : `seccomp=${mode.seccomp}`],
    ['smp', mode.cpus === 1 ? null : `${mode.cpus} processors`],
    ['time-travel', mode.timeTravel === 'off' ? null : 'Time travel'],
  ];
  for (const [id, what] of needs)
    if (what !== null && answers[id] === 'no') return { what, why: whyAnswer(id, 'no', answers) };
  return null;
}

/** What Paddock sets itself, by the beginning of the word, and where it is changed. */
const own: readonly [RegExp, string][] = [
  [/^umid=/, 'it is the machine’s name'],
  [/^uml_dir=/, 'Paddock finds the machine by it'],
  [/^mem=/, 'it is the machine’s memory'],
  [/^mconsole=/, 'Paddock hears from the kernel by it'],
  [/^con(\d+)?=/, 'it is among the machine’s consoles'],
  [/^ssl(\d+)?=/, 'it is among the machine’s consoles'],
  [/^(ubd|udb)/, 'it is among the machine’s disks'],
  [/^(vec|eth)\d+[:=]/, 'it is among the machine’s network cards'],
  [/^(root|rootfstype|initrd)=/, 'it is what the machine boots from'],
  [/^init=/, 'it is what the machine boots from'],
  [/^hostfs=/, 'it confines what the guest sees of this computer'],
  [/^seccomp=/, 'it has a setting of its own'],
  [/^ncpus=/, 'it has a setting of its own'],
  [/^time-travel(=inf-cpu)?$/, 'it has a setting of its own'],
  [/^paddock\./, 'it is between Paddock and the guest'],
  [/^--?(help|version|showconfig)$/, 'the kernel would answer and end'],
];

/** Why a word can't be among the extra arguments, as a clause; null when it can. */
export function whyNotExtra(word: string): string | null {
  if (!wordSchema.safeParse(word).success) return 'it must be of plain characters, without a space';
  return own.find(([start]) => start.test(word))?.[1] ?? null;
}

/** Said wherever seccomp can be chosen (`--help` of the kernels that have it). */
export const SECCOMP_WARNING =
  'Faster, and only for guests that you trust: a program in the guest can then read and write all of the guest’s memory, its kernel’s, too. This computer’s own files are not in its reach by that.';
