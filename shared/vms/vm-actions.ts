import type { VmState } from './vm-state.js';

/** What a person can ask of a machine from a button, a menu, the keyboard or the command line. */
export const vmActionNames = [
  'start',
  'shutdown',
  'restart',
  'pause',
  'resume',
  'control',
  'halt',
  'force',
  'delete',
  'merge',
  'snapshot',
  'branch',
  'restore',
] as const;
export type VmAction = (typeof vmActionNames)[number];

/** Whether an action can be taken now and, when not, the sentence that says why. */
export type Allowance = { allowed: true } | { allowed: false; reason: string };

const yes: Allowance = { allowed: true };
const no = (reason: string): Allowance => ({ allowed: false, reason });

const notRunning = no('It is not running.');
const running = no('It is running. Shut it down first.');
const comingUp = no('It is starting. Shut it down first.');
const silent = no('Its kernel does not answer yet. Force it off instead.');
const goingDown = no('It is still stopping.');
const paused = no('It is paused. Force it off first.');
const broken = no('A file of it is missing or damaged.');
const off = { defined: notRunning, stopped: notRunning, crashed: notRunning, broken: notRunning };

const copied = {
  defined: yes,
  starting: no('It is starting. Wait until its kernel answers.'),
  running: yes,
  paused: yes,
  stopping: goingDown,
  stopped: yes,
  crashed: yes,
  broken,
};

/** action x state -> allowed or the reason, whole: a new state or action doesn't compile until it is decided here. */
const table: Readonly<Record<VmAction, Readonly<Record<VmState, Allowance>>>> = {
  start: {
    defined: yes,
    starting: no('It is starting already.'),
    running: no('It is running already.'),
    paused: no('It is paused, not stopped.'),
    stopping: goingDown,
    stopped: yes,
    crashed: yes,
    broken,
  },
  shutdown: {
    ...off,
    starting: silent,
    running: yes,
    paused: no('A paused guest can’t shut itself down. Resume it, or force it off.'),
    stopping: no('It was asked to shut down already.'),
  },
  /** Shuts it down and starts it again, with what was changed of its settings. */
  restart: {
    ...off,
    starting: silent,
    running: yes,
    paused: no('A paused guest can’t shut itself down. Resume it first.'),
    stopping: goingDown,
  },
  pause: {
    ...off,
    starting: no('Its kernel does not answer yet.'),
    running: yes,
    paused: no('It is paused already.'),
    stopping: goingDown,
  },
  resume: {
    ...off,
    starting: no('It is not paused.'),
    running: no('It is not paused.'),
    paused: yes,
    stopping: goingDown,
  },
  /** Commands to its management console. */
  control: {
    ...off,
    starting: no('Its kernel does not answer yet.'),
    running: yes,
    paused: yes,
    stopping: yes,
  },
  halt: { ...off, starting: silent, running: yes, paused: yes, stopping: yes },
  force: { ...off, starting: yes, running: yes, paused: yes, stopping: yes },
  delete: {
    defined: yes,
    starting: comingUp,
    running,
    paused,
    stopping: goingDown,
    stopped: yes,
    crashed: yes,
    broken: yes,
  },
  merge: {
    defined: yes,
    starting: comingUp,
    running: no('A layer in use can’t be merged. Shut the machine down first.'),
    paused: no('A layer in use can’t be merged. Force the machine off first.'),
    stopping: goingDown,
    stopped: yes,
    crashed: yes,
    broken,
  },
  snapshot: copied,
  /** Its layer is copied as for a snapshot. */
  branch: copied,
  /** Back to a snapshot or to the pristine base; also what mends a machine whose layer is damaged. */
  restore: {
    defined: yes,
    starting: comingUp,
    running,
    paused,
    stopping: goingDown,
    stopped: yes,
    crashed: yes,
    broken: yes,
  },
};

/** Whether `action` can be taken on a machine in `state`. */
export function vmActionAllowance(action: VmAction, state: VmState): Allowance {
  return table[action][state];
}
