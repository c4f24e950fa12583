import type { ReactNode } from 'react';
import type { VmState } from '@shared/vms/vm-state.js';
import './state-icon.css';

const ring = (
  <path
    d="M6 1.5a4.5 4.5 0 1 1-4.5 4.5"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.8"
    strokeLinecap="round"
  />
);
const hollow = <circle cx="6" cy="6" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.5" />;

/** Shape first, colour second: each can be told apart in black and white. */
const shapes: Readonly<Record<VmState, ReactNode>> = {
  defined: hollow,
  stopped: hollow,
  starting: ring,
  stopping: ring,
  running: <circle cx="6" cy="6" r="4" />,
  paused: (
    <>
      <rect x="2.3" y="1.8" width="2.6" height="8.4" rx=".8" />
      <rect x="7.1" y="1.8" width="2.6" height="8.4" rx=".8" />
    </>
  ),
  crashed: (
    <path
      d="M3.9.8h4.2l3.1 3.1v4.2l-3.1 3.1H3.9L.8 8.1V3.9zM4.9 3.9l-1 1L5 6 3.9 7.1l1 1L6 7l1.1 1.1 1-1L7 6l1.1-1.1-1-1L6 5z"
      fillRule="evenodd"
    />
  ),
  broken: <path d="M6 .8 11.6 10.8H.4zM5.3 4.2v3.4h1.4V4.2zm0 4.4v1.3h1.4V8.6z" fillRule="evenodd" />,
};

/** The state of a machine as a shape with its name. */
export function StateIcon({ state }: { state: VmState }) {
  const turns = state === 'starting' || state === 'stopping';
  return (
    <svg className={`st ${state}`} viewBox="0 0 12 12" role="img" aria-label={stateName(state)}>
      {turns ? <g className="spin">{shapes[state]}</g> : shapes[state]}
    </svg>
  );
}

/** The state as a word. */
export function stateName(state: VmState): string {
  return state === 'defined' ? 'never started' : state;
}
