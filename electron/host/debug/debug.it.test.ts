import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { noDebugging } from '@shared/debug/debug-tool.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { OrdinaryUser } from '../../../e2e/fixtures/ordinary-user.js';
import { sysctl } from '../platform/sysctl.js';
import type { ConsoleReader } from '../testing/console-reader.js';
import { TestHost } from '../testing/test-host.js';

/** With what readline tells the terminal behind it. */
const PROMPT = /\(gdb\) (?:\u001b\[[\d;?]*[hm])*$/; // oxlint-disable-line no-control-regex
const INTERRUPT = '\x03';

/** State and tracer as Linux tells them. */
function statusOf(pid: number): { state: string; tracer: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    state: /^State:\t(.)/m.exec(status)?.[1] ?? '',
    tracer: Number(/^TracerPid:\t(\d+)/m.exec(status)?.[1]),
  };
}

async function attachGdb(host: TestHost, id: VmId): Promise<ConsoleReader> {
  // Its earlier sessions are in its log.
  const reader = await host.console(id, 'gdb', 0);
  await host.client.must('debug.start', { id, tool: 'gdb' });
  await reader.expect(/let go of it/);
  return reader;
}

async function stop(host: TestHost, id: VmId, gdb: ConsoleReader): Promise<void> {
  gdb.type(INTERRUPT);
  await gdb.expect(PROMPT);
  await host.until('stopped by gdb', ({ vms }) => vms[id]?.debug.isStopped === true);
}

describe('gdb on a machine', () => {
  let host: TestHost;
  let id: VmId;
  let guest: ConsoleReader;
  beforeAll(async () => {
    host = await TestHost.start();
    id = await host.makeTiny();
    guest = await host.login(id);
  }, 60_000);
  afterAll(() => host.remove());
  // Whatever became of a test: the next one has the machine for itself.
  afterEach(async () => {
    for (const { tool } of host.vm(id).debug.tools) await host.client.call('debug.close', { id, tool });
  });

  /** Processes of its own, so new stubs: what a debugger could most easily spoil. */
  async function guestAnswers(): Promise<void> {
    guest.type('echo $(ls / | grep -c etc) alive\r');
    await guest.expect(/\n1 alive/);
  }
  const machine = (): { state: string; tracer: number } => statusOf(host.vm(id).pid ?? 0);

  test('attaches, shows frames, lets it go on, and lets go of it', async () => {
    const gdb = await attachGdb(host, id);
    await host.until('goes on', ({ vms }) => vms[id]?.debug.isStopped === false);
    expect(host.vm(id).debug.tools).toMatchObject([{ tool: 'gdb', state: 'running', symbols: 'names' }]);
    await guestAnswers();
    await stop(host, id, gdb);
    expect(machine().state).toBe('t');
    gdb.type('backtrace\r');
    // Debian's kernel has no symbols; the names are those that it has of itself.
    await gdb.expect(/#1 [\s\S]*(?:start_kernel|userspace|new_thread_handler)/);
    await gdb.expect(PROMPT);
    const refused = await host.client.call('vms.mconsole', { id, command: 'version' });
    expect(JSON.stringify(refused)).toContain('a debugger has stopped it');
    gdb.type('continue\r');
    await host.until('goes on', ({ vms }) => vms[id]?.debug.isStopped === false);
    await guestAnswers();
    await host.client.must('debug.close', { id, tool: 'gdb' });
    expect(host.vm(id).debug).toEqual(noDebugging);
    expect(machine().tracer).toBe(0);
    await guestAnswers();
  }, 60_000);

  test('closing the tab lets a stopped machine go on, also one with a breakpoint', async () => {
    const gdb = await attachGdb(host, id);
    await stop(host, id, gdb);
    gdb.type('break *$pc\rignore 1 1000000\r');
    await gdb.expect(/Will ignore next/);
    gdb.type('continue\r');
    await host.until('goes on', ({ vms }) => vms[id]?.debug.isStopped === false);
    await guestAnswers();
    await host.client.must('debug.close', { id, tool: 'gdb' });
    expect(machine().tracer).toBe(0);
    await guestAnswers();
    const again = await attachGdb(host, id);
    await stop(host, id, again);
    await host.client.must('debug.close', { id, tool: 'gdb' });
    await guestAnswers();
  }, 60_000);

  test('one tracer at a time, and who it is', async () => {
    await attachGdb(host, id);
    const other = await host.client.call('debug.start', { id, tool: 'strace' });
    expect(other).toMatchObject({ ok: false, error: { code: 'debug-traced', params: { tool: 'gdb' } } });
    await host.client.must('debug.close', { id, tool: 'gdb' });
  });

  test('a debugger that ends by itself says so, and can be started again', async () => {
    const gdb = await attachGdb(host, id);
    await stop(host, id, gdb);
    gdb.type('detach\rquit\r');
    const ended = await host.until('ended', ({ vms }) => vms[id]?.debug.tools[0]?.end ?? null);
    expect(ended).toMatchObject({ exitCode: 0, signal: null });
    await guestAnswers();
    await attachGdb(host, id);
    await host.client.must('debug.close', { id, tool: 'gdb' });
  });

  test('runs nothing that lies in a folder', async () => {
    const proof = join(host.home, 'proof');
    writeFileSync(join(host.home, '.gdbinit'), `shell touch ${proof}\n`);
    const gdb = await attachGdb(host, id);
    await stop(host, id, gdb);
    gdb.type(`cd ${host.home}\rshow auto-load\r`);
    await gdb.expect(/local-gdbinit: *Auto-loading of .gdbinit script from current directory is off/);
    await host.client.must('debug.close', { id, tool: 'gdb' });
    expect(() => readFileSync(proof)).toThrow();
  });

  test('strace shows what its kernel asks Linux for, and the guest goes on', async () => {
    const strace = await host.console(id, 'strace', 0);
    await host.client.must('debug.start', { id, tool: 'strace', filter: 'all' });
    await strace.expect(/epoll_wait|ptrace|clock_nanosleep|rt_sigsuspend/);
    await guestAnswers();
    await host.client.must('debug.close', { id, tool: 'strace' });
    expect(machine().tracer).toBe(0);
    await guestAnswers();
  }, 60_000);

  test('a machine that gdb holds can be forced off', async () => {
    const victim = await host.makeTiny();
    await host.login(victim);
    const gdb = await attachGdb(host, victim);
    await stop(host, victim, gdb);
    await host.client.must('vms.stop', { id: victim, how: 'force' });
    await host.untilState(victim, 'stopped');
    await host.until('gdb ended', ({ vms }) => vms[victim]?.debug.tools[0]?.state === 'ended');
    const { error } = (await host.client.call('debug.start', { id: victim, tool: 'gdb' })) as {
      error?: { code: string };
    };
    expect(error?.code).toBe('debug-off');
  }, 60_000);

  test('a machine whose kernel is killed from outside while gdb holds it is told as ended', async () => {
    const victim = await host.makeTiny();
    await host.login(victim);
    const gdb = await attachGdb(host, victim);
    await stop(host, victim, gdb);
    process.kill(host.vm(victim).pid ?? 0, 'SIGKILL');
    await host.untilState(victim, 'crashed');
  }, 60_000);

  test('the host dies while gdb holds the machine: gdb lets go, and the machine answers the next host', async () => {
    const gdb = await attachGdb(host, id);
    await stop(host, id, gdb);
    const { pid } = host.vm(id);
    await host.killHost();
    await host.launch();
    await host.until('adopted', ({ vms }) => vms[id]?.adopted === true);
    expect(host.vm(id).pid).toBe(pid);
    const answer = await host.client.must('vms.mconsole', { id, command: 'version' });
    expect(answer.text).toContain('Linux');
    expect(machine()).toEqual({ state: expect.stringMatching(/[RS]/), tracer: 0 });
  }, 60_000);
});

test.skipIf(process.getuid?.() !== 0)('gdb as an ordinary user, or why not', async () => {
  const user = OrdinaryUser.make();
  const own = TestHost.folders();
  try {
    await own.launchAs(user);
    const id = await own.makeTiny();
    const guest = await own.login(id);
    if ((sysctl('kernel.yama.ptrace_scope') ?? 0) > 0) {
      const refused = await own.client.call('debug.start', { id, tool: 'gdb' });
      expect(refused).toMatchObject({ ok: false, error: { code: 'debug-forbidden' } });
      return;
    }
    const gdb = await attachGdb(own, id);
    await stop(own, id, gdb);
    await own.client.must('debug.close', { id, tool: 'gdb' });
    guest.type('echo $((40+2)) alive\r');
    await guest.expect(/\n42 alive/);
  } finally {
    await own.remove();
    user.remove();
  }
});
