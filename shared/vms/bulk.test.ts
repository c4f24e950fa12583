import { tabConsoles } from '../consoles/channel.js';
import { describe, expect, test } from 'vitest';
import { failure } from '../errors/paddock-error.js';
import { defaultSettings } from './vm-spec.js';
import { bulkPlan, deedProgress, type Deed } from './bulk.js';
import type { VmView } from './vm-view.js';
import type { VmState } from './vm-state.js';

function machine(state: VmState, changes: Partial<VmView> = {}): VmView {
  return {
    ...defaultSettings,
    id: 'a1b2c3d4' as VmView['id'],
    name: 'web-1',
    memoryMiB: 64,
    memoryTakenMiB: 0,
    kernelPath: '/usr/bin/linux.uml',
    imageId: 'tiny',
    disks: [],
    consoles: tabConsoles(1),
    wired: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    state,
    stateSince: '2026-01-01T00:00:00.000Z',
    stateCause: 'asked',
    waiting: null,
    restarting: false,
    runNumber: 1,
    runStartedAt: null,
    kernelVersion: '',
    pid: null,
    cpu: null,
    loginAt: null,
    reboots: 0,
    lastMessage: null,
    eventCount: 0,
    lastEnd: null,
    stopping: null,
    layer: null,
    logBytes: 0,
    adopted: false,
    rescue: null,
    guestTools: null,
    guestToolsExpected: false,
    guestToolsMissing: false,
    taken: false,
    problem: null,
    ...changes,
  };
}

describe('bulkPlan', () => {
  test('takes those that can, leaves the others', () => {
    const [on, off] = [machine('running'), machine('stopped')];
    expect(bulkPlan('start', [on, off])).toEqual({ able: [off], reason: null });
    expect(bulkPlan('shutdown', [on, off])).toEqual({ able: [on], reason: null });
  });
  test('says why it is none', () => {
    expect(bulkPlan('pause', [machine('stopped')]).reason).toBe('It is not running.');
    expect(bulkPlan('pause', [machine('stopped'), machine('crashed')]).reason).toBe(
      'None of them: It is not running.',
    );
    expect(bulkPlan('pause', [machine('stopped'), machine('paused')]).reason).toBe(
      'None of them can, as they are now.',
    );
    expect(bulkPlan('pause', []).reason).toMatch(/no machine/);
  });
});

describe('deedProgress', () => {
  const waiting = { vmId: 'b2c3d4e5' as VmView['id'], name: 'router', ready: { kind: 'login' } as never };
  const forced = { at: '', exitCode: 1, signal: null, reason: { code: 'forced' as const } };
  const panic = { at: '', exitCode: null, signal: 'SIGABRT', reason: { code: 'panic' as const, text: 'Oh' } };
  const { error } = failure('kernel-none', {});
  const on = machine('running');
  const off = machine('stopped');
  const next = { runNumber: 2 };

  test.each<[Deed, VmView, VmView | undefined, string, RegExp]>([
    ['start', off, machine('starting', next), 'going', /starting/],
    ['start', off, machine('running', next), 'done', /running/],
    ['start', off, machine('stopped', { waiting }), 'going', /waits for router/],
    ['start', off, machine('stopped'), 'failed', /taken back/],
    ['start', off, machine('stopped', { problem: error }), 'failed', /kernel/],
    ['start', off, machine('crashed', { ...next, lastEnd: panic }), 'failed', /panicked: Oh/],
    ['start', off, undefined, 'failed', /deleted/],
    ['shutdown', on, machine('stopping'), 'going', /stopping/],
    ['shutdown', on, machine('stopped'), 'done', /off/],
    ['shutdown', on, machine('crashed', { lastEnd: panic }), 'done', /off/],
    ['shutdown', on, machine('running'), 'failed', /went on/],
    ['force', on, machine('running', next), 'done', /off/],
    ['restart', on, machine('stopping', { restarting: true }), 'going', /shutting down/],
    ['restart', on, machine('stopped', { lastEnd: forced }), 'going', /starting/],
    ['restart', on, machine('starting'), 'going', /starting/],
    ['restart', on, machine('starting', next), 'going', /starting/],
    ['restart', on, machine('running', next), 'done', /running/],
    ['restart', on, machine('stopped', { problem: error }), 'failed', /kernel/],
    ['restart', on, machine('stopping'), 'failed', /stopped instead/],
    ['restart', on, machine('running'), 'failed', /went on/],
    ['pause', on, machine('paused'), 'done', /paused/],
    ['resume', machine('paused'), machine('running'), 'done', /running/],
    ['resume', machine('paused'), machine('crashed'), 'failed', /not running/],
    ['delete', off, undefined, 'done', /deleted/],
    ['delete', off, off, 'going', /deleting/],
  ])('%s', (deed, before, now, state, text) => {
    const progress = deedProgress(deed, before, now);
    expect(progress.state).toBe(state);
    expect(progress.text).toMatch(text);
  });
});
