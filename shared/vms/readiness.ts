import { z } from 'zod';
import { assertNever } from '../assert-never.js';

/** How far a machine must have come before those that start after it do. */
export const readinessSchema = z.discriminatedUnion('kind', [
  /** Its kernel runs and can be controlled; its guest is still booting. */
  z.strictObject({ kind: z.literal('running') }),
  /** A login prompt stands on one of its consoles. */
  z.strictObject({ kind: z.literal('login') }),
  /** The guest said this with `echo TEXT > /proc/mconsole`. */
  z.strictObject({ kind: z.literal('message'), text: z.string().trim().min(1).max(200) }),
]);
export type Readiness = z.infer<typeof readinessSchema>;

/** What is known of a machine's present run. */
export interface Milestones {
  isUp: boolean;
  loginAt: string | null;
  /** Everything the guest said to its notify socket in this run, newest last. */
  messages: readonly string[];
}

/** True when a run has come as far as `ready` says. */
export function isReady(ready: Readiness, run: Milestones): boolean {
  switch (ready.kind) {
    case 'running':
      return run.isUp;
    case 'login':
      return run.isUp && run.loginAt !== null;
    case 'message':
      return run.isUp && run.messages.some((message) => message.includes(ready.text));
    default:
      return assertNever(ready);
  }
}

/** In words, after the machine's name: "router has reached its login prompt". */
export function readinessText(ready: Readiness): string {
  switch (ready.kind) {
    case 'running':
      return 'runs';
    case 'login':
      return 'has reached its login prompt';
    case 'message':
      return `has said “${ready.text}”`;
    default:
      return assertNever(ready);
  }
}
