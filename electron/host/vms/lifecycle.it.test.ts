import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { VmId } from '@shared/vms/vm-id.js';
import type { StartAfter } from '@shared/vms/vm-spec.js';
import { kernelEnv } from '../../../e2e/oracles/kernel-env.js';
import { processesNaming } from '../../../e2e/oracles/processes.js';
import { TestHost } from '../testing/test-host.js';

let host: TestHost;
beforeEach(async () => {
  host = await TestHost.start();
});
afterEach(() => host.remove());

const cpusOf = (pid: number): string[] =>
  readdirSync(`/proc/${pid}/task`).map(
    (tid) => /Cpus_allowed_list:\s*(\S+)/.exec(readFileSync(`/proc/${tid}/status`, 'utf8'))?.[1] ?? '',
  );

/** A datagram to a machine's notify socket, as its kernel would send one. Node has no such sockets; Python does. */
function notify(socketPath: string, type: number, text: string): void {
  const program = `import socket,struct,sys
d=sys.argv[3].encode()
socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM).sendto(struct.pack('<IIiI',0xcafebabe,2,int(sys.argv[2]),len(d))+d,sys.argv[1])`;
  execFileSync('python3', ['-c', program, socketPath, String(type), text]);
}

/** Puts a process into a cgroup; a helper that has ended since it was listed needs none. */
function moveTo(group: string, pid: number): void {
  try {
    writeFileSync(join(group, 'cgroup.procs'), String(pid));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

describe('who is who', () => {
  test('a machine of the same umid that runs in its place is named, refused and left alone', async () => {
    const id = await host.makeTiny({ name: 'twin', start: false });
    const { path } = await host.client.must('images.makeTiny', {});
    const other = spawn(
      'linux.uml',
      [
        'umid=twin',
        `uml_dir=${host.umlDir}`,
        'mem=64M',
        `ubd0r=${path}`,
        'root=/dev/ubda',
        'ro',
        'con=null',
        'ssl=null',
        'con0=null,fd:1',
      ],
      { detached: true, stdio: ['ignore', 'pipe', 'ignore'], env: kernelEnv() },
    );
    await new Promise<void>((done) =>
      other.stdout.on('data', (bytes) => String(bytes).includes('login:') && done()),
    );
    expect(await host.client.call('vms.start', { id })).toMatchObject({
      ok: false,
      error: { code: 'umid-in-use', params: { pid: other.pid } },
    });
    expect(processesNaming('umid=twin').length).toBeGreaterThan(0);
    expect(existsSync(join(host.umlDir, 'twin', 'mconsole'))).toBe(true);
    const ended = new Promise((done) => other.once('exit', done));
    other.kill('SIGTERM');
    await ended;
    await host.client.must('vms.start', { id });
    await host.login(id);
  });

  test('a kernel that announces another socket than its own took a random umid: it is ended and that is said', async () => {
    const id = await host.makeTiny();
    const socket = join(host.runtimeDir, 'notify', 'tiny');
    notify(socket, 0, join(host.umlDir, 'x7f3ab', 'mconsole'));
    const ended = await host.untilState(id, 'crashed');
    expect(ended.lastEnd?.reason).toEqual({ code: 'wrong-umid' });
    expect(processesNaming(host.umlDir)).toEqual([]);
    await host.client.must('vms.start', { id });
    await host.login(id);
  });

  test('a runtime folder whose sockets would be too long is refused before a kernel boots without control', async () => {
    const id = await host.makeTiny({ start: false, name: 'n'.repeat(40) });
    await host.killHost();
    const long = join(host.home, 'r'.repeat(40));
    mkdirSync(long, { mode: 0o700 });
    host.env['XDG_RUNTIME_DIR'] = long;
    await host.launch({ connectTo: join(long, 'paddock', 'host.sock') });
    expect(await host.client.call('vms.start', { id })).toMatchObject({
      ok: false,
      error: { code: 'path-too-long' },
    });
    expect(host.vm(id)).toMatchObject({ state: 'defined', runNumber: 0 });
    expect(processesNaming(long).length).toBeLessThanOrEqual(1);
  });
});

describe('killed', () => {
  test('main process killed in the middle of its boot: reaped, and the next start works at once', async () => {
    const id = await host.makeTiny();
    for (let n = 0; n < 3; n += 1) {
      process.kill(host.vm(id).pid ?? 0, 'SIGKILL');
      await host.untilState(id, 'crashed');
      expect(processesNaming(host.umlDir)).toEqual([]);
      await host.client.must('vms.start', { id });
    }
    await host.login(id);
  });

  test('SIGTERM from outside is told from an exit of the kernel’s own', async () => {
    const id = await host.makeTiny();
    await host.login(id);
    process.kill(host.vm(id).pid ?? 0, 'SIGTERM');
    expect((await host.untilState(id, 'crashed')).lastEnd?.reason).toEqual({
      code: 'killed',
      signal: 'SIGTERM',
    });
  });

  test('an init that ends, and none at the next start', async () => {
    const id = await host.makeTiny();
    const con0 = await host.login(id);
    await con0.run('rm /sbin/init; printf "#!/bin/sh\\nexit 3\\n" > /sbin/init; chmod +x /sbin/init; sync');
    await host.client.must('vms.stop', { id, how: 'force' });
    await host.untilState(id, 'stopped');
    await host.client.must('vms.start', { id });
    expect((await host.untilState(id, 'crashed')).lastEnd?.reason).toMatchObject({ code: 'init-ended' });
    expect(processesNaming(host.umlDir)).toEqual([]);
  });

  test.runIf(process.getuid?.() === 0 && existsSync('/sys/fs/cgroup/memory/tasks'))(
    'by Linux for want of memory',
    async () => {
      const group = `/sys/fs/cgroup/memory/pdk-test-${process.pid}`;
      const id = await host.makeTiny({ memoryMiB: 256 });
      const con0 = await host.login(id);
      mkdirSync(group);
      try {
        for (const pid of processesNaming(host.umlDir)) moveTo(group, pid);
        writeFileSync(join(group, 'memory.limit_in_bytes'), String(48 * 1024 * 1024));
        con0.type('cat /dev/zero | head -c 180m > /tmp/fill; echo done\r');
        const crashed = await host.untilState(id, 'crashed', 60);
        expect(crashed.lastEnd?.reason).toEqual({ code: 'host-out-of-memory' });
        expect(processesNaming(host.umlDir)).toEqual([]);
      } finally {
        await host.remove();
        execFileSync('rmdir', [group]);
      }
    },
  );
});

describe('the host is killed', () => {
  test('each machine is adopted in under a second, with a working console; a pause and a message outlive it', async () => {
    const ids = [await host.makeTiny(), await host.makeTiny()] as const;
    const con0 = await host.login(ids[0]);
    await host.login(ids[1]);
    await con0.run('echo before > /proc/mconsole; echo kept > /root/file');
    await host.client.must('vms.pause', { id: ids[1] });
    const pids = ids.map((id) => host.vm(id).pid);
    await host.killHost();
    const from = performance.now();
    await host.launch();
    const tookMs = performance.now() - from;
    expect(ids.map((id) => host.vm(id).pid)).toEqual(pids);
    expect(host.vm(ids[0])).toMatchObject({
      state: 'running',
      adopted: true,
      lastMessage: { text: 'before' },
    });
    expect(host.vm(ids[0]).loginAt).not.toBeNull();
    expect(host.vm(ids[1])).toMatchObject({ state: 'paused', adopted: true });
    console.log(`host started and two machines adopted in ${tookMs.toFixed(0)} ms`);
    await host.until('a rescue console', ({ vms }) => vms[ids[0]]?.rescue?.state === 'ready');
    const rescue = await host.rescueLogin(ids[0]);
    expect(await rescue.run('tty; cat /root/file')).toBe('/dev/tty2\nkept');
    // A flood over it arrives whole.
    const sum = await rescue.run('seq 1 20000 > /tmp/seq; md5sum < /tmp/seq | cut -d" " -f1');
    const flood = await rescue.run('cat /tmp/seq', 40);
    const expected = execFileSync('sh', ['-c', 'seq 1 20000 | md5sum | cut -d" " -f1'], { encoding: 'utf8' });
    expect(sum).toBe(expected.trim());
    expect(flood.split('\n')).toHaveLength(20_000);
    // What the guest says is heard again, and a second host's death changes nothing.
    await rescue.run('echo after > /proc/mconsole');
    await host.until('heard', ({ vms }) => vms[ids[0]]?.lastMessage?.text === 'after');
    await host.killHost();
    await host.launch();
    await host.until('a rescue console', ({ vms }) => vms[ids[0]]?.rescue?.state === 'ready');
    await host.client.must('vms.resume', { id: ids[1] });
    await host.client.must('vms.stop', { id: ids[0], how: 'shutdown' });
    expect((await host.untilState(ids[0], 'stopped')).lastEnd?.reason).toEqual({ code: 'poweroff' });
  });

  test('an adopted machine that powers itself off, panics or is killed is told apart', async () => {
    const ids = [await host.makeTiny(), await host.makeTiny(), await host.makeTiny()] as const;
    for (const id of ids) await host.login(id);
    await host.killHost();
    await host.launch();
    const type = async (id: (typeof ids)[number], text: string): Promise<void> => {
      await host.until('a rescue console', ({ vms }) => vms[id]?.rescue?.state === 'ready');
      const rescue = await host.rescueLogin(id);
      rescue.type(text);
    };
    await type(ids[0], 'poweroff\r');
    await type(ids[1], 'echo c > /proc/sysrq-trigger\r');
    process.kill(host.vm(ids[2]).pid ?? 0, 'SIGKILL');
    expect((await host.untilState(ids[0], 'stopped')).lastEnd?.reason).toEqual({ code: 'poweroff' });
    expect((await host.untilState(ids[1], 'crashed')).lastEnd?.reason).toMatchObject({ code: 'panic' });
    expect((await host.untilState(ids[2], 'crashed')).lastEnd?.reason).toMatchObject({ code: 'killed' });
    expect(processesNaming(host.umlDir)).toEqual([]);
  });

  test('in the middle of a start: the machine is found by what UML itself wrote down', async () => {
    const id = await host.makeTiny();
    const run = join(host.dataDir, 'vms', id, 'runs/1/run.json');
    await host.untilState(id, 'running');
    const { pid } = host.vm(id);
    await host.killHost();
    const kept = JSON.parse(readFileSync(run, 'utf8')) as object;
    writeFileSync(run, JSON.stringify({ ...kept, pid: null, pidStartTicks: null }));
    await host.launch();
    expect(host.vm(id)).toMatchObject({ state: 'running', pid, adopted: true });
  });
});

describe('settings', () => {
  test('pinned by default, to another CPU while it runs, and to none', async () => {
    const id = await host.makeTiny();
    await host.login(id);
    const pid = host.vm(id).pid ?? 0;
    const all = readFileSync('/proc/self/status', 'utf8').match(/Cpus_allowed_list:\s*(\S+)/)?.[1] ?? '';
    expect(cpusOf(pid)).toEqual([String(host.vm(id).cpu)]);
    const other = await host.makeTiny();
    await host.untilState(other, 'running');
    expect(host.vm(other).cpu).not.toBe(host.vm(id).cpu);
    const cpu = host.vm(other).cpu ?? 0;
    await host.client.must('vms.configure', { id, changes: { pin: cpu } });
    for (const one of processesNaming(`umid=tiny uml_dir=${host.umlDir}`))
      expect(new Set(cpusOf(one))).toEqual(new Set([String(cpu)]));
    expect(host.vm(id)).toMatchObject({ pin: cpu, cpu });
    await host.client.must('vms.configure', { id, changes: { pin: 'off' } });
    expect(cpusOf(pid)).toEqual([all]);
    expect(await host.client.call('vms.configure', { id, changes: { pin: 900 } })).toMatchObject({
      ok: false,
      error: { code: 'pin-unknown' },
    });
  });

  test('kept over a restart of the host, with a memory folder of its own', async () => {
    const id = await host.makeTiny({ start: false });
    const folder = join('/dev/shm', `pdk-test-${process.pid}`);
    mkdirSync(folder);
    try {
      const changes = { group: 'Lab 1', tags: ['router', 'edge'], memoryFolder: folder, memoryMiB: 80 };
      await host.client.must('vms.configure', { id, changes });
      await host.killHost();
      await host.launch();
      expect(host.vm(id)).toMatchObject(changes);
      await host.client.must('vms.start', { id });
      await host.login(id);
      expect(execFileSync('ls', ['-l', `/proc/${host.vm(id).pid}/fd`], { encoding: 'utf8' })).toContain(
        folder,
      );
      await host.client.must('vms.stop', { id, how: 'force' });
      await host.untilState(id, 'stopped');
    } finally {
      execFileSync('rm', ['-r', folder]);
    }
    expect(await host.client.call('vms.start', { id })).toMatchObject({
      ok: false,
      error: { code: 'memory-folder-missing' },
    });
    for (const bad of [
      { tags: ['a', 'a'] },
      { group: '' },
      { group: 'a\nb' },
      { memoryMiB: 3 },
      { memoryFolder: 'rel' },
    ])
      expect(await host.client.call('vms.configure', { id, changes: bad })).toMatchObject({ ok: false });
    expect(host.vm(id)).toMatchObject({ tags: ['router', 'edge'], memoryMiB: 80 });
  });

  test('started after others, as far as each must have come; circles are refused; autostart is once a session', async () => {
    const [router, dns, client] = [
      await host.makeTiny({ name: 'router', start: false }),
      await host.makeTiny({ name: 'dns', start: false }),
      await host.makeTiny({ name: 'client', start: false }),
    ];
    await host.client.must('vms.configure', {
      id: dns,
      changes: { startAfter: [{ vmId: router, ready: { kind: 'login' } }] },
    });
    await host.client.must('vms.configure', {
      id: client,
      changes: {
        autostart: true,
        startAfter: [
          { vmId: dns, ready: { kind: 'running' } },
          { vmId: router, ready: { kind: 'message', text: 'routes are up' } },
        ],
      },
    });
    expect(
      await host.client.call('vms.configure', {
        id: router,
        changes: { startAfter: [{ vmId: client, ready: { kind: 'running' } }] },
      }),
    ).toMatchObject({
      ok: false,
      error: { code: 'start-circle', params: { names: 'router after client after dns after router' } },
    });
    // Autostart starts the client, which starts the two it needs first.
    await host.killHost();
    execFileSync('rm', [join(host.runtimeDir, 'autostarted')]);
    await host.launch();
    // It may run already: what comes in one patch is seen as one step.
    await host.until('router starts', ({ vms }) => vms[router]?.state !== 'defined');
    expect(host.vm(client).state).toBe('defined');
    const con0 = await host.login(router);
    await host.until('dns runs', ({ vms }) => vms[dns]?.state === 'running');
    expect(Date.parse(host.vm(dns).runStartedAt ?? '')).toBeGreaterThanOrEqual(
      Date.parse(host.vm(router).loginAt ?? ''),
    );
    await host.until('the client waits', ({ vms }) => vms[client]?.waiting?.name === 'router');
    expect(host.vm(client).state).toBe('defined');
    await con0.run('echo routes are up > /proc/mconsole');
    await host.untilState(client, 'running');
    expect(host.vm(client).waiting).toBeNull();
    await host.client.must('vms.stop', { id: client, how: 'force' });
    await host.untilState(client, 'stopped');
    // A host that comes again in the same session doesn't undo that.
    await host.killHost();
    await host.launch();
    await host.client.must('diagnostics.run', {});
    expect(host.vm(client).state).toBe('stopped');
  });

  test('who waits for one that ends learns so; a wait can be taken back or cut short', async () => {
    const first = await host.makeTiny({ name: 'first', start: false });
    const second = await host.makeTiny({ name: 'second', start: false });
    await host.client.must('vms.configure', {
      id: second,
      changes: { startAfter: [{ vmId: first, ready: { kind: 'message', text: 'never said' } }] },
    });
    await host.client.must('vms.start', { id: second });
    await host.untilState(first, 'running');
    expect(host.vm(second).waiting).toMatchObject({ name: 'first' });
    await host.client.must('vms.stopWaiting', { id: second });
    expect(host.vm(second)).toMatchObject({ waiting: null, state: 'defined' });
    await host.client.must('vms.start', { id: second });
    await host.client.must('vms.start', { id: second });
    await host.untilState(second, 'running');
    await host.client.must('vms.stop', { id: second, how: 'force' });
    await host.untilState(second, 'stopped');
    await host.client.must('vms.start', { id: second });
    await host.client.must('vms.stop', { id: first, how: 'force' });
    await host.untilState(first, 'stopped');
    expect(host.vm(second)).toMatchObject({ waiting: null, problem: { code: 'start-dependency' } });
    await host.client.must('vms.delete', { id: first });
    expect(host.vm(second).startAfter).toEqual([]);
  });

  test('of several that are deleted at once nothing stays in the start orders; one that was taken away by hand holds nobody up', async () => {
    const ids = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) ids.push(await host.makeTiny({ name, start: false }));
    const [a, b, c, d, e] = ids as [VmId, VmId, VmId, VmId, VmId];
    const after = (...others: VmId[]): { startAfter: StartAfter } => ({
      startAfter: others.map((vmId) => ({ vmId, ready: { kind: 'running' } })),
    });
    await host.client.must('vms.configure', { id: b, changes: after(a) });
    await host.client.must('vms.configure', { id: c, changes: after(a, b) });
    await host.client.must('vms.configure', { id: d, changes: after(a, b, c, e) });
    const deleted = await Promise.all([a, b, c].map((id) => host.client.call('vms.delete', { id })));
    expect(deleted).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]);
    expect(host.vm(d).startAfter).toEqual(after(e).startAfter);
    await host.killHost();
    execFileSync('rm', ['-r', join(host.dataDir, 'vms', e)]);
    await host.launch();
    expect(Object.keys(host.state.vms)).toEqual([d]);
    await host.client.must('vms.configure', { id: d, changes: { tags: ['alone'] } });
    await host.client.must('vms.start', { id: d });
    await host.untilState(d, 'running');
  });

  test('forced off before it has a process, it never gets one', async () => {
    const id = await host.makeTiny({ start: false });
    for (let run = 1; run <= 5; run += 1) {
      const started = host.client.call('vms.start', { id });
      await host.until('starting', ({ vms }) => vms[id]?.state === 'starting');
      await host.client.call('vms.stop', { id, how: 'force' });
      await started;
      await host.untilState(id, 'stopped', 10);
      expect(processesNaming(host.umlDir)).toEqual([]);
    }
  });

  test('a start that fails when its checks are over is a run of its own, and the one before stays as it was', async () => {
    const id = await host.makeTiny();
    await host.login(id);
    await host.client.must('vms.stop', { id, how: 'force' });
    await host.untilState(id, 'stopped');
    const runs = join(host.dataDir, 'vms', id, 'runs');
    const events = readFileSync(join(runs, '1', 'events.jsonl'), 'utf8');
    // Its own folder can't be made.
    writeFileSync(join(runs, '2'), '');
    expect(await host.client.call('vms.start', { id })).toMatchObject({ ok: false });
    const failed = await host.untilState(id, 'crashed');
    expect(failed).toMatchObject({ runNumber: 2, lastEnd: { reason: { code: 'not-started' } } });
    expect(readFileSync(join(runs, '1', 'events.jsonl'), 'utf8')).toBe(events);
    rmSync(join(runs, '2'));
    await host.client.must('vms.start', { id });
    await host.login(id);
    expect(host.vm(id).runNumber).toBe(3);
  });

  test('the spare console of an adopted machine is found again after a reboot in place', async () => {
    const id = await host.makeTiny({ consoles: 1 });
    await host.login(id);
    await host.killHost();
    await host.launch();
    await host.until('a way back in', ({ vms }) => vms[id]?.rescue?.state === 'ready');
    await host.client.must('vms.mconsole', { id, command: 'reboot' });
    // UML fails at one reboot in some, and the machine is started again, with a console of this host's.
    const now = await host.until('rebooted, with a way back in', ({ vms: { [id]: vm } }) => {
      if (vm?.runNumber === 2) return vm.state === 'running' && vm;
      return vm?.reboots === 1 && vm.rescue?.state === 'ready' && vm;
    });
    if (now.runNumber === 2) return;
    await host.rescueLogin(id);
  });
});
