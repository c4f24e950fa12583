import type { VmState } from './vm-state.js';

/** What a person can ask of a machine from a button, a menu, the keyboard or the command line. */
export type VmAction = 'start' | 'shutdown' | 'halt' | 'force' | 'delete' | 'merge';

/** Whether an action can be taken now and, when not, the sentence that says why. */
export type Allowance = { allowed: true } | { allowed: false; reason: string };

const yes: Allowance = { allowed: true };
const no = (reason: string): Allowance => ({ allowed: false, reason });

const notRunning = no('It is not running.');
const running = no('It is running. Shut it down first.');
const comingUp = no('It is starting. Shut it down first.');
const goingDown = no('It is still stopping.');
const paused = no('It is paused. Force it off first.');
const broken = no('A file of it is missing or damaged.');

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
    defined: notRunning,
    starting: no('Its kernel does not answer yet. Force it off instead.'),
    running: yes,
    paused: no('A paused guest can’t shut itself down. Force it off instead.'),
    stopping: no('It was asked to shut down already.'),
    stopped: notRunning,
    crashed: notRunning,
    broken: notRunning,
  },
  halt: {
    defined: notRunning,
    starting: no('Its kernel does not answer yet. Force it off instead.'),
    running: yes,
    paused: yes,
    stopping: yes,
    stopped: notRunning,
    crashed: notRunning,
    broken: notRunning,
  },
  force: {
    defined: notRunning,
    starting: yes,
    running: yes,
    paused: yes,
    stopping: yes,
    stopped: notRunning,
    crashed: notRunning,
    broken: notRunning,
  },
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
};

/** Whether `action` can be taken on a machine in `state`. */
export function vmActionAllowance(action: VmAction, state: VmState): Allowance {
  return table[action][state];
}
