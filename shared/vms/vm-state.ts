import { z } from 'zod';

/** Every state a machine can be in (design.md 3). */
export const vmStateSchema = z.enum([
  'defined',
  'starting',
  'running',
  'paused',
  'stopping',
  'stopped',
  'crashed',
  'broken',
]);
export type VmState = z.infer<typeof vmStateSchema>;

/** What can happen to a machine. */
export const vmEventSchema = z.enum([
  /** Somebody asked for a start and every check before it passed. */
  'start',
  /** The kernel runs: it announced its control socket. */
  'up',
  /** The guest was halted in place (`mconsole stop`). */
  'pause',
  /** The guest goes on (`mconsole go`). */
  'resume',
  /** A way to stop was taken. */
  'stop',
  /** The guest refused or outlived a polite request; it just runs on. */
  'stay',
  /** The process ended as it should. */
  'end',
  /** The process ended by itself in a bad way. */
  'crash',
  /** A file of the machine is missing or damaged. */
  'break',
  /** The file is there and whole again. */
  'mend',
]);
export type VmEvent = z.infer<typeof vmEventSchema>;

/**
 * The whole life of a machine. What is not in the table can't happen and is refused by name;
 * each row is a state, each entry what an event makes of it.
 */
export const vmTransitions: Readonly<Record<VmState, Readonly<Partial<Record<VmEvent, VmState>>>>> = {
  defined: { start: 'starting', break: 'broken' },
  starting: { up: 'running', stop: 'stopping', end: 'stopped', crash: 'crashed' },
  running: { pause: 'paused', stop: 'stopping', end: 'stopped', crash: 'crashed' },
  paused: { resume: 'running', stop: 'stopping', end: 'stopped', crash: 'crashed' },
  stopping: { stop: 'stopping', up: 'stopping', stay: 'running', end: 'stopped', crash: 'crashed' },
  stopped: { start: 'starting', break: 'broken' },
  crashed: { start: 'starting', break: 'broken' },
  broken: { mend: 'stopped', break: 'broken' },
};

/** The state after `event`, or null when the table doesn't allow it. */
export function nextVmState(state: VmState, event: VmEvent): VmState | null {
  return vmTransitions[state][event] ?? null;
}

/** True while the machine has, or may have, a process. */
export function isLive(state: VmState): boolean {
  return state === 'starting' || state === 'running' || state === 'paused' || state === 'stopping';
}
