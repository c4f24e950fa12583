import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLive, nextVmState, vmEventSchema, vmStateSchema, vmTransitions } from './vm-state.js';
import { vmActionAllowance, vmActionNames, type VmAction } from './vm-actions.js';

const states = vmStateSchema.options;
const events = vmEventSchema.options;

test('every state has a row and every entry is a known event to a known state', () => {
  expect(Object.keys(vmTransitions).sort()).toEqual([...states].sort());
  for (const row of Object.values(vmTransitions)) {
    for (const [event, to] of Object.entries(row)) {
      expect(events).toContain(event);
      expect(states).toContain(to);
    }
  }
});

test('any course of events keeps to the table, and a live machine always has a way to end', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...events), { maxLength: 40 }), (course) => {
      let state: (typeof states)[number] = 'defined';
      for (const event of course) {
        const next = nextVmState(state, event);
        if (next === null) continue;
        state = next;
        if (isLive(state)) {
          expect(nextVmState(state, 'end')).toBe('stopped');
          expect(nextVmState(state, 'crash')).toBe('crashed');
          expect(nextVmState(state, 'start')).toBeNull();
        } else {
          expect(nextVmState(state, 'end')).toBeNull();
        }
      }
    }),
  );
});

test('from every state another start can be reached', () => {
  for (const from of states) {
    const seen = new Set([from]);
    const queue = [from];
    for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
      for (const to of Object.values(vmTransitions[state])) {
        if (!seen.has(to)) queue.push(to);
        seen.add(to);
      }
    }
    expect(seen).toContain('starting');
  }
});

test('actions agree with the table: what is allowed leads somewhere, what is refused says why', () => {
  for (const state of states) {
    expect(vmActionAllowance('start', state).allowed).toBe(nextVmState(state, 'start') !== null);
    for (const action of ['shutdown', 'restart', 'halt', 'force'] satisfies VmAction[]) {
      if (vmActionAllowance(action, state).allowed) expect(nextVmState(state, 'stop')).toBe('stopping');
    }
    for (const action of vmActionNames) {
      const allowance = vmActionAllowance(action, state);
      if (!allowance.allowed) expect(allowance.reason).toMatch(/^[A-Z].*\.$/);
      if (isLive(state) && (action === 'delete' || action === 'merge')) expect(allowance.allowed).toBe(false);
    }
    expect(vmActionAllowance('pause', state).allowed).toBe(nextVmState(state, 'pause') !== null);
    expect(vmActionAllowance('resume', state).allowed).toBe(nextVmState(state, 'resume') !== null);
    // Force off is the last resort: it is there whenever there may be a process.
    expect(vmActionAllowance('force', state).allowed).toBe(isLive(state));
  }
});
