import { z } from 'zod';

/** Why a machine stopped, as a code; the sentence and the fix are in stop-reason-text. */
export const stopReasonSchema = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('poweroff') }),
  z.strictObject({ code: z.literal('halted') }),
  z.strictObject({ code: z.literal('forced') }),
  /** It was asked to shut down, didn't in time, and was halted, or forced off when that didn't help either. */
  z.strictObject({ code: z.literal('shutdown-timeout'), seconds: z.int().min(0), isForced: z.boolean() }),
  z.strictObject({ code: z.literal('panic'), text: z.string().max(65_536) }),
  /** Its checker of memory (KASAN) found an error, at which it was set to panic. */
  z.strictObject({ code: z.literal('kasan'), text: z.string().max(65_536) }),
  z.strictObject({ code: z.literal('no-root'), text: z.string().max(65_536) }),
  z.strictObject({ code: z.literal('no-init'), text: z.string().max(65_536) }),
  /** The kernel has an init but can't run it: another architecture, or what a kernel without an MMU can't load. */
  z.strictObject({ code: z.literal('init-not-runnable'), init: z.string(), text: z.string().max(65_536) }),
  z.strictObject({ code: z.literal('init-ended'), text: z.string().max(65_536) }),
  z.strictObject({ code: z.literal('disk-missing'), device: z.string() }),
  z.strictObject({ code: z.literal('disk-locked'), pid: z.int().nullable() }),
  z.strictObject({ code: z.literal('base-changed'), text: z.string().max(65_536) }),
  z.strictObject({ code: z.literal('memory-too-small') }),
  z.strictObject({ code: z.literal('memory-file-full') }),
  z.strictObject({ code: z.literal('memory-file-noexec') }),
  z.strictObject({ code: z.literal('ptrace-forbidden') }),
  /** The processor's register state is larger than this kernel can hand over (kernels/wide-xstate). */
  z.strictObject({ code: z.literal('processor-too-new') }),
  /** A kernel without an MMU that was given seccomp=; its help lists it, and it crashes (facts/nommu 2). */
  z.strictObject({ code: z.literal('nommu-seccomp') }),
  /** One that translates system calls at address 0, which this computer doesn't let programs have. */
  z.strictObject({ code: z.literal('nommu-zpoline') }),
  /** One that had no memory in one piece for its first program. */
  z.strictObject({ code: z.literal('nommu-memory'), program: z.string(), bytes: z.number() }),
  z.strictObject({ code: z.literal('wrong-umid') }),
  z.strictObject({ code: z.literal('killed'), signal: z.string() }),
  /** Not its kernel's process but one of those that its guest's programs run in (a stub) was killed from outside. */
  z.strictObject({ code: z.literal('stub-killed') }),
  z.strictObject({ code: z.literal('host-out-of-memory') }),
  z.strictObject({ code: z.literal('exited'), exitCode: z.int(), lastLine: z.string() }),
  /** UML's own reboot in place went wrong; the machine is started again. */
  z.strictObject({ code: z.literal('reboot-failed') }),
  z.strictObject({ code: z.literal('not-started'), message: z.string().max(65_536) }),
  z.strictObject({ code: z.literal('unseen') }),
]);
export type StopReason = z.infer<typeof stopReasonSchema>;

const orderly: ReadonlySet<StopReason['code']> = new Set([
  'poweroff',
  'halted',
  'forced',
  'shutdown-timeout',
]);

/** Reasons that leave a machine stopped rather than crashed. */
export function isOrderlyStop(reason: StopReason): boolean {
  return orderly.has(reason.code);
}
