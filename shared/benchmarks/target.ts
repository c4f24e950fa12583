import { z } from 'zod';
import type { Kernel } from '../kernels/kernel.js';

/** `seccomp=` of a kernel; null: as it does by itself. */
export const kernelModeSchema = z.enum(['on', 'off']).nullable();
export type KernelMode = z.infer<typeof kernelModeSchema>;

/** What is measured: programs of this computer, or of a guest of a kernel in one of its modes. */
export const targetSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('native'), pinned: z.boolean() }),
  z.strictObject({
    kind: z.literal('kernel'),
    path: z.string().startsWith('/').max(4095),
    mode: kernelModeSchema,
    /** Kept on one CPU, as Paddock's machines are. */
    pinned: z.boolean(),
  }),
]);
export type Target = z.infer<typeof targetSchema>;

/** The modes that a kernel can be measured in. The one place that knows. */
export function kernelModes({ answers }: Pick<Kernel, 'answers'>): KernelMode[] {
  return answers.seccomp === 'yes' ? ['off', 'on'] : [null];
}

/** Tells targets apart. */
export function targetKey(target: Target): string {
  const what = target.kind === 'native' ? 'native' : `${target.path} ${target.mode ?? 'default'}`;
  return `${what} ${target.pinned ? 'pinned' : 'free'}`;
}

/** "7.2.13, seccomp=on" */
export function kernelModeName(version: string, mode: KernelMode): string {
  return mode === null ? version : `${version}, seccomp=${mode}`;
}

/** What a target is called, without whether it is kept on one CPU; `version`: of its kernel. */
export function targetName(target: Target, version: string | null): string {
  return target.kind === 'native' ? 'Native' : kernelModeName(version ?? target.path, target.mode);
}

/** "one CPU" */
export const pinnedName = (pinned: boolean): string => (pinned ? 'one CPU' : 'any CPU');
